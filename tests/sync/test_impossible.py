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
    made = plan(NOTHING, state(maintenance(end)), prune=True, now=NOW)
    assert (made.changes, made.skipped) == ((), ("maintenances/move: is over",))
    assert made.complete


def test_nor_changed() -> None:
    made = plan(state(maintenance("2026-11-29T00:00Z")), state(maintenance("2026-11-27T00:00Z")), now=NOW)
    assert (made.changes, made.skipped) == ((), ("maintenances/move: is over",))


@pytest.mark.parametrize("end", ["2026-11-28T12:00:01Z", "2026-11-28T14:30:00+02:00", "not a date"])
def test_one_that_is_not_over_is_made(end: str) -> None:
    made = plan(NOTHING, state(maintenance(end)), now=NOW)
    assert ([change.action for change in made.changes], made.skipped) == (["create"], ())


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
    made = plan(NOTHING, state(demo, about, entity("team", {"name": "ops"})), prune=True)
    assert {change.kind.name for change in made.changes} == {"team"}
    assert made.skipped == (
        "services/Demo: has no team, and the API makes services for teams alone: it cannot be copied",
        "incident-templates/t: impactedServices[0]: needs service 'Demo', which cannot be copied",
    )
    assert not made.complete


def test_one_that_is_there_is_kept_and_changed() -> None:
    there = state(entity("service", {"name": "Demo", "teamId": None}, "1"))
    assert plan(there, there, prune=True).changes == ()
    want = state(entity("service", {"name": "Demo", "description": "ours"}, "1"))
    assert [change.fields for change in plan(there, want).changes] == [{"description": "ours"}]
