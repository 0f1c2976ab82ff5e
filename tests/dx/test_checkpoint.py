"""The file of a run: what is in its place, who else writes it, and what a write that fails leaves."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from opsgenie_async.dx import CheckpointError, bridge
from opsgenie_async.dx.checkpoint import Checkpoint
from tests.waiting import LIMIT, until, wait_until


def test_what_another_run_made_meanwhile_is_left_to_it(tmp_path: Path):
    path = tmp_path / "checkpoint.json"
    late, first = Checkpoint(path, "x"), Checkpoint(path, "x")
    with late.hold_lock():
        with first.hold_lock():
            first.record("1", "digest")
            first.write(first.snapshot())
        content = path.read_bytes()
        with pytest.raises(CheckpointError, match="another run is using it"):
            late.write(late.snapshot())
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint.json"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch):
    path = tmp_path / "checkpoint.json"
    checkpoint = Checkpoint(path, "x")
    with checkpoint.hold_lock():
        checkpoint.write(checkpoint.snapshot())
        content = path.read_bytes()

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            checkpoint.write(checkpoint.snapshot())
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint.json"]


def test_what_is_no_file_is_refused_before_it_is_read(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CheckpointError, match="use another file"):
        Checkpoint(tmp_path / "folder", "x").read()


@pytest.mark.skipif(os.name == "nt", reason="where an open file cannot go")
@pytest.mark.parametrize("is_gone", [False, True])
def test_a_file_that_is_replaced_while_it_is_locked_is_locked_anew(tmp_path: Path, monkeypatch, is_gone: bool):
    path = tmp_path / "checkpoint.json"
    path.write_text("old")
    from opsgenie_async.dx import checkpoint as module

    lock, times = module.lock, []

    def replaced(descriptor: int) -> bool:
        times.append(descriptor)
        if len(times) == 1:
            path.unlink()
            if not is_gone:
                path.write_text("new")
        return lock(descriptor)

    monkeypatch.setattr(module, "lock", replaced)
    checkpoint = Checkpoint(path, "x")
    with checkpoint.hold_lock():
        assert (checkpoint._descriptor is None) is is_gone
    assert len(times) == (1 if is_gone else 2)


async def test_a_run_that_is_cancelled_while_it_locks_the_file_leaves_it_free(tmp_path: Path, monkeypatch):
    path = tmp_path / "checkpoint.json"
    path.write_text("{}")
    entering, may_enter = threading.Event(), threading.Event()
    original, opened = Checkpoint._open_locked, threading.Event()
    locks, make = [], Checkpoint.hold_lock  # as whatever has a reference would keep them

    def keep(self: Checkpoint):
        locks.append(make(self))
        return locks[0]

    def slowly(self: Checkpoint, *args):
        entering.set()
        may_enter.wait(LIMIT)
        descriptor = original(self, *args)
        opened.set()
        return descriptor

    async def enter() -> None:
        async with bridge._open(path, "x", dry_run=False):
            pass

    monkeypatch.setattr(Checkpoint, "hold_lock", keep)
    monkeypatch.setattr(Checkpoint, "_open_locked", slowly)
    task = asyncio.ensure_future(enter())
    await until(entering.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    may_enter.set()

    def is_free() -> bool:
        try:
            with Checkpoint(path, "x").hold_lock():
                return True
        except CheckpointError:
            return False

    monkeypatch.undo()
    await asyncio.to_thread(opened.wait, LIMIT)
    await asyncio.to_thread(wait_until, is_free)
