"""What is POSIX only is not needed: names, locks, open files, signals and forks as Windows has them."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import signal
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import Opsgenie, files
from opsgenie_async.archive import archive
from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.cli import run as run_command
from opsgenie_async.cli.output import write_file
from opsgenie_async.dx import checkpoint as checkpoint_module
from opsgenie_async.dx.checkpoint import Checkpoint, CheckpointError
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Journal, Store, apply, plan, pull, read_account
from opsgenie_async.sync.model.file_names import file_names, is_reserved
from tests.cli.processes import python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is the real thing")

DEVICES = ("CON", "con", "PRN", "aux", "NUL", "COM1", "lpt9", "COM\u00b9", "Lpt\u00b3")
OPEN_FILES = Path("/proc/self/fd")
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def is_a_name_on_windows(name: str) -> bool:
    return not FORBIDDEN.search(name) and name[-1] not in ". " and not is_reserved(name.partition(".")[0])


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("suffix", ["", ".", " ", ".txt", ":", ".tar.gz"])
def test_no_team_is_a_device(device: str, suffix: str):
    [name] = file_names([("1", device + suffix)]).values()

    assert is_a_name_on_windows(f"{name}.json")


def test_devices_are_known_by_the_list_of_the_vendor():
    assert all(map(is_reserved, DEVICES))
    assert is_reserved("con.tar.gz")
    assert not any(map(is_reserved, ("console", "com", "com10", "lpt", "nullable", "aux1")))


@given(st.lists(st.text(), max_size=5, unique=True))
def test_every_entity_has_a_name_of_its_own(names: list[str]):
    result = file_names([(str(number), name) for number, name in enumerate(names)]).values()

    assert all(is_a_name_on_windows(f"{name}.json") for name in result)
    assert len({name.casefold() for name in result}) == len(names)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`files` as it is there: locks by `msvcrt`, on bytes of files that are open for writing, never of folders."""
    import fcntl

    def locking(descriptor: int, mode: int, size: int) -> None:
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == files.BEYOND
        assert (mode, size) == (3, 1)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OSError(errno.EACCES, "Permission denied") from None

    fake = types.SimpleNamespace(LK_NBLCK=3, locking=locking)
    monkeypatch.setattr(files, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(files, "msvcrt", fake, raising=False)
    monkeypatch.setattr(files, "fcntl", None)


@pytest.mark.usefixtures("windows")
def test_a_folder_is_locked_by_a_file_in_it(tmp_path: Path):
    with files.hold_lock(tmp_path):
        assert (tmp_path / files.LOCK).exists()
        with pytest.raises(files.FileInUse), files.hold_lock(tmp_path):
            pass
    with files.hold_lock(tmp_path, shared=True):
        pass


@pytest.mark.usefixtures("windows")
async def test_two_pulls_into_one_folder_keep_apart(og: Opsgenie, tmp_path: Path):
    store = Store(tmp_path / "snapshot")
    outcomes = await asyncio.gather(pull(og, store), pull(og, store), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PullReport", "StoreError"]


def test_without_any_locks_nobody_is_kept_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(files, "fcntl", None)
    with files.hold_lock(tmp_path), files.hold_lock(tmp_path):
        pass


def open_paths() -> set[str]:
    """What this process has open."""
    paths = set()
    for descriptor in OPEN_FILES.iterdir():
        with suppress(OSError):  # the one of the listing is closed by now
            paths.add(str(descriptor.readlink()))
    return paths


@pytest.fixture
def open_files_stay(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """An open file, or a folder with one in it, can be neither moved nor replaced nor removed: as there."""
    if not OPEN_FILES.is_dir():
        pytest.skip("no list of open files here")
    moves: list[str] = []

    def guarded(function: Callable[..., object], *, is_pair: bool) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            moves.append(function.__name__)
            for path in arguments[: 2 if is_pair else 1]:
                if keywords.get("dir_fd") is None:
                    path = os.path.realpath(os.fspath(path))  # type: ignore[call-overload]
                    open_files = [each for each in open_paths() if each == path or each.startswith(f"{path}/")]
                    if open_files:
                        raise PermissionError(errno.EACCES, f"{open_files} is open", str(path))
            return function(*arguments, **keywords)

        return call

    for name, is_pair in (("replace", True), ("rename", True), ("unlink", False), ("remove", False), ("rmdir", False)):
        monkeypatch.setattr(os, name, guarded(getattr(os, name), is_pair=is_pair))
    yield moves
    assert moves


async def test_a_snapshot_is_moved_into_place_closed(og: Opsgenie, tmp_path: Path, open_files_stay: list[str]):
    store = Store(tmp_path / "snapshot")
    await pull(og, store)
    team = (await og.teams.list())[0]
    await og.teams.update(team, name="Renamed")
    report = await pull(og, store)

    assert report.complete
    assert any("Renamed" in path for path in report.added)


async def test_an_apply_and_its_journal(og: Opsgenie, tmp_path: Path, open_files_stay: list[str]):
    store = Store(tmp_path / "snapshot")
    await pull(og, store)
    snapshot = await asyncio.to_thread(store.load)
    await og.teams.update((await og.teams.list())[0], description="changed")
    async with Journal.open(tmp_path / "snapshot" / "journal.jsonl") as journal:
        report = await apply(og, plan(await read_account(og), snapshot), journal=journal)

    assert report.complete


async def test_an_archive(tmp_path: Path, open_files_stay: list[str]):
    async with (
        Sandbox(teams=1, alerts=20, seed=4) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url) as og,
    ):
        assert (await archive(og, tmp_path / "archive")).totals["alerts"] == 20
        assert (await archive(og, tmp_path / "archive")).run == 2


def test_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_files_stay: list[str]):
    monkeypatch.setattr(checkpoint_module, "os", types.SimpleNamespace(**{**vars(os), "name": "nt"}))
    checkpoint, other = (Checkpoint(tmp_path / "checkpoint.json", "x") for _ in range(2))
    with checkpoint.hold_lock():
        for id in ("1", "2"):
            checkpoint.record(id, "digest")
            checkpoint.write(checkpoint.snapshot())
            with pytest.raises(CheckpointError, match="another run is using it"), other.hold_lock():
                pass
    other.read()
    assert other.matches("2", "digest")


def test_files_of_exports_and_commands(tmp_path: Path, open_files_stay: list[str]):
    for text in (b"one", b"two"):
        write_file(tmp_path / "result.json", text)
        with Staging() as staging:
            staging.file(tmp_path / "report.html").write_bytes(text)
    assert (tmp_path / "result.json").read_bytes() == (tmp_path / "report.html").read_bytes() == b"two"


NO_POSIX = """
import asyncio, concurrent.futures, importlib, multiprocessing, os, pkgutil, signal, subprocess, sys, tempfile, types
import aiohttp, aiohttp.web, attrs, backoff, cattrs, icalendar, jinja2, opentelemetry.sdk.metrics, pytest, rich.console
import sqlite3, zoneinfo, shutil, socket, logging.handlers, gzip, ssl, ctypes
sys.modules["fcntl"] = sys.modules["resource"] = sys.modules["termios"] = sys.modules["pwd"] = None
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
sys.platform = "win32"
for name in ("fork", "register_at_fork", "getuid", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "mkfifo",
             "tcgetpgrp", "getpgrp", "killpg", "setsid"):
    delattr(os, name)
for name in ("SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGWINCH"):
    delattr(signal, name)
import opsgenie_async
for module in pkgutil.walk_packages(opsgenie_async.__path__, "opsgenie_async."):
    if not module.name.endswith("__main__") and ".redis" not in module.name and ".shared" not in module.name:
        importlib.import_module(module.name)
print("all of it")
"""


def test_every_module_is_imported_where_nothing_is_posix():
    result = subprocess.run([sys.executable, "-c", NO_POSIX], capture_output=True, text=True, timeout=120, check=False)

    assert result.stdout == "all of it\n", result.stderr


NO_HANDLERS = """
import asyncio, signal, sys
from asyncio import unix_events

def refuse(*_):
    raise NotImplementedError

unix_events._UnixSelectorEventLoop.add_signal_handler = refuse
unix_events._UnixSelectorEventLoop.remove_signal_handler = refuse
from opsgenie_async.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_early_signal_terminates_a_command_that_can_be_sent_no_other(monkeypatch: pytest.MonkeyPatch):
    class Process:
        def send_signal(self, number: int) -> None:
            raise ValueError(f"Unsupported signal: {number}")

        def terminate(self) -> None:
            ended.append(True)

    ended: list[bool] = []
    monkeypatch.setattr(run_command, "os", types.SimpleNamespace(name="nt"))
    signals = run_command._Signals()
    signals._receive(signal.SIGINT)
    signals.pass_to(Process())  # type: ignore[arg-type]

    assert (ended, signals.interrupted) == ([True], True)


def test_the_sandbox_ends_by_a_signal_where_loops_take_none():
    process = subprocess.Popen([sys.executable, "-c", NO_HANDLERS, "sandbox"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["url"]
    process.terminate()

    assert process.wait(timeout=30) == 0
    process.stdout.close()


async def test_an_apply_needs_no_handlers_of_the_loop(tmp_path: Path):
    for command in (["pull"], ["apply", "--yes"]):
        name, *flags = [*command, "--only", "heartbeats", "--sandbox", "--sandbox-teams", "2"]
        process = await python("-c", NO_HANDLERS, name, str(tmp_path / "snapshot"), *flags, stderr=subprocess.PIPE)
        _, stderr = await process.communicate()
        assert process.returncode == 0, stderr
