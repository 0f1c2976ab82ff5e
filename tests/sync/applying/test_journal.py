"""The journal: on the disk before it says so, readable after every kind of end."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync.applying import journal as module
from opsgenie_async.sync.applying.journal import SETTLING, Event, Journal, JournalError
from tests.clocks import FakeClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def step(number: int, name: str) -> dict[str, Any]:
    return {"step": number, "action": "create", "kind": "team", "name": name, "parent": "", "path": f"teams/{name}"}


async def broken_off(path: Path) -> None:
    """A run of four steps: one done, one failed, two nobody knows of."""
    async with Journal.open(path, clock=FakeClock()) as journal:
        await journal.append(Event.RUN_BEGAN, tool="t", changes=4)
        for number in (1, 2, 3, 4):
            await journal.append(Event.STEP_BEGAN, **step(number, f"t{number}"))
        journal.note(Event.STEP_DONE, step=1, id="i", requestId="r", how="done")
        journal.note(Event.STEP_FAILED, step=2, error="Conflict", message="no", status=409, requestId="r")


async def test_a_line_is_in_the_file_when_append_returns(path: Path) -> None:
    async with Journal.open(path, clock=FakeClock()) as journal:
        await journal.append(Event.RUN_BEGAN, changes=1)
        assert lines(path) == [{"at": "2026-01-01T00:00:00.000Z", "event": "run began", "changes": 1}]
        journal.note(Event.STEP_DONE, step=1)
        await journal.append(Event.STEP_BEGAN, step=2)
        assert [line.get("step") for line in lines(path)] == [None, 1, 2]
        journal.note(Event.STEP_DONE, step=2)
    assert [line["event"] for line in lines(path)][-1] == "step done"


async def test_what_is_handed_in_together_is_one_batch(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    async with Journal.open(path) as journal:
        await asyncio.gather(*(journal.append(Event.STEP_BEGAN, step=number) for number in range(1000)))
        assert [line["step"] for line in lines(path)] == [*range(1000)]
    assert len(synced) <= 2


async def test_one_waiter_that_is_cancelled_takes_nothing_from_the_others(path: Path) -> None:
    async with Journal.open(path) as journal:
        first, second = (asyncio.create_task(journal.append(Event.STEP_BEGAN, step=number)) for number in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        await second
    assert [line["step"] for line in lines(path)] == [1, 2]


async def test_a_run_that_was_broken_off_is_told_to_the_next(path: Path) -> None:
    await broken_off(path)
    async with Journal.open(path) as journal:
        earlier = journal.earlier
        assert earlier is not None
        assert (earlier.done, earlier.failed, earlier.in_doubt) == (1, 1, ("create team t3", "create team t4"))
        assert str(earlier) == "a run of 2026-01-01T00:00:00: 1 done, 1 failed, 2 in doubt"
        assert earlier.to_dict()["inDoubt"] == ["create team t3", "create team t4"]


async def test_the_run_that_goes_on_is_written_behind(path: Path) -> None:
    await broken_off(path)
    before = path.read_bytes()
    async with Journal.open(path) as journal:
        assert path.read_bytes() == before
        await journal.append(Event.RUN_BEGAN, tool="t", changes=2)
        await journal.append(Event.RUN_ENDED, complete=False)
    assert path.read_bytes().startswith(before)
    async with Journal.open(path) as journal:
        assert journal.earlier is not None
        assert journal.earlier.in_doubt == ()  # of the last run alone: it knew what to make of those before


async def test_a_run_that_ended_well_is_kept_until_the_next_begins(path: Path) -> None:
    async with Journal.open(path) as journal:
        await journal.append(Event.RUN_BEGAN, tool="first", changes=0)
        await journal.append(Event.RUN_ENDED, complete=True)
    async with Journal.open(path) as journal:
        assert journal.earlier is None
    assert lines(path)[0]["tool"] == "first"
    async with Journal.open(path) as journal:
        await journal.append(Event.RUN_BEGAN, tool="second", changes=0)
    assert [line.get("tool") for line in lines(path)] == ["second"]


async def test_what_is_in_doubt_gets_time_to_come_about(path: Path) -> None:
    """A request whose sender was killed may still be on its way when the next run reads the account."""
    clock = FakeClock()
    async with Journal.open(path, clock=clock) as journal:
        await journal.settled()
    assert clock.slept == []
    await broken_off(path)
    async with Journal.open(path, clock=clock) as journal:
        await journal.settled()
        assert clock.slept == [SETTLING]
        await journal.append(Event.RUN_BEGAN)
        await journal.append(Event.RUN_ENDED, complete=False)
    async with Journal.open(path, clock=clock) as journal:
        assert journal.earlier is not None
        await journal.settled()
    assert clock.slept == [SETTLING]


async def test_a_file_cut_off_anywhere_is_read_as_far_as_it_is_whole(path: Path) -> None:
    await broken_off(path)
    whole = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(whole) if byte == ord("\n")]
    for cut in sorted({0, 1, *range(0, len(whole), 31), *(end + by for end in ends for by in (-1, 0))}):
        path.write_bytes(whole[:cut])
        complete = sum(end <= cut for end in ends)
        async with Journal.open(path) as journal:
            assert (journal.earlier is None) == (complete == 0)
            await journal.append(Event.RUN_BEGAN, tool="next", changes=0)
        assert [line["event"] for line in lines(path)] == [
            *(line["event"] for line in map(json.loads, whole.splitlines()[:complete])),
            "run began",
        ]


async def test_zeros_that_a_power_cut_left_are_cut_off(path: Path) -> None:
    await broken_off(path)
    path.write_bytes(path.read_bytes() + b"\0" * 100 + b"\n" + b"\0" * 10)
    async with Journal.open(path) as journal:
        assert journal.earlier is not None
        await journal.append(Event.RUN_BEGAN)
    assert lines(path)[-1]["event"] == "run began"


@pytest.mark.parametrize("text", ["Dear diary,\n", "[1]\n", '{"event": "step done"}\n'])
async def test_another_file_is_refused_and_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(JournalError, match="not the journal"):
        async with Journal.open(path):
            raise AssertionError
    assert path.read_text() == text


async def test_two_runs_at_once_are_one_too_many(path: Path) -> None:
    async with Journal.open(path) as journal:
        await journal.append(Event.RUN_BEGAN, tool="t", changes=1)
        with pytest.raises(JournalError, match="another apply"):
            async with Journal.open(path):
                raise AssertionError
    async with Journal.open(path):
        pass


async def test_a_full_disk_stops_whoever_waits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async def run() -> None:
        async with Journal.open(path) as journal:
            await journal.append(Event.RUN_BEGAN, tool="t", changes=1)
            monkeypatch.setattr(module.os, "fsync", full)
            for _ in range(2):
                with pytest.raises(OSError, match="No space"):
                    await journal.append(Event.STEP_BEGAN, step=1)

    with pytest.raises(OSError, match="No space"):
        await run()
