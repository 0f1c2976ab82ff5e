"""Files from elsewhere: only regular ones are opened, within bounds, by one run at a time, and replaced whole."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.archive.manifest import write_manifest as write_archive_manifest
from opsgenie_async.archive.segments import write_segment
from opsgenie_async.cli.output import write_file
from opsgenie_async.dx.checkpoint import Checkpoint, CheckpointError
from opsgenie_async.files import (
    FileInUse,
    Replacement,
    ThreadedExitStack,
    UnfitFile,
    hold_lock,
    is_at,
    open_regular,
    read_regular,
    write_all,
)
from opsgenie_async.sync.files.manifest import Manifest
from opsgenie_async.sync.files.swap import write_manifest
from tests.waiting import LIMIT

HOLD = """
import sys, time
from opsgenie_async.files import hold_lock
with hold_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_what_is_within_bounds_is_read(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read_regular(tmp_path / "file", most=10) == b"x" * size


def test_what_is_larger_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UnfitFile, match="file: is larger than 3 MiB"):
        read_regular(tmp_path / "file", most=3 * 2**20)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="files that say they are empty")
def test_a_file_that_says_it_is_empty_is_read_within_bounds() -> None:
    text = read_regular("/proc/self/status", most=2**20)
    assert text.startswith(b"Name:")
    with pytest.raises(UnfitFile, match="is larger"):
        read_regular("/proc/self/status", most=20)


def test_nothing_but_a_regular_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        cwd = Path.cwd()
        os.chdir(tmp_path)  # the address of a socket is short
        try:
            server.bind("socket")
        finally:
            os.chdir(cwd)
        for name, text in (
            ("link", "is a symbolic link"),
            ("zero", "is a symbolic link"),
            ("dangling", "is a symbolic link"),
            ("folder", "is not a regular"),
            ("fifo", "is not a regular"),
            ("socket", "is not a regular"),
        ):
            with pytest.raises(UnfitFile, match=f"{name}: {text}"):
                read_regular(tmp_path / name, most=10)
            with pytest.raises(UnfitFile, match=f"{name}: {text}"):
                os.close(open_regular(tmp_path / name, os.O_RDWR | os.O_CREAT | os.O_APPEND))
    with pytest.raises(UnfitFile, match="is not a regular"):
        read_regular("/dev/zero", most=10)
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nothing", most=10)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_one_at_a_time_works_on_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path if kind == "folder" else tmp_path / ".x.lock"
    with hold_lock(path), pytest.raises(FileInUse, match="is in use by another run"), hold_lock(path):
        pass
    with hold_lock(path, shared=True):
        with hold_lock(path, shared=True):
            pass
        with pytest.raises(FileInUse), hold_lock(path):
            pass
    with hold_lock(path):
        pass


def test_a_run_that_is_killed_gives_its_lock_back(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        start = time.monotonic()
        with pytest.raises(FileInUse), hold_lock(tmp_path, wait=0.1):
            pass
        assert time.monotonic() - start >= 0.1
        holder.kill()
        with hold_lock(tmp_path, wait=LIMIT):
            pass


def test_a_lock_is_no_link_to_follow(tmp_path: Path) -> None:
    (tmp_path / ".x.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnfitFile, match="is a symbolic link"), hold_lock(tmp_path / ".x.lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_thread_enters_is_left_at_the_end_of_the_block(tmp_path: Path) -> None:
    with ThreadedExitStack() as stack:
        thread = threading.Thread(target=stack.enter_context, args=(hold_lock(tmp_path),))
        thread.start()
        thread.join(LIMIT)
        with pytest.raises(FileInUse), hold_lock(tmp_path):
            pass

    with hold_lock(tmp_path):
        pass


def test_what_a_thread_enters_after_the_block_is_left_at_once(tmp_path: Path) -> None:
    with ThreadedExitStack() as stack:
        pass
    thread = threading.Thread(target=stack.enter_context, args=(context := hold_lock(tmp_path),))
    thread.start()
    thread.join(LIMIT)

    with hold_lock(tmp_path):  # while the other still exists
        assert context


def no_space(*paths: object) -> None:
    """Fail as `os.fsync` does, without a name, or as `os.replace`, with two."""
    both = [os.fspath(path) for path in paths if isinstance(path, os.PathLike)]
    raise OSError(errno.ENOSPC, "No space left on device", *(both and (both[0], None, both[1])))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "interrupt"])
def test_a_replacement_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    replacement = Replacement(target)

    def replace() -> None:
        with replacement:
            replacement.file.write(b"half of the new")
            replacement.file.flush()
            if step == "interrupt":
                raise KeyboardInterrupt(str(target))
            if step == "write":
                no_space()

    with monkeypatch.context() as patch:
        if step in ("fsync", "replace"):
            patch.setattr(os, step, no_space)
        with pytest.raises(KeyboardInterrupt if step == "interrupt" else OSError, match=re.escape(str(target))):
            replace()

    assert replacement.file.closed
    assert (names(tmp_path), target.read_bytes()) == (["file"], b"old")


def test_a_file_whose_content_cannot_be_flushed_is_removed_all_the_same(tmp_path: Path) -> None:
    replacement = Replacement(tmp_path / "file")
    replacement.file.write(b"in the buffer")
    os.close(replacement.file.fileno())

    replacement.discard()

    assert replacement.file.closed
    assert names(tmp_path) == []


def test_an_error_with_a_name_keeps_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, Replacement(tmp_path / "file"):
        (tmp_path / "other").read_bytes()
    assert caught.value.filename == str(tmp_path / "other")


def test_a_file_that_nobody_can_create_is_named_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        Replacement(tmp_path / "nowhere" / "file")
    assert caught.value.filename == str(tmp_path / "nowhere" / "file")


def test_the_leftover_of_a_killed_run_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".file.tmp").write_bytes(b"longer than the new one")
    with Replacement(tmp_path / "file") as replacement:
        replacement.file.write(b"new")
    assert (names(tmp_path), (tmp_path / "file").read_bytes()) == (["file"], b"new")


def test_the_temporary_file_of_another_run_is_left_alone(tmp_path: Path) -> None:
    temporary = tmp_path / ".file.1"
    temporary.write_bytes(b"of another run")
    with pytest.raises(FileExistsError, match=r"\.file\.1"):
        Replacement(tmp_path / "file", temporary=temporary)
    assert (names(tmp_path), temporary.read_bytes()) == ([".file.1"], b"of another run")


def test_a_file_that_has_its_name_is_not_removed(tmp_path: Path) -> None:
    replacement = Replacement(tmp_path / "unknown")
    replacement.file.write(b"new")
    replacement.target = tmp_path / "file"
    replacement.close()
    replacement.rename()
    (tmp_path / ".unknown.tmp").write_bytes(b"of the next run")
    with replacement:
        pass
    replacement.discard()
    assert names(tmp_path) == [".unknown.tmp", "file"]


@pytest.mark.parametrize("room", [1, 3, 10, 11, 100])
def test_what_a_disk_takes_in_pieces_is_written_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    write, pieces = os.write, []

    def write_some(descriptor: int, content: bytes) -> int:
        if len(pieces) == 2 and room == 3:
            no_space()
        pieces.append(content[:room])
        return write(descriptor, content[:room])

    with (tmp_path / "file").open("wb") as file:
        monkeypatch.setattr(os, "write", write_some)
        if room == 3:
            with pytest.raises(OSError, match="No space left"):
                write_all(file.fileno(), b"0123456789")
        else:
            write_all(file.fileno(), b"0123456789")
    assert (tmp_path / "file").read_bytes() == (b"012345" if room == 3 else b"0123456789")
    assert len(pieces) == {1: 10, 3: 2}.get(room, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("none", True),
        ("moved away", False),
        ("replaced", False),
        ("replaced by a link to it", False),
    ],
)
def test_an_open_file_is_known_by_its_path_until_others_change_it(tmp_path: Path, change: str, expected: bool) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        if change != "none":
            path.rename(tmp_path / "other")
        if change == "replaced":
            path.write_bytes(b"")
        if change == "replaced by a link to it":
            path.symlink_to(tmp_path / "other")
        assert is_at(path, file.fileno()) is expected


def replace_by_staging(target: Path) -> None:
    with Staging() as staging:
        staging.file(target).write_bytes(b"new")


def replace_checkpoint(target: Path) -> None:
    checkpoint = Checkpoint(target, "x")
    checkpoint.write(checkpoint.snapshot())


def replace_manifest(target: Path) -> None:
    write_manifest(target, Manifest(counts={}, failures=[], files={}, tool="", pulled_at="", duration=0))


WRITERS: list[tuple[str, Callable[[Path], object]]] = [
    ("archive", lambda target: write_archive_manifest(target.parent, {})),
    ("segment", lambda target: write_segment(target.parent, target.name, [b"line"])),
    ("export", replace_by_staging),
    ("command", lambda target: write_file(target, b"new")),
    ("checkpoint", replace_checkpoint),
    ("snapshot", replace_manifest),
]
writers = pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITERS])


@writers
def test_every_writer_replaces_a_file_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object]
) -> None:
    target = tmp_path / "manifest.json"
    target.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(OSError, match=r"No space left on device: '.*manifest\.json'"):
            write(target)
    assert (names(tmp_path), target.read_bytes()) == (["manifest.json"], b"old")

    write(target)

    assert [name for name in names(tmp_path) if not name.startswith("seal-")] == ["manifest.json"]
    assert target.read_bytes() != b"old"


@writers
def test_no_writer_follows_a_link_in_the_place_of_the_temporary_file(
    tmp_path: Path, write: Callable[[Path], object]
) -> None:
    target, other = tmp_path / "manifest.json", tmp_path / "other"
    target.write_bytes(b"old")
    other.write_bytes(b"other")
    for name in (".manifest.json.tmp", f".manifest.json.{os.getpid()}"):
        (tmp_path / name).symlink_to(other)

    with pytest.raises((UnfitFile, CheckpointError), match="is a symbolic link"):
        write(target)

    assert (target.read_bytes(), other.read_bytes()) == (b"old", b"other")


@writers
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0, 0o644)])
def test_every_writer_makes_files_that_others_may_read_as_the_user_has_it(
    tmp_path: Path, write: Callable[[Path], object], umask: int, mode: int
) -> None:
    target = tmp_path / "manifest.json"
    before = os.umask(umask)
    try:
        write(target)
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == mode
