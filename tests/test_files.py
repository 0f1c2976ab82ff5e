"""Files from elsewhere: only regular ones are opened, within bounds, and one run at a time works on them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from opsgenie_async.files import FileInUse, ThreadedExitStack, UnfitFile, locked, open_regular, read_regular
from tests.waiting import LIMIT

HOLD = """
import sys, time
from opsgenie_async.files import locked
with locked(sys.argv[1]):
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
    with locked(path), pytest.raises(FileInUse, match="is in use by another run"), locked(path):
        pass
    with locked(path, shared=True):
        with locked(path, shared=True):
            pass
        with pytest.raises(FileInUse), locked(path):
            pass
    with locked(path):
        pass


def test_a_run_that_is_killed_gives_its_lock_back(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        start = time.monotonic()
        with pytest.raises(FileInUse), locked(tmp_path, wait=0.1):
            pass
        assert time.monotonic() - start >= 0.1
        holder.kill()
        with locked(tmp_path, wait=LIMIT):
            pass


def test_a_lock_is_no_link_to_follow(tmp_path: Path) -> None:
    (tmp_path / ".x.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnfitFile, match="is a symbolic link"), locked(tmp_path / ".x.lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_thread_enters_is_left_at_the_end_of_the_block(tmp_path: Path) -> None:
    with ThreadedExitStack() as stack:
        thread = threading.Thread(target=stack.enter_context, args=(locked(tmp_path),))
        thread.start()
        thread.join(LIMIT)
        with pytest.raises(FileInUse), locked(tmp_path):
            pass

    with locked(tmp_path):
        pass


def test_what_a_thread_enters_after_the_block_is_left_at_once(tmp_path: Path) -> None:
    with ThreadedExitStack() as stack:
        pass
    thread = threading.Thread(target=stack.enter_context, args=(context := locked(tmp_path),))
    thread.start()
    thread.join(LIMIT)

    with locked(tmp_path):  # while the other still exists
        assert context
