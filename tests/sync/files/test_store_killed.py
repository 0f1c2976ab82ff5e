"""A new snapshot takes the place of the earlier one: killed at any step, one of the two is there whole."""

from __future__ import annotations

import contextlib
import os
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.store import Manifest, Store
from tests.sync.snapshots import failure, schedule, snapshot_contents, stage, team, user, write_snapshot

SWAPS: dict[str, tuple[list[Any], dict[str, Any], list[Any], dict[str, Any]]] = {
    "whole": (
        [team("ops"), team("gone"), user("a@b")],
        {},
        [team("ops", description="new"), team("more"), schedule("night")],
        {},
    ),
    "narrow": ([team("ops"), user("a@b")], {}, [team("ops", description="new")], {"only": "teams/*"}),
    "set aside": ([team("ops")], {}, [team("ops", description="new")], {"failures": [failure("teams", "db")]}),
    "incomplete over incomplete": (
        [team("ops"), team("db")],
        {"failures": [failure("users", "")]},
        [team("ops", description="new")],
        {"failures": [failure("teams", "db")]},
    ),
    "first": ([], {}, [team("ops"), user("a@b")], {}),
}


class KilledError(BaseException):
    """What a killed process would have done, it does not do."""


def kill_after(patch: pytest.MonkeyPatch, calls: int) -> None:
    """Let so many file operations through; raise before the next one, and before all that follow."""
    done = 0

    def counted(operation: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            nonlocal done
            if done >= calls:
                raise KilledError
            done += 1
            return operation(*args, **options)

        return call

    for name in ("replace", "rename", "unlink", "rmdir", "mkdir", "fsync"):
        patch.setattr(os, name, counted(getattr(os, name)))
    patch.setattr(staging_module, "FileIO", counted(FileIO))


@pytest.mark.parametrize("case", SWAPS)
def test_killed_between_any_two_steps_one_of_the_two_snapshots_is_there_whole(case: str, tmp_path: Path) -> None:
    before, how_before, after, how_after = SWAPS[case]

    def start(folder: Path) -> Path:
        if before:
            write_snapshot(folder, before, **how_before)
        if case == "set aside":  # an older one is in its place already
            write_snapshot(folder, [team("old")], failures=[failure("teams", "x")])
        return folder

    old = snapshot_contents(start(tmp_path / "old")) if before else {}
    finished = start(tmp_path / "new")
    write_snapshot(finished, after, **how_after)
    new = snapshot_contents(finished)
    assert old != new

    outcomes = set()
    for calls in range(1000):
        folder = start(tmp_path / str(calls))
        with pytest.MonkeyPatch.context() as patch:
            kill_after(patch, calls)
            try:
                write_snapshot(folder, after, **how_after)
            except KilledError:
                killed = True
            else:
                killed = False
        with pytest.MonkeyPatch.context() as patch:  # and once more, on the way back
            kill_after(patch, calls // 2)
            with contextlib.suppress(KilledError):
                Store(folder).manifest()
        Store(folder).manifest()
        now = snapshot_contents(folder)
        assert now in (old, new), f"killed after {calls} steps"
        outcomes.add(now == new)
        if not killed:
            break
        Store(folder).begin().discard()
        assert snapshot_contents(folder) == now
        assert not (folder / ".pulling").exists()
    assert not killed
    assert outcomes == {False, True}


def test_what_failed_while_it_took_its_place_is_not_thrown_away(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db")])
    staging = Store(tmp_path).begin()
    files = {
        f"teams/{name}.json": stage(staging, f"teams/{name}.json", team(name, description="new"))
        for name in ("ops", "db")
    }
    manifest = Manifest(counts={}, failures=[], files=files, tool="", pulled_at="", duration=0)
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, 7)  # the manifest is on the disk and has its name, and one file of two is in its place
        with pytest.raises(KilledError):
            staging.finish(manifest)
    staging.discard()
    assert [each.fields["description"] for each in Store(tmp_path).load()] == ["new", "new"]
