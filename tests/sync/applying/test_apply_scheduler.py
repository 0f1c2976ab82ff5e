"""The scheduler: which steps may start when."""

from __future__ import annotations

from collections.abc import Iterator

from opsgenie_async.sync.applying.apply import Scheduler
from opsgenie_async.sync.planning.changes import Change
from tests.sync.changes import change, create

NOBODY = {"notify": {"type": "none"}}


def team(name: str) -> dict[str, str]:
    return {"type": "team", "name": name}


def rounds(*changes: Change) -> Iterator[list[str]]:
    """What may run at the same time, when all that runs ends before anything else begins."""
    numbered = dict(enumerate(changes))
    scheduler = Scheduler(numbered)
    while total := list(iter(scheduler.take, None)):
        yield sorted(numbered[number].name for number in total)
        for number in total:
            scheduler.finish(number)


def test_the_steps_of_a_team_go_one_after_the_other_and_teams_side_by_side() -> None:
    assert list(
        rounds(
            create("team", "a"),
            create("team", "b"),
            create("team_routing_rule", "a1", NOBODY, parent="a"),
            create("team_routing_rule", "b1", NOBODY, parent="b"),
            create("team_routing_rule", "a2", NOBODY, parent="a"),
        )
    ) == [["a", "b"], ["a1", "b1"], ["a2"]]


def test_what_no_team_owns_is_a_group_by_its_file() -> None:
    assert create("contact", "sms 1", parent="ann@x.org").group == "users/ann@x.org"
    assert create("schedule", "night", team="ops").group == create("team", "ops").group == "teams/ops"


def test_a_step_waits_for_what_it_refers_to_and_for_nothing_else() -> None:
    assert list(
        rounds(
            create("user", "ann@x.org"),
            create("team", "a"),
            create("team", "b"),
            create("contact", "sms 1", parent="ann@x.org"),
            change("update", "team", "a", {"members": [{"user": {"username": "Ann@x.org"}}]}, stage=7),
            change("update", "team", "b", {"description": "x"}, stage=7),
        )
    ) == [["a", "ann@x.org", "b"], ["a", "b", "sms 1"]]


def test_a_part_waits_for_what_it_is_a_part_of() -> None:
    assert list(
        rounds(
            create("team", "a"),
            create("alert_policy", "p", parent="a", path="policies/a", team="b"),
            create("alert_policy", "q", parent="", path="policies/account"),
        )
    ) == [["a", "q"], ["p"]]


def test_a_step_that_waits_for_two_things_waits_for_both() -> None:
    rules = {"rules": [{"recipient": team("a")}, {"recipient": {"type": "schedule", "name": "s"}}]}
    assert list(rounds(create("team", "a"), create("schedule", "s", team="a"), create("escalation", "e", rules))) == [
        ["a"],
        ["s"],
        ["e"],
    ]


def test_no_two_wait_for_each_other() -> None:
    """A cycle between a schedule and an escalation is broken where a rotation is a part of its own."""
    first = create("schedule_rotation", "r", {"participants": [{"type": "escalation", "name": "e"}]}, parent="s")
    second = create("escalation", "e", {"rules": [{"recipient": {"type": "schedule", "name": "s"}}]})
    assert list(rounds(create("schedule", "s"), first, second)) == [["s"], ["e"], ["r"]]


def test_the_longest_group_begins_first() -> None:
    scheduler = Scheduler(
        dict(enumerate([create("team", "a"), create("team", "b"), create("team_role", "r", {}, parent="b")]))
    )
    assert [scheduler.take(), scheduler.take(), scheduler.take()] == [1, 0, None]
