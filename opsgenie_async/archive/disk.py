"""Writes to the disk outside of the event loop: in one thread, in the order of the calls."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from opsgenie_async.files import UnfitFile, open_regular, write_all

__all__ = ["Disk", "open_to_append"]

P = ParamSpec("P")
T = TypeVar("T")


class Disk:
    """One thread for all file operations, so that the event loop never waits for them."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "opsgenie-async-archive")
        self._lines: deque[tuple[Path, bytes]] = deque()
        self._files: dict[Path, int] = {}
        self._lock = threading.Lock()
        self._is_draining = False
        self._error: OSError | UnfitFile | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *function* after all earlier calls; it finishes even if the caller is cancelled."""
        future = asyncio.wrap_future(self._thread.submit(function, *args, **kwargs))
        future.add_done_callback(_take_failure)
        return await asyncio.shield(future)

    def append(self, path: Path, lines: bytes) -> None:
        """Append *lines* to a file within milliseconds; a kill before that loses them.

        Raises:
            OSError: Earlier lines could not be written.
            UnfitFile: Their file is a link or the like.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            self._lines.append((path, lines))
            if self._is_draining:
                return
            self._is_draining = True
        self._thread.submit(self._drain)

    def release(self, path: Path) -> None:
        """Close a file that is complete; call it in the thread."""
        if (descriptor := self._files.pop(path, None)) is not None:
            os.close(descriptor)

    async def close(self) -> None:
        """Write the remaining lines and end the thread."""
        try:
            await self.run(self._release_all)
        finally:
            self._thread.shutdown(wait=False)
        if self._error is not None:
            raise self._error

    def _release_all(self) -> None:
        for path in [*self._files]:
            self.release(path)

    def _drain(self) -> None:
        while True:
            with self._lock:
                if not self._lines:
                    self._is_draining = False
                    return
                batch = [*self._lines]
                self._lines.clear()
            joined: dict[Path, list[bytes]] = {}
            for path, lines in batch:
                joined.setdefault(path, []).append(lines)
            try:
                for path, parts in joined.items():
                    self._write(path, b"".join(parts))
            except (OSError, UnfitFile) as error:
                with self._lock:
                    self._error = error

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = self._files.get(path)
        if descriptor is None:
            descriptor = self._files[path] = open_to_append(path)
        write_all(descriptor, content)


def _take_failure(future: asyncio.Future[Any]) -> None:
    """Retrieve the exception: asyncio logs one that nobody retrieves, as after a cancelled call."""
    if not future.cancelled():
        future.exception()


def open_to_append(path: Path) -> int:
    """Open a file of lines for appending; an incomplete last line, left by a kill, is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    size = os.fstat(descriptor).st_size
    if size:
        os.ftruncate(descriptor, _end_of_lines(descriptor, size))
    return descriptor


def _end_of_lines(descriptor: int, size: int) -> int:
    """The end of the last complete line."""
    end = size
    while end > 0:
        start = max(0, end - 2**16)
        os.lseek(descriptor, start, os.SEEK_SET)
        place = os.read(descriptor, end - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0
