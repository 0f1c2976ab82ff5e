"""What no call can bring about is said once, with the reason, and never planned."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.plan import plan
from tests.sync.states import entity, state

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOTHING = Snapshot(entities={})


def maintenance(end: str, start: str = "2026-11-01T00:00:00Z", **fields: Any) -> Entity:
    time = {"type": "schedule", "startDate": start, "endDate": end}
    return entity("maintenance", {"description": "move", "time": time, "rules": [], **fields}, "m")


@pytest.mark.parametrize("end", ["2026-11-28T12:00:00Z", "2026-11-28T13:00:00+02:00", "2020-01-01T00:00Z"])
def test_a_maintenance_that_is_over_is_not_made_again(end: str) -> None:
    result = plan(NOTHING, state(maintenance(end)), prune=True, now=NOW)
    assert (result.changes, result.skipped) == ((), ("maintenances/move: is over",))
    assert result.complete


def test_nor_changed() -> None:
    result = plan(state(maintenance("2026-11-29T00:00Z")), state(maintenance("2026-11-27T00:00Z")), now=NOW)
    assert (result.changes, result.skipped) == ((), ("maintenances/move: is over",))


@pytest.mark.parametrize("end", ["2026-11-28T12:00:01Z", "2026-11-28T14:30:00+02:00", "not a date"])
def test_one_that_is_not_over_is_made(end: str) -> None:
    result = plan(NOTHING, state(maintenance(end)), now=NOW)
    assert ([change.action for change in result.changes], result.skipped) == (["create"], ())


def test_the_present_moment_counts_where_none_is_given() -> None:
    assert plan(NOTHING, state(maintenance("2026-01-01T00:00Z"))).skipped == ("maintenances/move: is over",)
    assert plan(NOTHING, state(maintenance("2999-01-01T00:00Z"))).skipped == ()


def test_one_that_is_there_as_it_should_be_needs_no_word() -> None:
    there = state(maintenance("2026-11-27T00:00Z"))
    assert plan(there, there, now=NOW).skipped == ()


@pytest.mark.parametrize("fields", [{}, {"teamId": None}])
def test_a_service_without_a_team_cannot_be_copied_nor_what_needs_it(fields: dict[str, Any]) -> None:
    demo = entity("service", {"name": "Demo", **fields}, "1", service_incident_rule=[({"incidentProperties": {}}, "2")])
    about = entity("incident_template", {"name": "t", "impactedServices": [{"name": "Demo"}]})
    result = plan(NOTHING, state(demo, about, entity("team", {"name": "ops"})), prune=True)
    assert {change.kind.name for change in result.changes} == {"team"}
    assert result.skipped == (
        "services/Demo: has no team, and the API makes services for teams alone: it cannot be copied",
        "incident-templates/t: impactedServices[0]: needs service 'Demo', which cannot be copied",
    )
    assert not result.complete


def test_one_that_is_there_is_kept_and_changed() -> None:
    there = state(entity("service", {"name": "Demo", "teamId": None}, "1"))
    assert plan(there, there, prune=True).changes == ()
    want = state(entity("service", {"name": "Demo", "description": "ours"}, "1"))
    assert [change.fields for change in plan(there, want).changes] == [{"description": "ours"}]


OPS, WEB = {"name": "ops"}, {"name": "web"}


def _owned(owner: dict[str, str] | None, **fields: Any) -> Entity:
    return entity("integration", {"name": "i", "type": "API", **({"ownerTeam": owner} if owner else {}), **fields}, "1")


@pytest.mark.parametrize(("now", "then"), [(OPS, WEB), (None, WEB), (OPS, None)])
def test_the_owner_of_an_integration_is_not_changed_in_vain(now: Any, then: Any) -> None:
    """Field notes, row 31."""
    teams = (entity("team", OPS, "t1"), entity("team", WEB, "t2"))
    result = plan(state(*teams, _owned(now)), state(*teams, _owned(then)), prune=True)
    assert (result.changes, result.skipped) == (
        (),
        ("integration i: ownerTeam: cannot be changed by the API; delete it and create it again",),
    )
    (change,) = plan(state(*teams, _owned(now)), state(*teams, _owned(then, ignoreTeamsFromPayload=True))).changes
    assert change.fields.get("ownerTeam") == now  # a PUT says who owns it


def test_the_owner_of_an_integration_may_be_renamed() -> None:
    have = state(entity("team", OPS, "t1"), _owned(OPS))
    want = state(entity("team", WEB, "t1"), _owned(WEB))
    result = plan(have, want, prune=True)
    assert ([change.kind.name for change in result.changes], result.skipped) == (["team"], ())


@pytest.mark.parametrize("address", ["ann@x.org", "Ann@X.org"])
@pytest.mark.parametrize("prune", [True, False])
def test_the_first_contact_of_a_user_is_not_deleted(address: str, prune: bool) -> None:
    """Field notes, row 28: it is there with every new user, so a file that lacks it does not ask for its end."""
    fields = {"username": "Ann@x.org", "fullName": "Ann", "role": {"name": "user"}}
    rest = [({"method": "email", "to": "bo@x.org"}, "2"), ({"method": "sms", "to": "+1 5550100"}, "3")]
    have = state(entity("user", fields, "u", contact=[({"method": "email", "to": address}, "1"), *rest]))
    result = plan(have, state(entity("user", fields, "u")), prune=prune)
    assert [change.id for change in result.changes] == (["2", "3"] if prune else [])
    assert len(result.extra) == (0 if prune else 2)


def test_a_team_is_not_deleted_with_an_integration_that_is_wanted() -> None:
    have = state(entity("team", OPS, "t1"), entity("team", WEB, "t2"), _owned(OPS))
    result = plan(have, state(entity("team", WEB, "t2"), _owned(WEB)), prune=True)
    assert [change.to_dict() for change in result.changes if change.action == "delete"] == []
    assert (result.extra, result.complete) == (("team ops",), False)
    assert "teams/ops: owns integrations/i, which no call can give to another team" in result.skipped
    result = plan(have, state(entity("team", WEB, "t2")), prune=True)
    assert [change.key for change in result.changes] == [("integration", "", "i"), ("team", "", "ops")]
