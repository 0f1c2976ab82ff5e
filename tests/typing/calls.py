"""Single calls: what an `await` gives."""

from datetime import datetime
from typing import assert_type

from opsgenie_async import Envelope, Name, Opsgenie, Pending
from opsgenie_async.dx import DX
from opsgenie_async.json_text import Json
from opsgenie_async.models import (
    Account,
    Alert,
    AlertPolicy,
    Heartbeat,
    Incident,
    NotificationPolicy,
    Priority,
    Reference,
    RequestStatus,
    Schedule,
    TeamRef,
    TeamRoutingRule,
    Unknown,
    UserRef,
)


async def writes(og: Opsgenie) -> None:
    pending = await og.alerts.create(message="disk full", responders=[TeamRef(name="ops")], priority="P1")
    assert_type(pending, Pending)
    assert_type(pending.request_id, str)
    status = await pending.wait(timeout=30)
    assert_type(status, RequestStatus)
    assert_type(await pending, RequestStatus)
    assert_type(status.succeeded, bool)

    rule = await og.team_routing_rules.create(Name("ops"), notify=UserRef(username="ann"), time_restriction=None)
    assert_type(rule, Reference)
    assert_type(await og.team_routing_rules.delete(Name("ops"), rule), None)
    assert_type(await og.heartbeats.enable("db"), Heartbeat)
    assert_type(await og.incidents.close("i1", note="done"), Pending)


async def reads(og: Opsgenie) -> None:
    alert = await og.alerts.get("a1")
    assert_type(alert, Alert)
    assert_type(alert.priority, Priority | str)
    assert_type(alert.created_at, datetime | None)
    assert_type(alert.details, dict[str, str])
    assert_type(alert.extra, dict[str, Json])

    assert_type(await og.account.get(), Account)
    assert_type(await og.incidents.get("i1"), Incident)
    assert_type(await og.alerts.count(query="status: open"), int)
    assert_type(await og.schedules.export(Name("ops")), bytes)
    assert_type(await og.logs.get_download_link("a.json"), str)
    assert_type(await og.policies.get("p1"), AlertPolicy | NotificationPolicy | Unknown)


async def models_stand_for_ids(og: Opsgenie, schedule: Schedule, rule: TeamRoutingRule) -> None:
    assert_type(await og.schedules.get(schedule), Schedule)
    assert_type(await og.team_routing_rules.get("t1", rule), TeamRoutingRule)


async def any_endpoint(og: Opsgenie) -> None:
    envelope = await og.request("GET", "/v2/teams/ops", params={"identifierType": "name"})
    assert_type(envelope, Envelope)
    assert_type(envelope.data, Json)
    assert_type(envelope.took, float | None)
    assert_type(await og.documents("/v2/integrations"), list[Json])


async def clients() -> None:
    async with Opsgenie("key", region="eu") as og, DX("token", instance="corp") as dx:
        assert_type(og, Opsgenie)
        assert_type(dx, DX)
        assert_type(og.with_config(total_timeout=5), Opsgenie)
