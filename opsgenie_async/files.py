"""Files in folders of unknown origin: only regular files are opened, by one process at a time, and replaced whole.

A folder that was cloned or unpacked may have links, FIFOs or endless files under the names of ours: git can store
links, and an archive all of them.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from opsgenie_async.errors import OpsgenieError

if sys.platform == "win32":
    import msvcrt
else:
    try:
        import fcntl
    except ImportError:  # of systems that have neither, such as Python in a browser
        fcntl = None  # type: ignore[assignment]

__all__ = [
    "DEEPEST",
    "LOCK",
    "FileInUse",
    "Replacement",
    "ThreadedExitStack",
    "UnfitFile",
    "hold_lock",
    "is_at",
    "is_deeper",
    "lock",
    "name_file",
    "open_regular",
    "read_regular",
    "temporary_name",
    "write_all",
]

T = TypeVar("T")

SAFE: int = (
    getattr(os, "O_NOFOLLOW", 0)  # a link in the place of the file is refused
    | getattr(os, "O_NONBLOCK", 0)  # nobody may ever write into a FIFO
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_BINARY", 0)
)
LOCK = ".opsgenie-async.lock"
"""The file that stands for a folder where a folder cannot be locked."""
DEEPEST = 64
"""Levels of objects and lists in the JSON of a file; the API's own documents have about ten."""
PIECE = 2**20
"""Bytes that are read at a time."""
POLL = 0.02
"""Seconds between two attempts to get a lock."""
BEYOND = 2**40
"""The byte that is locked where a lock keeps others from reading: no file of ours is so long."""


class UnfitFile(OpsgenieError, ValueError):
    """A path that is not a regular file; it was not opened."""


class FileInUse(UnfitFile):
    """A file or folder in use by another process, or by another part of this one."""


def open_regular(path: str | os.PathLike[str], flags: int = os.O_RDONLY) -> int:
    """Open the regular file at *path*; a link, FIFO, device or folder is refused.

    Args:
        path: The path of the file.
        flags: As for `os.open`; a file created by `O_CREAT` is writable for its owner and readable for others.

    Returns:
        A file descriptor, to be closed by the caller.

    Raises:
        UnfitFile: The path is something else.
        OSError: It cannot be opened; `FileNotFoundError` if it does not exist.
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
        UnfitFile: It is larger, or is a link, FIFO, device or folder.
        OSError: It cannot be read; `FileNotFoundError` if it does not exist.
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


def is_deeper(document: object, most: int = DEEPEST) -> bool:
    """Whether JSON is nested more than *most* levels deep; stops at that depth."""
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


class Replacement(AbstractContextManager["Replacement", None]):
    """The new content of a file: written under a temporary name, then renamed, so that nobody reads a part of it.

    At the end of the block the file gets its name; after an exception the temporary one is removed, and a file that
    existed before is unchanged. The steps can be taken one by one, too.

    Attributes:
        target: The file's name; it may be changed until `rename`.
        path: The temporary name.
        file: The open file under that name, to be written to.
    """

    def __init__(
        self,
        target: Path,
        *,
        temporary: Path | None = None,
        opener: Callable[[Path, int], int] = open_regular,
    ) -> None:
        """Create the file under its temporary name.

        Args:
            target: The file's name.
            temporary: A name for this process alone: an existing file is an error. The default is `temporary_name`,
                where the leftover of a killed run is overwritten.
            opener: A replacement of `open_regular`, for example to lock the file.

        Raises:
            UnfitFile: A link, FIFO, device or folder has the temporary name.
            OSError: It cannot be created.
        """
        self.target = target
        self.path = temporary or target.with_name(temporary_name(target.name))
        self._is_whole = False
        try:
            descriptor = opener(self.path, os.O_RDWR | os.O_CREAT | (os.O_EXCL if temporary else 0))
        except OSError as error:
            if not os.path.lexists(self.path):  # it is not the obstacle, and nobody else knows its name
                error.filename = os.fspath(target)
            raise
        self.file: BinaryIO = os.fdopen(descriptor, "wb")
        try:
            self.file.truncate(0)
        except BaseException:
            self.discard()
            raise

    def flush(self) -> None:
        """Flush the content to the disk."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as error:
            name_file(error, self.target)
            raise

    def close(self) -> None:
        """Flush the content to the disk and close the file, which some systems rename only then."""
        if not self.file.closed:
            self.flush()
            self.file.close()

    def rename(self) -> None:
        """Give the file its name; call `flush` or `close` before."""
        self.path.replace(self.target)
        self._is_whole = True

    def discard(self) -> None:
        """Close and remove the file, unless it has its name."""
        with suppress(OSError):  # a disk that was full is still full when the rest is to be written
            self.file.close()
        if not self._is_whole:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None and not self._is_whole:
                self.close()
                self.rename()
        finally:
            self.discard()
            if error is not None:
                name_file(error, self.target)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of *content* to an open file: a disk takes what it has room for before it says that it is full."""
    while content:
        content = content[os.write(descriptor, content) :]


def is_at(path: str | os.PathLike[str], descriptor: int) -> bool:
    """Whether the open file is still at *path*: between opening and locking, others may remove or replace it."""
    try:
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(descriptor))  # noqa: PTH116
    except FileNotFoundError:
        return False


def temporary_name(name: str) -> str:
    """The temporary name of a file with *name* that one run at a time writes."""
    return f".{name}.tmp"


def name_file(error: BaseException, path: str | os.PathLike[str]) -> None:
    """Add the file name to an `OSError` without one."""
    if isinstance(error, OSError) and error.errno is not None and error.filename is None:
        error.filename = os.fspath(path)  # a full disk does not say at which file


def _link(path: str | os.PathLike[str]) -> UnfitFile:
    return UnfitFile(f"{os.fspath(path)}: is a symbolic link, which is not followed")


def _irregular(path: str | os.PathLike[str]) -> UnfitFile:
    return UnfitFile(f"{os.fspath(path)}: is not a regular file")


@contextmanager
def hold_lock(path: str | os.PathLike[str], *, shared: bool = False, wait: float = 0.0) -> Iterator[None]:
    """Hold a lock on *path* until the block is left; the system releases it if the process is killed.

    On a file system without locks, or a read-only one, nothing is locked.

    Args:
        path: An existing folder, or a lock file, which is created and stays. Never a file that is replaced: a lock
            does not pass to the new file.
        shared: Whether others may hold a shared lock at the same time; on Windows a lock is always exclusive.
        wait: Seconds to wait for others.

    Raises:
        FileInUse: Others still held the lock after that.
        UnfitFile: The lock file is not a regular file.
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


class ThreadedExitStack(AbstractContextManager["ThreadedExitStack", None]):
    """An `ExitStack` whose contexts are entered in another thread, so that the event loop does not wait for a disk.

    Cancelling the task that waits for the thread does not end the thread: a context that is entered after the end of
    the block is left at once, in that thread. In a plain `ExitStack` nobody would leave it.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._is_over = False

    def enter_context(self, context: AbstractContextManager[T]) -> T:
        """Enter *context*, to be left at the end of the block."""
        value = context.__enter__()
        with self._lock:
            if not self._is_over:
                self._stack.push(context)
                return value
        context.__exit__(None, None, None)
        return value

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_over = True
        self._stack.__exit__(kind, error, traceback)


def lock(descriptor: int, *, shared: bool = False, by_process: bool = False) -> bool:
    """Lock an open file until it is closed; returns False if it is locked already.

    Returns True if the file system has no locks: they are an additional safeguard.

    Args:
        descriptor: The descriptor of the open file.
        shared: Whether others may hold a shared lock at the same time.
        by_process: Whether the lock belongs to the process: other parts of it get it, too, and release it when they
            close the file.
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
