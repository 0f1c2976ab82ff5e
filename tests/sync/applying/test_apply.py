"""Apply against a sandbox over a real socket: the wanted state, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import gc
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from opsgenie_async import Config, Forbidden, Opsgenie, PreconditionRequired
from opsgenie_async.http.response import Envelope
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.applying.journal import Journal
from opsgenie_async.sync.applying.report import Applied, ApplyReport
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.changes import Plan
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.reading.account import read_account
from opsgenie_async.testing import NoWaiting
from tests.clocks import FakeClock
from tests.sync.changes import change, create, planned

NONE = {"notify": {"type": "none"}}
SECRET = "very-secret-webhook-token"


async def an_account(teams: int) -> Snapshot:
    async with Sandbox(teams=teams, seed=5) as source, Opsgenie(source.api_key, base_url=source.url) as og:
        return await read_account(og)


@pytest.fixture(scope="module")
def wanted() -> Snapshot:
    """An account with something of everything, read once: a loop of its own needs a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, an_account(4)).result()


@pytest.fixture(scope="module")
def little() -> Snapshot:
    """An account of two teams, for what is done many times over."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, an_account(2)).result()


class Watched(Opsgenie):
    """A client that tells when a request begins and when it is over."""

    on_begin: Callable[[], None] = staticmethod(lambda: None)
    on_end: Callable[[], None] = staticmethod(lambda: None)

    async def request(self, *arguments: Any, **options: Any) -> Envelope:
        self.on_begin()
        try:
            return await super().request(*arguments, **options)
        finally:
            self.on_end()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An empty account, where a new team brings nothing with it that the plan did not name."""
    async with Sandbox(seed=9, bare_teams=True) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    config = Config(jitter=lambda bound: 0.0, max_attempts=5)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


@attrs.define
class Target:
    """An account that is to become like another."""

    og: Opsgenie
    want: Snapshot

    async def plan(self) -> Plan:
        return plan(await read_account(self.og), self.want, prune=True)

    async def apply(self, **options: Any) -> ApplyReport:
        return await apply(self.og, await self.plan(), clock=NoWaiting(), **options)


@pytest.fixture
def target(og: Opsgenie, wanted: Snapshot) -> Target:
    return Target(og, wanted)


@pytest.fixture
def little_target(og: Opsgenie, little: Snapshot) -> Target:
    return Target(og, little)


def nothing_twice(sandbox: Sandbox, want: Snapshot) -> None:
    there = sandbox.account
    assert len(there.users) == len(want.entities["users"])
    assert len(there.teams) == len(want.entities["teams"])
    for table, word, part in (
        (there.rotations, "schedules", "schedule_rotation"),
        (there.routing_rules, "teams", "team_routing_rule"),
        (there.notification_rules, "users", "notification_rule"),
        (there.contacts, "users", "contact"),
        (there.overrides, "schedules", "schedule_override"),
    ):
        desired = sum(len(entity.parts.get(part, ())) for entity in want.entities[word])
        assert sum(map(len, table.values())) == desired, part


async def test_an_empty_account_becomes_like_another(target: Target, sandbox: Sandbox) -> None:
    first = await target.plan()
    sandbox.reset_counters()
    report = await apply(target.og, first)
    assert report.complete, report.document()
    assert len(report.done) == len(first.changes)
    # One listing for each new team's default rule, and not a request that does nothing.
    assert sandbox.requests == len(first.changes) + len(target.want.entities["teams"])
    assert (await target.plan()).changes == ()
    nothing_twice(sandbox, target.want)


@pytest.mark.parametrize("seed", [6, 7, 8])
async def test_an_account_becomes_like_another_however_often_it_is_broken_off(wanted: Snapshot, seed: int) -> None:
    """Both have much that the other lacks, and much of the same name that differs."""
    random = Random(seed)
    async with Sandbox(teams=5, seed=seed) as full, Opsgenie(full.api_key, base_url=full.url) as og:
        target = Target(og, wanted)
        for _ in range(random.randint(1, 4)):
            stop = asyncio.Event()
            many = random.randint(1, 120)
            await target.apply(stop=stop, on_progress=lambda each, many=many, stop=stop: each.done < many or stop.set())
        report = await target.apply()
        assert report.complete, [each.document() for each in (*report.failed, *report.not_reached)][:5]
        assert (await target.plan()).changes == ()


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
    assert report.complete, report.document()
    (rotations,) = sandbox.account.rotations.values()
    assert rotations[0]["participants"][0]["name"] == "e"


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
    document = report.document()
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
        ("x", "needs schedule 's', which could not be made"),
        ("r", "needs schedule 's', which could not be made"),
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
    assert report.complete, report.document()
    assert not sandbox.account.teams
    assert not sandbox.account.schedules


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


@pytest.mark.parametrize("after", [0, 1, 7, 40, 90])
async def test_a_run_that_is_stopped_finishes_what_is_in_flight_and_the_next_goes_on(
    little_target: Target, sandbox: Sandbox, tmp_path: Path, after: int
) -> None:
    stop = asyncio.Event()

    def watch(applied: Applied) -> None:
        if applied.done >= after and applied.how == "done":
            stop.set()

    if after == 0:
        stop.set()
    async with Journal.open(tmp_path / "j") as journal:
        report = await little_target.apply(journal=journal, stop=stop, on_progress=watch, concurrency=8)
    assert report.stopped
    assert after <= len(report.done) <= after + 8
    assert {step.reason for step in report.not_reached} == {"the run was stopped before"}
    async with Journal.open(tmp_path / "j") as journal:
        assert journal.earlier is not None
        assert (journal.earlier.done, journal.earlier.in_doubt) == (len(report.done), ())
        assert (await little_target.apply(journal=journal)).complete
    async with Journal.open(tmp_path / "j") as journal:
        assert journal.earlier is None
    assert (await little_target.plan()).changes == ()
    nothing_twice(sandbox, little_target.want)


async def cancelled(target: Target, path: Path, og: Watched, request: int, times: int) -> None:
    """Begin an apply, and cancel it when it has begun so many requests."""
    left, reached = request, asyncio.Event()

    def count() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            reached.set()

    to_do = await target.plan()
    og.on_begin = count
    async with Journal.open(path) as journal:
        task = asyncio.create_task(apply(og, to_do, journal=journal, concurrency=16, clock=NoWaiting()))
        await reached.wait()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("moment", [1, 2, 17, 40, 70, 110])
async def test_cancelled_anywhere_the_next_run_converges(
    little_target: Target, sandbox: Sandbox, tmp_path: Path, moment: int, times: int
) -> None:
    path = tmp_path / "j"
    async with Watched(sandbox.api_key, base_url=sandbox.url) as og:
        await cancelled(little_target, path, og, moment, times)
    async with Journal.open(path) as journal:
        assert journal.earlier is not None
        assert times == 2 or journal.earlier.in_doubt == ()
        report = await little_target.apply(journal=journal)
    assert report.complete
    assert (await little_target.plan()).changes == ()
    nothing_twice(sandbox, little_target.want)


async def test_the_journal_tells_of_every_step_and_of_no_secret(og: Opsgenie, sandbox: Sandbox, tmp_path: Path) -> None:
    echo = {"message": "Request body is not processable", "errors": {"name": f"{SECRET} is not allowed"}}
    sandbox.faults.add(Fault(route="POST /v2/schedules", status=422, body=echo))
    hook = {"type": "Webhook", "name": "hook", "url": f"https://x/{SECRET}", "headers": {"a": SECRET}}
    async with Journal.open(tmp_path / "j") as journal:
        await apply(
            og,
            planned(
                create("integration", "hook", hook),
                create("schedule", "s"),
                create("schedule_rotation", "r", {}, parent="s", path="schedules/s"),
            ),
            journal=journal,
        )
    text = (tmp_path / "j").read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert Counter(entry["event"] for entry in entries) == {
        "run began": 1,
        "step began": 2,
        "step done": 1,
        "step failed": 1,
        "step not reached": 1,
        "run ended": 1,
    }
    began = {entry["step"]: entry for entry in entries if entry["event"] == "step began"}
    assert began[1] | {"at": ""} == {
        "at": "",
        "event": "step began",
        "step": 1,
        "action": "create",
        "kind": "integration",
        "name": "hook",
        "parent": "",
        "path": "integrations/hook",
    }
    (done,) = (entry for entry in entries if entry["event"] == "step done")
    assert (done["step"], done["id"] in sandbox.account.integrations, done["how"]) == (1, True, "done")
    (failed,) = (entry for entry in entries if entry["event"] == "step failed")
    assert (failed["status"], failed["error"], failed["fields"]) == (422, "UnprocessableEntity", ["name"])
    assert SECRET not in text
    assert sandbox.api_key not in text


async def test_a_step_is_in_the_journal_before_it_is_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    requests: list[str] = []

    class Reading(Opsgenie):
        async def request(self, *arguments: Any, **options: Any) -> Envelope:
            entries = map(json.loads, (await asyncio.to_thread((tmp_path / "j").read_text)).splitlines())
            assert options["json"]["name"] in [each["name"] for each in entries if each["event"] == "step began"]
            requests.append(options["json"]["name"])
            return await super().request(*arguments, **options)

    async with Reading(sandbox.api_key, base_url=sandbox.url) as og, Journal.open(tmp_path / "j") as journal:
        await apply(og, planned(*(create("team", name) for name in "abcdef")), journal=journal, concurrency=2)
    assert sorted(requests) == list("abcdef")


async def test_a_bug_stops_the_run_and_leaves_a_journal(
    og: Opsgenie, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Applied) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with Journal.open(tmp_path / "j") as journal:
            await apply(
                og,
                planned(*(create("team", str(number)) for number in range(50))),
                journal=journal,
                on_progress=broken,
                concurrency=4,
            )
    assert len(sandbox.account.teams) <= 8
    async with Journal.open(tmp_path / "j") as journal:
        assert journal.earlier is not None
        assert journal.earlier.done == len(sandbox.account.teams)
    gc.collect()
    assert "never retrieved" not in caplog.text


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


async def test_nothing_to_do_leaves_the_last_journal_as_it_is(og: Opsgenie, tmp_path: Path) -> None:
    path = tmp_path / "j"
    async with Journal.open(path) as journal:
        assert (await apply(og, planned(create("team", "a")), journal=journal)).complete
    before = path.read_bytes()
    async with Journal.open(path) as journal:
        assert (await apply(og, planned(), journal=journal)).complete
    assert path.read_bytes() == before


async def test_it_takes_the_time_that_the_rate_limit_sets(wanted: Snapshot) -> None:
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
        began = clock.now()
        report = await apply(og, plan(have, wanted), clock=clock)
        took = clock.now() - began
        limited = [
            each for each in sandbox.received if not each.path.startswith(("/v2/integrations", "/v2/heartbeats"))
        ]
    assert report.complete
    assert took <= 1.1 * len(limited) / 20
