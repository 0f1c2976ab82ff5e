"""Folders that were cloned or unpacked: whatever is in them, only a snapshot's own regular files are opened."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async import OpsgenieError
from opsgenie_async.cli import main
from opsgenie_async.files import is_deeper
from opsgenie_async.sync import JOURNAL, DanglingReference, Journal, JournalError, Manifest, Store, StoreError, plan
from opsgenie_async.sync.files import load as loading
from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.swap import moving
from tests.sync.snapshots import DEFAULT, contents, failure, names, put, schedule, stage, team, user, write_snapshot
from tests.waiting import LIMIT

DEEP = '{"team": {"name": "ops", "x": ' + "[" * 900 + "]" * 900 + "}}"


def plan_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `plan` says, which must end with 2, a line a problem, before it asks for an account."""
    assert main(["plan", str(folder), "--prune"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    return output.err


def leftover(folder: Path, entities: list[Any]) -> None:
    """What an attacker can put into a repository: a snapshot that seems to be on its way into its place."""
    write_snapshot(folder / "other", entities)
    shutil.move(folder / "other", folder / ".pulling")


@pytest.mark.parametrize("entities", [[], [team("evil")]], ids=["empty", "other"])
@pytest.mark.parametrize("seal", ["", "seal-1-1"], ids=["bare", "sealed"])
def test_a_snapshot_that_was_not_staged_here_is_never_moved_into_place(
    entities: list[Any], seal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_snapshot(tmp_path, [team("ops"), schedule("night")])
    leftover(tmp_path, entities)
    if seal:
        (tmp_path / ".pulling" / seal).touch()
    before = contents(tmp_path)
    assert "interrupted elsewhere" in plan_ends(tmp_path, capsys)
    assert Store(tmp_path).manifest() is not None
    assert contents(tmp_path) == before
    write_snapshot(tmp_path, [team("new")])  # which a pull throws away, and nothing else of it has any effect
    assert set(contents(tmp_path)) == {"manifest.json", "teams/new.json"}


def test_what_a_killed_pull_staged_is_trusted_where_it_was_staged_and_in_no_copy(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    write_snapshot(folder, [team("ops"), team("gone")])
    staging = Store(folder).begin()
    record = stage(staging, "teams/ops.json", team("ops", description="new"))
    answer = Manifest(counts={}, failures=[], files={"teams/ops.json": record}, tool="", pulled_at="", duration=0)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging_module, "swap", killed)
        with pytest.raises(KeyboardInterrupt):
            staging.finish(answer)
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    before = contents(copy)
    with pytest.raises(StoreError, match="interrupted elsewhere"):
        Store(copy).load()
    assert contents(copy) == before
    assert [each.fields["description"] for each in Store(folder).load()] == ["new"]


def test_a_folder_of_somebodys_own_is_not_removed(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    for entry in (".pulling", "partial"):
        write_snapshot(tmp_path / entry, [])
        put(tmp_path, f"{entry}/thesis.json", {})
        before = contents(tmp_path)
        with pytest.raises(StoreError, match=r"thesis.json: is not a file of a pull"):
            write_snapshot(tmp_path, [team("ops")], failures=[failure("teams", "db")])
        after = contents(tmp_path)
        assert {path: after.get(path) for path in before} == before
        shutil.rmtree(tmp_path / ".pulling", ignore_errors=True)


def zero(entry: Path) -> None:
    entry.symlink_to("/dev/zero")


def fifo(entry: Path) -> None:
    os.mkfifo(entry)


def folder_of(entry: Path) -> None:
    entry.mkdir()


def sparse(entry: Path) -> None:
    with entry.open("wb") as file:
        file.truncate(2**40)


def deep(entry: Path) -> None:
    document = json.loads(DEEP)
    entry.write_text(json.dumps({"format": 2, "files": {}, **document}))


def numbers(entry: Path) -> None:
    entry.write_text('{"format": 2, "files": {}, "durationSeconds": 1' + "0" * 400 + "}")


def outside(entry: Path) -> None:
    entry.write_text('{"format": 2, "files": {"../outside.json": {"name": "x"}}}')


def strange(entry: Path) -> None:
    entry.write_text('{"format": 2, "files": {"no-such-kind/a.json": {"name": "x"}}}')


def choosy(entry: Path) -> None:
    entry.write_text(json.dumps({"format": 2, "files": {}, "only": ",".join(["teams/*a*a*a*"] * 100_000)}))


@pytest.mark.parametrize("put_entry", [zero, fifo, folder_of, sparse, deep, numbers, outside, strange, choosy])
def test_a_manifest_that_is_none_is_one_line(
    put_entry: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "teams/ops.json", {"team": {"name": "ops"}})
    put_entry(tmp_path / "manifest.json")
    assert "manifest.json" in plan_ends(tmp_path, capsys)


@pytest.mark.parametrize("put_entry", [zero, fifo, folder_of, sparse, deep])
def test_a_file_that_is_none_is_one_line(
    put_entry: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_snapshot(tmp_path, [team("ops")])
    (tmp_path / "teams" / "ops.json").unlink()
    put_entry(tmp_path / "teams" / "ops.json")
    assert "teams/ops.json:1: " in plan_ends(tmp_path, capsys)


@pytest.mark.parametrize("text", [DEEP, "{", "[" * 100_000, "nothing", "\xff"])
def test_a_hash_that_fits_is_no_reason_to_believe_a_file(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_snapshot(tmp_path, [team("ops")])
    data = text.encode("latin-1")
    (tmp_path / "teams" / "ops.json").write_bytes(data)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    manifest["files"]["teams/ops.json"]["sha256"] = hashlib.sha256(data).hexdigest()
    put(tmp_path, "manifest.json", manifest)
    assert "teams/ops.json:1: " in plan_ends(tmp_path, capsys)


def test_how_much_there_may_be_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(tmp_path, [team(f"t{number}") for number in range(5)])
    size = sum(len(data) for path, data in contents(tmp_path).items() if path != "manifest.json")
    for name, fits, output in (("MOST_FILES", 5, "more than 4 files"), ("LARGEST", size, "more than 0 MiB")):
        with monkeypatch.context() as patch:
            patch.setattr(loading, name, fits)
            assert len(names(tmp_path)) == 5
            patch.setattr(loading, name, fits - 1)
            with pytest.raises(StoreError, match=output):
                Store(tmp_path).load()


def test_depth_is_counted_without_going_there() -> None:
    def nested(levels: int) -> Any:
        value: Any = 1
        for level in range(levels):
            value = [value] if level % 2 else {"x": value, "y": "z"}
        return value

    assert [is_deeper(nested(levels), 3) for levels in (0, 1, 3, 4, 100_000)] == [False] * 3 + [True] * 2


@pytest.mark.parametrize("name", ["teams", "users", ".pulling", "partial"])
def test_a_file_in_the_place_of_a_folder_is_told_before_anything_is_read_or_moved(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_snapshot(tmp_path, [schedule("night")])
    (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    assert f"{name}: is not a folder" in plan_ends(tmp_path, capsys)
    for attempt in (Store(tmp_path).check, Store(tmp_path).begin):
        with pytest.raises(StoreError, match="move it away"):
            attempt()
    assert contents(tmp_path) == before


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_a_folder_in_the_place_of_a_file_stops_no_swap_in_the_middle(moment: str, tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), user("a@b")])
    obstacle = tmp_path / "teams" / "new.json"
    if moment == "before":
        obstacle.mkdir()
        with pytest.raises(StoreError, match=r"teams/new.json: is a folder where a file belongs"):
            Store(tmp_path).check()
    else:
        staging = Store(tmp_path).begin()
        obstacle.mkdir()
        record = stage(staging, "teams/new.json", team("new"))
        answer = Manifest(counts={}, failures=[], files={"teams/new.json": record}, tool="", pulled_at="", duration=0)
        with pytest.raises(StoreError, match=r"teams/new.json: is a folder where a file belongs"):
            staging.finish(answer)
        staging.discard()
    obstacle.rmdir()
    assert sorted(names(tmp_path)) == ["ops"]
    write_snapshot(tmp_path, [team("new")])
    assert names(tmp_path) == ["new"]


async def opened(path: Path) -> None:
    async with Journal.open(path) as journal:
        await journal.append("run began")


@pytest.mark.parametrize("put_entry", [zero, fifo, folder_of, sparse])
async def test_a_journal_is_written_into_a_regular_file_alone(
    put_entry: Callable[[Path], None], tmp_path: Path
) -> None:
    put_entry(tmp_path / JOURNAL)
    with pytest.raises(JournalError, match=JOURNAL):
        await opened(tmp_path / JOURNAL)


async def test_a_journal_that_is_a_link_writes_nothing_outside(tmp_path: Path) -> None:
    for target in (tmp_path / "outside", tmp_path / "nothing"):
        (tmp_path / "outside").write_bytes(b"")
        (tmp_path / JOURNAL).unlink(missing_ok=True)
        (tmp_path / JOURNAL).symlink_to(target)
        with pytest.raises(JournalError, match="is a symbolic link"):
            await opened(tmp_path / JOURNAL)
    assert (tmp_path / "outside").read_bytes() == b""
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    "line",
    [
        {"event": ["step began"], "step": 1},
        {"event": {"a": 1}, "step": 1},
        {"event": "step began", "step": [1]},
        {"event": "step began", "step": 1, "name": json.loads("[" * 900 + "]" * 900)},
        {"event": "step began", "step": 1, "more": json.loads("[" * 900 + "]" * 900)},
        {"event": "step began", "step": True},
        {"at": 5, "event": "run began"},
    ],
    ids=repr,
)
async def test_a_journal_with_a_line_of_another_shape_is_left_alone(line: dict[str, Any], tmp_path: Path) -> None:
    text = json.dumps({"event": "run began", "at": "2026"}) + "\n" + json.dumps(line) + "\n"
    (tmp_path / JOURNAL).write_text(text)
    with pytest.raises(JournalError, match="line 2"):
        await opened(tmp_path / JOURNAL)
    assert (tmp_path / JOURNAL).read_text() == text


def test_what_is_wrong_with_a_folder_is_an_error_of_this_package() -> None:
    assert issubclass(StoreError, OpsgenieError)
    assert issubclass(JournalError, OpsgenieError)


def test_whoever_reads_while_another_moves_sees_one_snapshot_or_the_other(tmp_path: Path) -> None:
    """Twenty swaps of all files for others, and a reader beside them."""
    write_snapshot(tmp_path, [team(f"a{number}") for number in range(40)])
    stop = threading.Event()

    def swap() -> None:
        for turn in range(20):
            write_snapshot(tmp_path, [team(f"{'ba'[turn % 2]}{number}") for number in range(40)])
        stop.set()

    writer = threading.Thread(target=swap)
    writer.start()
    results = set()
    while not stop.is_set():
        read = names(tmp_path)
        results.add((len(read), frozenset(name[0] for name in read)))
    writer.join()
    assert results <= {(40, frozenset("a")), (40, frozenset("b"))}


HOLD = """
import sys
from opsgenie_async.sync import Store
staging = Store(sys.argv[1]).begin()
print("begun", flush=True)
sys.stdin.read()
"""


def test_a_second_pull_is_told_of_the_first_before_it_asks_for_anything(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == b"begun\n"
        for attempt in (Store(tmp_path).check, Store(tmp_path).begin):
            with pytest.raises(StoreError, match="another pull is writing to it"):
                attempt()
        assert names(tmp_path) == ["ops"]  # which is no reason not to read
        first.kill()
    write_snapshot(tmp_path, [team("new")])
    assert names(tmp_path) == ["new"]


def test_a_reader_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(tmp_path, [team("ops")])
    monkeypatch.setattr("opsgenie_async.sync.files.manifest.PATIENCE", 0.05)
    start = time.monotonic()
    with moving(tmp_path), pytest.raises(StoreError, match="is in use by another run; try again"):
        Store(tmp_path).load()
    assert time.monotonic() - start < LIMIT


NASTY = st.sampled_from([[], {}, [[]], [{}], {"type": []}, {"type": {}}, {"name": []}, [{"name": {}}], {"id": [1]}])
JUNK = NASTY | st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "type", "username", "x", ""]), inner, max_size=3)
    ),
    max_leaves=6,
)
RULE = {"name": "r", "notify": {"type": "team", "name": "ops"}, "criteria": {"type": "match-all", "conditions": []}}
OPS = {
    "team": {"name": "ops", "members": [{"user": {"username": "a@b"}, "role": "user"}]},
    "roles": [{"name": "r", "rights": []}],
    "routingRules": [RULE, DEFAULT],
}


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document where something else could stand."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, inner in list(members) for spot in ((value, key), *spots(inner))]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=3), st.sampled_from(["file", "manifest"]))
def test_whatever_stands_in_a_file_it_is_read_or_refused(changes: list[tuple[int, Any]], file: str) -> None:
    """With the hash that fits as well: who can write the file can write the manifest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_snapshot(folder, [team("ops"), user("a@b"), schedule("night", "ops")])
        have = Store(folder).load()
        document, manifest = copy.deepcopy(OPS), json.loads((folder / "manifest.json").read_bytes())
        for spot, junk in changes:
            places = spots(document if file == "file" else manifest)
            holder, key = places[spot % len(places)]
            holder[key] = copy.deepcopy(junk)
        put(folder, "teams/ops.json", document)
        for trusted in (False, True) if file == "file" else (False,):
            if trusted:
                data = (folder / "teams/ops.json").read_bytes()
                manifest["files"]["teams/ops.json"]["sha256"] = hashlib.sha256(data).hexdigest()
            put(folder, "manifest.json", manifest)
            with contextlib.suppress(StoreError, DanglingReference):
                plan(have, Store(folder).load(), prune=True)
