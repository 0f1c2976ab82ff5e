"""Files in folders that come from elsewhere: opened only when they are what they should be, and by one at a time.

A folder that was cloned or unpacked may hold links, FIFOs and files without an end in the places of ours: git keeps
the first, and an archive all of them.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from opsgenie_async.errors import OpsgenieError

if sys.platform == "win32":
    import msvcrt
else:
    try:
        import fcntl
    except ImportError:  # of systems that have neither, such as Python in a browser
        fcntl = None  # type: ignore[assignment]

__all__ = ["LOCK", "FileInUse", "UnfitFile", "lock", "locked", "open_regular", "read_regular", "write_whole"]

SAFE: int = (
    getattr(os, "O_NOFOLLOW", 0)  # a link in the place of the file is refused
    | getattr(os, "O_NONBLOCK", 0)  # nobody may ever write into a FIFO
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_BINARY", 0)
)
LOCK = ".opsgenie-async.lock"
"""The file that stands for a folder where a folder cannot be locked."""
PIECE = 2**20
"""Bytes that are read at a time."""
POLL = 0.02
"""Seconds between two attempts to get a lock."""
BEYOND = 2**40
"""The byte that is locked where a lock keeps others from reading: no file of ours is so long."""


class UnfitFile(OpsgenieError, ValueError):
    """A path leads to something other than a regular file; it was not opened."""


class FileInUse(UnfitFile):
    """Another process, or another part of this one, is working on it."""


def open_regular(path: str | os.PathLike[str], flags: int = os.O_RDONLY) -> int:
    """Open the regular file at *path*, and nothing else: no link, FIFO, device or folder.

    Args:
        path: Where it is.
        flags: As for `os.open`; a file that `O_CREAT` makes is its owner's and readable for others.

    Returns:
        A file descriptor, to be closed by the caller.

    Raises:
        UnfitFile: There is something else.
        OSError: It cannot be opened; `FileNotFoundError` where there is nothing.
    """
    if not hasattr(os, "O_NOFOLLOW") and os.path.islink(path):  # noqa: PTH114  # a Path costs as much as the call
        raise _link(path)
    try:
        descriptor = os.open(path, flags | SAFE, 0o644)
    except OSError as error:
        # ELOOP, or on some systems EMLINK, says that it is a link; ENXIO that it is a socket.
        if os.path.islink(path):  # noqa: PTH114
            raise _link(path) from None
        if error.errno == errno.ENXIO or isinstance(error, IsADirectoryError) or os.path.isdir(path):  # noqa: PTH112
            raise _irregular(path) from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _irregular(path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_regular(path: str | os.PathLike[str], *, most: int) -> bytes:
    """Read the regular file at *path*, if it is not larger than *most* bytes.

    Raises:
        UnfitFile: It is larger, or no regular file: a link, FIFO, device or folder.
        OSError: It cannot be read; `FileNotFoundError` where there is nothing.
    """
    descriptor = open_regular(path)
    try:
        size = os.fstat(descriptor).st_size
        pieces: list[bytes] = []
        rest = most + 1
        while rest > 0 and size <= most:  # it may grow while it is read, or say that it is empty as those of /proc do
            # As many bytes as it has, and one that is not there: the usual file is read in two calls.
            piece = os.read(descriptor, min(rest, max(size + 1, PIECE) if pieces else size + 1))
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            rest -= len(piece)
    finally:
        os.close(descriptor)
    raise UnfitFile(f"{os.fspath(path)}: is larger than {most // 2**20} MiB, and was not read")


def write_whole(descriptor: int, pieces: Iterable[bytes]) -> None:
    """Write an open file anew, to the disk: whole before it takes the place of another.

    Args:
        descriptor: Of the file under its temporary name; it stays open.
        pieces: The content.

    Raises:
        OSError: It cannot be written; the file is to be removed then.
    """
    os.truncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(descriptor)


def _link(path: str | os.PathLike[str]) -> UnfitFile:
    return UnfitFile(f"{os.fspath(path)}: is a link, which may lead anywhere")


def _irregular(path: str | os.PathLike[str]) -> UnfitFile:
    return UnfitFile(f"{os.fspath(path)}: is not a regular file")


@contextmanager
def locked(path: str | os.PathLike[str], *, shared: bool = False, wait: float = 0.0) -> Iterator[None]:
    """Keep others that do the same off *path* until the block is left, also when this process is killed in it.

    Where a file system has no locks, or nothing may be written to it, nobody is kept off.

    Args:
        path: A folder that is there, or a file of its own for this, which is made and stays. Never a file that is
            replaced by another one: a lock does not go over to that.
        shared: Let others in that want it shared as well; on Windows it is always for one alone.
        wait: Seconds to wait for others.

    Raises:
        FileInUse: Others were still there after that.
        UnfitFile: The file of that name is none that may be opened.
    """
    place = Path(path)
    if sys.platform == "win32" and place.is_dir():
        place /= LOCK  # a folder has no lock there
    try:
        flags = SAFE & ~getattr(os, "O_NOFOLLOW", 0)  # a folder may well be behind a link
        descriptor = os.open(place, flags) if place.is_dir() else open_regular(place, os.O_RDWR | os.O_CREAT)
    except PermissionError:
        yield
        return
    try:
        give_up = time.monotonic() + wait
        while not lock(descriptor, shared=shared):
            if time.monotonic() >= give_up:
                raise FileInUse(f"{os.fspath(path)}: is in use by another run")
            time.sleep(POLL)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def lock(descriptor: int, *, shared: bool = False, by_process: bool = False) -> bool:
    """Lock an open file until it is closed, if nobody else has; False where somebody has.

    Where the file system has no locks, that is True: they are a help, and no reason to do without the rest.

    Args:
        descriptor: Of the open file.
        shared: Whether others may hold it, too, if they share it as well.
        by_process: Another part of this process is nobody else; it gives the lock back, too, when it closes the
            file.
    """
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, BEYOND, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            finally:
                with suppress(OSError):
                    os.lseek(descriptor, 0, os.SEEK_SET)
        elif fcntl is not None:
            call = fcntl.lockf if by_process else fcntl.flock
            call(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True
