"""Runs that are stopped, cancelled or broken off, and their journal: the next one goes on."""

from __future__ import annotations

import asyncio
import gc
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.applying.journal import Journal
from opsgenie_async.sync.applying.report import Applied
from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.testing import NoWaiting
from tests.sync.applying.target import Target, Watched, nothing_twice
from tests.sync.changes import create, planned

SECRET = "very-secret-webhook-token"


@pytest.mark.parametrize("seed", [6, 7, 8])
async def test_an_account_becomes_like_another_however_often_it_is_broken_off(desired: Snapshot, seed: int) -> None:
    """Both have much that the other lacks, and much of the same name that differs."""
    random = Random(seed)
    async with Sandbox(teams=5, seed=seed) as full, Opsgenie(full.api_key, base_url=full.url) as og:
        target = Target(og, desired)
        for _ in range(random.randint(1, 4)):
            stop = asyncio.Event()
            many = random.randint(1, 120)
            await target.apply(stop=stop, on_progress=lambda each, many=many, stop=stop: each.done < many or stop.set())
        report = await target.apply()
        assert report.complete, [each.to_dict() for each in (*report.failed, *report.not_reached)][:5]
        assert (await target.plan()).changes == ()


@pytest.mark.parametrize("after", [0, 1, 7, 40, 90])
async def test_a_run_that_is_stopped_finishes_what_is_in_flight_and_the_next_goes_on(
    little_target: Target, sandbox: Sandbox, tmp_path: Path, after: int
) -> None:
    stop = asyncio.Event()

    def watch(event: Applied) -> None:
        if event.done >= after and event.how == "done":
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
    remaining, reached = request, asyncio.Event()

    def count() -> None:
        nonlocal remaining
        remaining -= 1
        if remaining <= 0:
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
    starts = {entry["step"]: entry for entry in entries if entry["event"] == "step began"}
    assert starts[1] | {"at": ""} == {
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


async def test_nothing_to_do_leaves_the_last_journal_as_it_is(og: Opsgenie, tmp_path: Path) -> None:
    path = tmp_path / "j"
    async with Journal.open(path) as journal:
        assert (await apply(og, planned(create("team", "a")), journal=journal)).complete
    before = path.read_bytes()
    async with Journal.open(path) as journal:
        assert (await apply(og, planned(), journal=journal)).complete
    assert path.read_bytes() == before
