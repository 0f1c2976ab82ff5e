"""Apply against a sandbox over a real socket: the wanted state, with no more requests than it needs."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.applying.journal import Journal
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.reading.reader import read_account
from tests.clocks import FakeClock
from tests.sync.applying.target import Target, Watched, nothing_twice
from tests.sync.changes import change, create, planned

NONE = {"notify": {"type": "none"}}


async def test_an_empty_account_becomes_like_another(target: Target, sandbox: Sandbox) -> None:
    first = await target.plan()
    sandbox.reset_counters()
    report = await apply(target.og, first)
    assert report.complete, report.to_dict()
    assert len(report.done) == len(first.changes)
    # One listing for each new team's default rule, and not a request that does nothing.
    assert sandbox.requests == len(first.changes) + len(target.want.entities["teams"])
    assert (await target.plan()).changes == ()
    nothing_twice(sandbox, target.want)


async def test_orders_are_brought_about_at_the_end(target: Target, og: Opsgenie) -> None:
    await target.apply()
    turned = {
        folder: [attrs.evolve(each, parts={word: _turned(parts) for word, parts in each.parts.items()}) for each in all]
        for folder, all in target.want.entities.items()
    }
    target = Target(og, attrs.evolve(target.want, entities=turned))
    report = await target.apply()
    assert report.complete
    assert report.counts["order"] > 0
    assert (await target.plan()).changes == ()


def _turned(parts: tuple[Entity, ...]) -> tuple[Entity, ...]:
    last = [part for part in parts if part.name == "default"]
    return (*reversed([part for part in parts if part.name != "default"]), *last)


async def test_teams_schedules_and_escalations_may_point_at_each_other(og: Opsgenie, sandbox: Sandbox) -> None:
    """A cycle is made through shells: the rotation comes when the escalation is there."""
    shift = {"name": "r", "type": "weekly", "startDate": "2026-02-01T00:00:00Z"}
    by_escalation = {"participants": [{"type": "escalation", "name": "e"}]}
    rule = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0}}
    report = await apply(
        og,
        planned(
            create("schedule_rotation", "r", {**shift, **by_escalation}, parent="s", team="t"),
            create(
                "escalation", "e", {"name": "e", "rules": [{**rule, "recipient": {"type": "schedule", "name": "s"}}]}
            ),
            create("team_routing_rule", "x", {"name": "x", "notify": {"type": "escalation", "name": "e"}}, parent="t"),
            create("schedule", "s", {"name": "s", "ownerTeam": {"name": "t"}}, team="t"),
            create("team", "t"),
        ),
    )
    assert report.complete, report.to_dict()
    (rotations,) = sandbox.account.rotations.values()
    assert rotations[0]["participants"][0]["name"] == "e"


async def test_what_holds_is_deleted_before_what_is_held(og: Opsgenie, sandbox: Sandbox) -> None:
    sandbox.add_team("t")
    sandbox.add_schedule("s", team="t")
    (team,), (schedule,) = sandbox.account.teams, sandbox.account.schedules
    steps = [change("delete", "team", "t", id=team), change("delete", "schedule", "s", id=schedule, team="t")]
    assert (await apply(og, planned(*steps))).complete
    assert len(sandbox.requests_to("DELETE *")) == 2


async def test_an_order_is_brought_about_when_all_is_there_that_it_names(og: Opsgenie, sandbox: Sandbox) -> None:
    report = await apply(
        og,
        planned(
            change("order", "team_routing_rule", "", {"order": ["y", "x", "default"]}, parent="t"),
            create("team_routing_rule", "x", {"name": "x", **NONE}, parent="t"),
            create("team_routing_rule", "y", {"name": "y", **NONE}, parent="t"),
            create("team", "t"),
        ),
    )
    assert report.complete
    (rules,) = sandbox.account.routing_rules.values()
    assert [rule["name"] for rule in rules] == ["y", "x", "Default Routing Rule"]


@pytest.mark.parametrize("journalled", [False, True])
async def test_no_more_steps_at_a_time_than_were_asked_for(
    og: Opsgenie, sandbox: Sandbox, tmp_path: Path, journalled: bool
) -> None:
    running = most = 0

    def begin() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)

    def end() -> None:
        nonlocal running
        running -= 1

    steps = planned(*(create("team", str(number)) for number in range(40)))
    async with Watched(sandbox.api_key, base_url=sandbox.url) as watched, Journal.open(tmp_path / "j") as journal:
        watched.on_begin, watched.on_end = begin, end
        await apply(watched, steps, journal=journal if journalled else None, concurrency=5)
    assert most == 5
    with pytest.raises(ValueError, match="concurrency"):
        await apply(og, planned(), concurrency=0)


async def test_it_takes_the_time_that_the_rate_limit_sets(desired: Snapshot) -> None:
    """No stage waits for the end of another: the requests never thin out."""
    clock = FakeClock(idle_rounds=30)
    limits = {"configuration": [{"limit": 20, "periodInSeconds": 1}]}
    config = Config(clock=clock, limits={"configuration": {1: 20}})
    async with (
        Sandbox(clock=clock, limits=limits) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og,
    ):
        have = await read_account(og)
        await clock.advance(10)
        sandbox.reset_counters()
        start = clock.now()
        report = await apply(og, plan(have, desired), clock=clock)
        duration = clock.now() - start
        limited = [
            each for each in sandbox.received if not each.path.startswith(("/v2/integrations", "/v2/heartbeats"))
        ]
    assert report.complete
    assert duration <= 1.1 * len(limited) / 20
