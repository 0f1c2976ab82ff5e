"""Listings: await one, iterate it, or take its pages."""

from typing import assert_type

from opsgenie_async import Opsgenie, Page, Pager
from opsgenie_async.models import (
    Alert,
    AlertNote,
    IncidentTemplate,
    IncidentTimelineEntry,
    LogFile,
    PolicyMeta,
    Team,
    TeamLog,
    User,
)


async def three_ways(og: Opsgenie) -> None:
    assert_type(og.teams.list(), Pager[Team])
    assert_type(await og.teams.list(), list[Team])
    async for alert in og.alerts.list(query="status: open"):
        assert_type(alert, Alert)
    async for page in og.users.list().pages():
        assert_type(page, Page[User])
        assert_type(page.items, list[User])
        assert_type(page.request_id, str)


async def data_in_odd_places(og: Opsgenie) -> None:
    assert_type(await og.teams.list_logs("t1"), list[TeamLog])
    assert_type(await og.incident_timelines.list_entries("i1"), list[IncidentTimelineEntry])
    assert_type(await og.incident_templates.list(), list[IncidentTemplate])
    assert_type(await og.logs.list_files("2018-10-24-07-30-00"), list[LogFile])
    assert_type(await og.incidents.list_associated_alerts("i1"), list[str])
    assert_type(await og.alerts.list_notes("a1"), list[AlertNote])
    assert_type(await og.legacy.policies.list(), list[PolicyMeta])
