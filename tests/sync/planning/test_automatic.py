"""What comes by itself with a new team belongs to the run that made it: nobody is on call whom no file names."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import ApplyReport, Entity, Plan, Selection, Snapshot, apply, plan, read_account
from opsgenie_async.testing import NoWaiting
from tests.sync.states import entity, state

NOBODY = {"type": "none"}
OPS = {"name": "ops"}
DEFAULT: tuple[dict[str, Any], str] = ({"isDefault": True}, "")
ROTATION = {
    "name": "mine",
    "type": "daily",
    "startDate": "2031-01-01T08:00:00Z",
    "participants": [NOBODY],
}
RULES = [
    {
        "condition": "if-not-acked",
        "notifyType": "default",
        "delay": {"timeAmount": 5},
        "recipient": {"type": "team", "name": "ops"},
    }
]
ANN = entity("user", {"username": "ann@x.org", "fullName": "Ann", "role": {"name": "user"}})
TEAM = entity("team", {**OPS, "members": [{"user": {"username": "ann@x.org"}}]}, team_routing_rule=[DEFAULT])
SCHEDULE = entity("schedule", {"name": "ops_schedule"}, schedule_rotation=[(ROTATION, "")])
ESCALATION = entity("escalation", {"name": "ops_escalation", "rules": RULES, "ownerTeam": OPS})
TEAM_WITHOUT_RULES = Entity(kind=TEAM.kind, name="ops", fields=OPS)


@pytest.fixture
async def empty() -> Any:
    async with (
        Sandbox(teams=0) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as og,
    ):
        yield sandbox, og


async def apply_snapshot(og: Opsgenie, want: Snapshot, *, prune: bool = True, **more: Any) -> tuple[Plan, ApplyReport]:
    result = plan(await read_account(og), want, prune=prune)
    return result, await apply(og, result, clock=NoWaiting(), **more)


DESIRED = [
    (TEAM,),
    (TEAM_WITHOUT_RULES,),
    (TEAM, SCHEDULE),
    (TEAM, ESCALATION),
    (TEAM, SCHEDULE, ESCALATION),
    (TEAM_WITHOUT_RULES, SCHEDULE, ESCALATION),
]


@pytest.mark.parametrize("desired", DESIRED, ids=range(len(DESIRED)))
async def test_one_apply_with_prune_leaves_what_is_wanted(empty: Any, desired: tuple[Entity, ...]) -> None:
    sandbox, og = empty
    want = state(ANN, *desired)
    _, report = await apply_snapshot(og, want)
    assert (report.failed, report.not_reached, report.appeared) == ((), (), ())
    again = plan(await read_account(og), want, prune=True)
    assert ([change.to_dict() for change in again.changes], again.skipped) == ([], ())
    words = [each.kind.name for each in desired]
    assert (len(sandbox.account.schedules), len(sandbox.account.escalations)) == (
        words.count("schedule"),
        words.count("escalation"),
    )


async def test_without_prune_it_is_named_and_stays(empty: Any) -> None:
    sandbox, og = empty
    want = state(ANN, TEAM)
    _, report = await apply_snapshot(og, want, prune=False)
    assert report.complete
    assert report.appeared == ("escalation ops_escalation", "schedule ops_schedule")
    assert report.to_dict()["appeared"] == list(report.appeared)
    assert len(sandbox.account.schedules) == 1
    again = plan(await read_account(og), want)
    assert (again.changes, set(again.extra)) == ((), set(report.appeared))
    (rules,) = sandbox.account.routing_rules.values()
    assert [rule["notify"] for rule in rules] == [NOBODY]


@pytest.mark.parametrize("prune", [True, False])
async def test_a_rotation_that_came_by_itself_is_gone_from_a_wanted_schedule(empty: Any, prune: bool) -> None:
    """With or without prune: it belongs to the run, and would put somebody on call."""
    sandbox, og = empty
    want = state(ANN, TEAM, SCHEDULE, ESCALATION)
    result = plan(await read_account(og), want, prune=prune)

    def rotate(*_: Any) -> None:
        for id in sandbox.account.schedules:
            rotations = sandbox.account.rotations[id]
            if not rotations:
                rotations.append({**ROTATION, "id": "by-itself", "name": "Rot1"})

    report = await apply(og, result, clock=NoWaiting(), on_progress=rotate, concurrency=1)
    assert report.complete
    assert ("delete", "Rot1") in [(step.change.action, step.change.name) for step in report.done]
    again = plan(await read_account(og), want, prune=True)
    assert (again.changes, again.extra) == ((), ())


async def test_bare_teams_bring_nothing_and_nothing_is_said() -> None:
    async with Sandbox(teams=0, bare_teams=True) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        want = state(ANN, TEAM, SCHEDULE)
        result, report = await apply_snapshot(og, want)
        assert report.complete
        assert {step.change.key for step in report.done} == {change.key for change in result.changes}
        assert plan(await read_account(og), want, prune=True).changes == ()


@pytest.mark.parametrize("stop_after", [1, 2, 3, 5, 8])
async def test_a_run_that_was_broken_off_is_followed_by_one_that_ends_it(empty: Any, stop_after: int) -> None:
    _, og = empty
    want = state(ANN, TEAM, ESCALATION)
    stop = asyncio.Event()

    def show(each: Any) -> None:
        if each.done >= stop_after:
            stop.set()

    await apply_snapshot(og, want, stop=stop, on_progress=show, concurrency=1)
    _, report = await apply_snapshot(og, want)
    assert report.complete
    again = plan(await read_account(og), want, prune=True)
    assert (again.changes, again.extra) == ((), ())


async def test_what_was_not_chosen_is_not_deleted(empty: Any) -> None:
    _, og = empty
    only = Selection.parse("teams/*,users/*")
    result = plan(await read_account(og, only=only), state(ANN, TEAM), only=only, prune=True)
    report = await apply(og, result, clock=NoWaiting())
    assert report.complete
    assert report.appeared == ("escalation ops_escalation", "schedule ops_schedule")


@pytest.mark.parametrize("contacts", [[], [("email", True)], [("email", False)], [("email", True), ("sms", True)]])
async def test_the_first_contact_of_a_new_user_is_adopted(empty: Any, contacts: list[tuple[str, bool]]) -> None:
    """Field notes, row 28."""
    sandbox, og = empty
    to = {"email": "ann@x.org", "sms": "+1 5550100"}
    parts = [({"method": method, "to": to[method], "enabled": enabled}, "") for method, enabled in contacts]
    want = state(entity("user", dict(ANN.fields), contact=parts))
    _, report = await apply_snapshot(og, want)
    assert report.complete
    again = plan(await read_account(og), want, prune=True)
    assert ([change.to_dict() for change in again.changes], again.skipped, again.extra) == ([], (), ())
    (there,) = sandbox.account.contacts.values()
    assert [(each["method"], each["status"]["enabled"]) for each in there] == (contacts or [("email", True)])
