"""Steps that fail: what they stop, what is tried again, and what goes on without them."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from opsgenie_async import Forbidden, Opsgenie, PreconditionRequired
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.applying.report import Applied
from tests.clocks import FakeClock
from tests.sync.applying.target import Target, nothing_twice
from tests.sync.changes import change, create, planned

NONE = {"notify": {"type": "none"}}


async def test_one_teams_failure_stops_that_team_alone(og: Opsgenie, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="POST /v2/schedules", status=403, code=40301, after=1, times=1))
    progress: list[Applied] = []
    report = await apply(
        og,
        planned(
            create("team", "a"),
            create("team", "b"),
            create("team", "c"),
            create("schedule", "a", team="a"),
            create("schedule", "b", team="b"),
            create("schedule", "c", team="c"),
            create("team_routing_rule", "x", {"name": "x", **NONE}, parent="b"),
            create("team_routing_rule", "x", {"name": "x", **NONE}, parent="c"),
            change("delete", "heartbeat", "old", id="old", team="b"),
        ),
        concurrency=1,
        on_progress=progress.append,
    )
    assert not report.complete
    (failed,) = report.failed
    assert isinstance(failed.error, Forbidden)
    assert failed.request_id
    broken = failed.change.name
    assert {step.change.team for step in report.not_reached} == {broken}
    assert {step.reason for step in report.not_reached} == {f"create schedule {broken} had failed"}
    assert len(report.done) + len(report.not_reached) == 8
    assert [each.done for each in progress] == [*range(1, 10)]
    assert {each.total for each in progress} == {9}
    assert [each.failure for each in progress if each.how == "failed"] == [failed.error]
    document = report.to_dict()
    assert document["failed"][0]["requestId"] == failed.request_id  # type: ignore[index, call-overload]
    assert json.loads(json.dumps(document))["complete"] is False


async def test_what_needs_the_thing_that_failed_is_not_reached_and_the_rest_of_its_team_is(
    og: Opsgenie, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(route="POST /v2/schedules", status=422))
    to_schedule = {"notify": {"type": "schedule", "name": "s"}}
    report = await apply(
        og,
        planned(
            create("team", "a"),
            create("team", "b"),
            create("schedule", "s", team="a"),
            create("team_routing_rule", "x", {"name": "x", **to_schedule}, parent="b"),
            create("team_routing_rule", "y", {"name": "y", **NONE}, parent="b"),
            create("schedule_rotation", "r", {"participants": []}, parent="s", team="b"),
        ),
    )
    assert [(step.change.name, step.reason) for step in report.not_reached] == [
        ("x", "needs schedule 's', which could not be created"),
        ("r", "needs schedule 's', which could not be created"),
    ]
    assert {step.change.name for step in report.done} == {"a", "b", "y"}


async def test_one_users_failure_stops_that_user_alone(og: Opsgenie, sandbox: Sandbox) -> None:
    def user(name: str) -> dict[str, Any]:
        return {"username": name, "fullName": name, "role": {"name": "User"}}

    contact = {"method": "sms", "to": "49 1"}
    report = await apply(
        og,
        planned(
            create("user", "ann@x", user("ann@x")),
            create("user", "bea@x", {"username": "bea@x"}),
            create("contact", "sms 49 1", contact, parent="ann@x"),
            create("contact", "sms 49 1", contact, parent="bea@x"),
        ),
    )
    assert [step.change.name for step in report.failed] == ["bea@x"]
    assert [step.change.parent for step in report.not_reached] == ["bea@x"]
    assert len(report.done) == 2


async def test_deletes_that_hold_each_other_go_one_by_one(og: Opsgenie, sandbox: Sandbox) -> None:
    """428 is no failure while another delete of the same plan may do away with its reason."""
    names = [f"s{number}" for number in range(4)]
    for name, before in zip(names, [None, *names], strict=False):
        sandbox.add_team(name)
        if before:
            sandbox.add_schedule(name, team=before)
        else:
            sandbox.add_schedule(name)
    ids = {("schedule", "", each["name"]): id for id, each in sandbox.account.schedules.items()}
    teams = {("team", "", each["name"]): id for id, each in sandbox.account.teams.items()}
    report = await apply(
        og,
        planned(
            *(change("delete", "team", name, id=teams["team", "", name], stage=3) for name in names),
            *(
                change("delete", "schedule", name, id=ids["schedule", "", name], team=f"of {name}", stage=2)
                for name in names
            ),
        ),
    )
    assert report.complete, report.to_dict()
    assert not sandbox.account.teams
    assert not sandbox.account.schedules


async def test_a_delete_that_lags_is_tried_again_later(sandbox: Sandbox, og: Opsgenie) -> None:
    """Deleting a user right after it has left its teams may be refused for a while."""
    user = sandbox.add_user("ann@x.org")
    sandbox.faults.add(Fault(route="DELETE *", status=428, times=4))
    clock = FakeClock(idle_rounds=30)
    report = await apply(og, planned(change("delete", "user", "ann@x.org", id=user["id"])), clock=clock)
    assert report.complete
    assert clock.slept == [1.0, 2.0]


async def test_a_delete_that_is_refused_to_the_end_has_failed(sandbox: Sandbox, og: Opsgenie) -> None:
    sandbox.faults.add(Fault(route="DELETE *", status=428))
    clock = FakeClock(idle_rounds=30)
    steps = [change("delete", "team", name, id=name) for name in "ab"]
    report = await apply(og, planned(*steps), clock=clock)
    assert [type(step.error) for step in report.failed] == [PreconditionRequired] * 2
    assert clock.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("seed", range(3))
async def test_a_bad_line_makes_nothing_twice_and_loses_nothing(target: Target, sandbox: Sandbox, seed: int) -> None:
    """5 % of answers 503, and 4 % each lost before and after the work."""
    random = Random(seed)
    faults = [
        Fault(status=503, share=0.05),
        Fault(reset=True, share=0.02),
        Fault(reset=True, after_state=True, share=0.02),
        Fault(truncate=True, share=0.02),
        Fault(html=True, after_state=True, share=0.02),
    ]
    random.shuffle(faults)
    for _ in range(4):
        sandbox.faults.add(*faults)
        report = await target.apply()
        sandbox.faults.clear()
        nothing = (await target.plan()).changes
        if not nothing:
            break
    assert nothing == ()
    assert report.complete
    nothing_twice(sandbox, target.want)
