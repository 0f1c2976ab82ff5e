"""Answers as they are seen in the field (shapes true, values invented): read through the public door, written back.

A file for each row of the field notes that an answer can show, and for each fault that was found since; the table says
which call reads it, and where in the answer what comes back stands.
"""

import copy
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from opsgenie_async import Name, Opsgenie
from opsgenie_async.converters import write
from opsgenie_async.models import TimeOfDay
from tests.http.server import Echo, ReceivedRequest
from tests.resources.reading import unread_fields

FOLDER = Path(__file__).parent
Call = Callable[[Opsgenie], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "row01-escalation-of-a-new-team": lambda og: og.escalations.get("e"),
    "row02-deleted-team": lambda og: og.teams.delete("t"),
    "row03-05-alerts-found": lambda og: og.alerts.list(query='createdAt >= "21-11-2026T00:00:00"'),
    "row06-alert-details-as-text": lambda og: og.alerts.get("a"),
    "row07-singular-units": lambda og: og.escalations.get("e"),
    "row08-escalation-without-repeat": lambda og: og.escalations.get("e"),
    "row09-integration-actions": lambda og: og.integration_actions.list("i"),
    "row10-policy-responders-without-names": lambda og: og.policies.get("p"),
    "row11-policies-of-a-team": lambda og: og.policies.list_notification_policies(team_id="t"),
    "row14-alert": lambda og: og.alerts.get("a"),
    "row15-teams": lambda og: og.teams.list(),
    "row15-services": lambda og: og.services.list(),
    "row16-incidents": lambda og: og.incidents.list(),
    "row17-request-status": lambda og: og.alerts.get_request_status("r"),
    "row18-attachments": lambda og: og.alerts.list_attachments("a"),
    "row18-attachment-uploaded": lambda og: og.alerts.add_attachment("a", file=b"x", file_name="trace.log"),
    "row19-account": lambda og: og.account.get(),
    "row20-21-users": lambda og: og.users.list(),
    "row21-schedules": lambda og: og.schedules.list(expand="rotation"),
    "row25-alert-log": lambda og: og.alerts.list_logs("a"),
    "row26-incident-timeline": lambda og: og.incident_timelines.list_entries("i"),
    "row27-v2-timeline": lambda og: og.schedules.get_timeline("s"),
    "row28-contacts": lambda og: og.contacts.list("u"),
    "row30-default-routing-rule": lambda og: og.team_routing_rules.get("t", "r"),
    "row31-integration": lambda og: og.integrations.get("i"),
    "row32-incident-rules": lambda og: og.service_incident_rules.list("s"),
    "row34-rule-with-a-list": lambda og: og.team_routing_rules.get("t", "r"),
    "row35-maintenance": lambda og: og.maintenances.get("m"),
    "row37-recipients-who-are-gone": lambda og: og.alerts.list_recipients("a"),
    "fault-team-without-texts": lambda og: og.teams.get("t"),
    "fault-user-without-lists": lambda og: og.users.get("u"),
    "fault-alert-of-nobody": lambda og: og.alerts.get("a"),
    "fault-reference-with-a-number": lambda og: og.teams.create(name="t"),
    "fault-on-call-forwarded": lambda og: og.on_calls.get("s"),
    "fault-heartbeat-with-nulls": lambda og: og.heartbeats.get("h"),
    "fault-notification-rule-with-nulls": lambda og: og.notification_rules.get("u", "n"),
    "v1-timeline-with-fractions": lambda og: og.legacy.schedules.timeline(Name("s")),
    "v1-who-is-on-call": lambda og: og.legacy.schedules.who_is_on_call(Name("s")),
}
AT: dict[str, Callable[[Any], Any]] = {
    "row02-deleted-team": lambda answer: None,
    "row09-integration-actions": lambda answer: answer["data"]["create"],
    "row26-incident-timeline": lambda answer: answer["data"]["entries"],
}
UNKNOWN_MEMBERS = {"fault-alert-of-nobody"}


def test_every_file_has_a_call():
    assert {file.stem for file in FOLDER.glob("*.json")} == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
async def test_an_answer_is_read_whole_and_written_back(name):
    answer = json.loads((FOLDER / f"{name}.json").read_text())

    def give(request: ReceivedRequest) -> web.Response:
        return web.json_response(answer)

    async with Echo(give) as server, Opsgenie("key", base_url=server.url) as og:
        result = await CALLS[name](og)
    at = AT.get(name, lambda whole: whole if name.startswith("v1-") else whole["data"])
    assert write(result) == expected_document(name, at(copy.deepcopy(answer)))
    assert bool(list(unread_fields(result))) is (name in UNKNOWN_MEMBERS)


def expected_document(name: str, document: Any) -> Any:
    """The one place where the object is written for what came as something else."""
    if name == "row34-rule-with-a-list":
        (interval,) = document["timeRestriction"].pop("restrictions")
        document["timeRestriction"]["restriction"] = interval
    elif name == "fault-on-call-forwarded":
        nested = document["onCallParticipants"][0]["onCallParticipants"][0]
        nested["forwardedFrom"] = [nested["forwardedFrom"]]
    return document


def test_a_time_of_day_with_several_intervals_loses_none():
    several = [{"startHour": hour, "startMin": 0, "endHour": hour + 1, "endMin": 0} for hour in (8, 12)]
    value = TimeOfDay.from_dict({"type": "time-of-day", "restrictions": several})
    assert value.restriction.start_hour == 8
    assert value.to_dict()["restrictions"] == several
