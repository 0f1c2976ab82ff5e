"""What a plan leaves alone, refuses, and says to machines."""

from __future__ import annotations

import math
from typing import Any

import pytest

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.sync.model.selection import Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, Target
from opsgenie_async.sync.planning.dangling import DanglingReference
from opsgenie_async.sync.planning.plan import TooManyDeletions, plan
from tests.sync.planning.entities import NIGHT, NOTHING, escalation, rule, schedule, steps, team, user
from tests.sync.states import entity, state


def test_what_could_not_be_read_is_neither_made_nor_changed_nor_deleted() -> None:
    have = state(
        team("ops", description="old"),
        team("web", "t2"),
        unread=frozenset({("teams", "db"), ("users", ""), ("services/incidentRules", "")}),
    )
    want = state(
        team("ops", description="new"),
        team("db", "t3"),
        user("a@x"),
        unread=frozenset({("teams", "web"), ("schedules", "")}),
    )
    result = plan(have, want, prune=True)
    assert steps(result) == [("update", "team", "ops")]
    assert result.skipped == (
        "users: could not be read",
        "teams/db: could not be read",
        "teams/web: is missing in the snapshot: it could not be read when that was pulled",
    )
    assert not result.complete


def test_what_an_account_does_not_include_matters_only_to_who_wants_it() -> None:
    service = entity("service", {"name": "s", "teamId": {"name": "ops"}}, service_incident_rule=[({}, "")])
    without = state(team(), unread=frozenset({("services", "")}))
    assert plan(without, without).complete
    assert plan(without, state(team())).skipped == ("services: could not be read",)  # something may be there
    assert plan(state(team(), service), without).skipped == (
        "services: is missing in the snapshot: it could not be read when that was pulled",
    )
    result = plan(without, state(team(), service))
    assert (result.changes, result.skipped) == ((), ("services: could not be read",))
    there = Entity(kind=service.kind, name="s", fields=service.fields, id="s1")
    result = plan(state(team(), there), state(team(), service))
    assert (result.changes, result.skipped) == ((), ("services: incidentRules: could not be read",))


def test_only_what_was_chosen_is_compared() -> None:
    have = state(team("ops"), team("web", "t2"), user("a@x", "u1"))
    want = state(team("ops", description="d"), team("web", "t2", description="d"), team("db", "t3"))
    assert steps(plan(have, want, only=Selection.parse("teams/ops"), prune=True)) == [("update", "team", "ops")]
    narrow = state(team("ops"), only=Selection.parse("teams/ops"))
    assert steps(plan(have, narrow, prune=True)) == []
    assert steps(plan(narrow, want, prune=True)) == [("update", "team", "ops")]


def test_what_was_seen_and_not_read_can_be_pointed_at_and_is_not_made_again() -> None:
    ids = {Target("team", "ops"): "t1", Target("schedule", "night"): "s1", Target("policy", "tidy", "ops"): "p1"}
    have = Snapshot(entities={}, only=Selection.parse("teams/new,teams/other,escalations/*"), ids=ids)
    result = plan(have, state(team("new", "t1"), team("other", "t9"), escalation(NIGHT)))
    assert [each.path for each in result.changes] == ["teams/other", "escalations/first", "teams/other"]
    assert result.skipped == ("teams/new: is there as 'ops', which was not read",)
    assert result.ids["schedule", "", "night"] == "s1"
    assert result.ids["policies", "", "ops"] == "t1"
    assert result.ids["alert_policy", "ops", "tidy"] == "p1"


def test_a_reference_to_nothing_is_refused_with_file_field_and_target() -> None:
    want = Snapshot(
        entities=state(escalation(NIGHT)).entities, files={("escalations", "first"): "escalations/first.json"}
    )
    with pytest.raises(DanglingReference) as refused:
        plan(NOTHING, want)
    text = (
        "escalations/first.json: rules[0].recipient: schedule 'night' is not in the snapshot and is not in the account"
    )
    assert str(refused.value) == text
    assert steps(plan(state(schedule()), want)) == [("create", "escalation", "first")]
    assert steps(plan(state(only=Selection.parse("escalations/*")), want)) == [("create", "escalation", "first")]


def test_a_part_names_its_section_where_it_refers_to_nothing() -> None:
    with pytest.raises(DanglingReference, match=r"teams/ops: routingRules: p: notify: schedule 'night'"):
        plan(NOTHING, state(team(rules=(rule("p", NIGHT),))))


def test_what_is_wanted_keeps_what_it_refers_to() -> None:
    have = state(escalation(NIGHT), schedule())
    with pytest.raises(DanglingReference, match="schedule 'night' is not in the snapshot and would be deleted"):
        plan(have, state(escalation(NIGHT)), prune=True)
    assert plan(have, state(escalation(NIGHT))).changes == ()


def test_what_the_account_itself_refers_to_is_taken_as_it_is() -> None:
    missing = {"type": "user", "username": "left@x"}
    have, want = state(escalation(missing)), state(escalation(missing, description="d"))
    assert plan(have, want).changes[0].fields == {"description": "d"}
    with pytest.raises(DanglingReference):
        plan(state(escalation(NIGHT), schedule()), want)


def test_a_guard_stops_what_would_delete_too_much() -> None:
    people = [user(f"u{number}@x", f"u{number}") for number in range(20)]
    few = [entity("custom_user_role", {"name": f"role{number}"}, f"c{number}") for number in range(2)]
    result = plan(state(*people, *few), state(*people[:14]), prune=True)
    assert result.share == pytest.approx({"user": 0.3, "": 8 / 22})
    with pytest.raises(TooManyDeletions, match=r"would delete 36\.4% of everything, more than 30%"):
        result.raise_if_unsafe()
    result.raise_if_unsafe(0.4)
    many = [team(f"t{number}", f"t{number}") for number in range(40)]
    with pytest.raises(TooManyDeletions, match="would delete 30% of all user entities, more than 29%"):
        plan(state(*people, *many), state(*people[:14], *many), prune=True).raise_if_unsafe(0.29)


@pytest.mark.parametrize("most", [math.nan, math.inf, -math.inf, -0.1, 1.1, 30, "0.3", None, True])
def test_a_limit_that_is_no_share_is_refused(most: Any) -> None:
    result = plan(state(user("u@x", "u")), state(), prune=True)
    with pytest.raises(ArgumentValueError, match="raise_if_unsafe: most: expected a number from 0 to 1, got "):
        result.raise_if_unsafe(most)


def test_parts_that_go_with_something_count_as_deleted() -> None:
    rules = tuple(rule(str(number)) for number in range(9))
    result = plan(state(team(rules=rules), user("a@x", "u1")), state(user("a@x")), prune=True)
    assert result.share == {"team_routing_rule": 1.0, "": 11 / 12}
    policy = ({"type": "alert", "name": "tidy"}, "p1")
    table = entity("policies", {"team": {"name": "ops"}}, "t1", alert_policy=[policy])
    result = plan(state(team(), table, user("a@x", "u1")), state(user("a@x")), prune=True)
    assert result.share == {"": 3 / 4}  # the team, its default rule and its policy; a table is nothing of its own


def test_a_plan_for_machines_says_everything_but_what_is_sent() -> None:
    result = plan(state(team(description="a")), state(team(description="b"), user("a@x")))
    assert result.to_dict() == {
        "complete": True,
        "changes": [
            {
                "action": "create",
                "kind": "user",
                "name": "a@x",
                "parent": "",
                "team": "",
                "path": "users/a@x",
                "fields": [],
            },
            {
                "action": "update",
                "kind": "team",
                "name": "ops",
                "parent": "",
                "team": "ops",
                "path": "teams/ops",
                "fields": [{"field": "description", "have": "a", "want": "b"}],
            },
        ],
        "extra": [],
        "skipped": [],
    }
