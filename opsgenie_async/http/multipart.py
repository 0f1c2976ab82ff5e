"""Multipart bodies: fields and files, built for every attempt and streamed in chunks.

A file is read in a thread, and never as a whole. An open file is read from its initial position each time.
"""

from __future__ import annotations

import asyncio
import io
import os
import stat
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path, PurePath
from typing import BinaryIO, NoReturn, TypeAlias

import aiohttp
import attrs
from aiohttp.abc import AbstractStreamWriter

from opsgenie_async.errors import ArgumentValueError

__all__ = ["Content", "File", "Form", "multipart"]

Content: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO
"""A path, the bytes themselves, or a binary file that can be read from its place more than once."""

PIECE = 2**18
LARGEST_UNSIZED = 2**26
"""Bytes of a file without a size, which has to be read before it is sent."""
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
"""What can be opened and is no file."""


@attrs.frozen(kw_only=True)
class File:
    """A file of a form.

    Attributes:
        name: The file name for the server.
        content: The source of the bytes: an open file from `start` on, or a whole path.
        size: The size in bytes, None for a path, which is known when it is opened.
        reading: The lock for seeking and reading, since a thread of an abandoned attempt may still be reading
            it.
    """

    name: str
    content: str | os.PathLike[str] | BinaryIO = attrs.field(repr=False)
    start: int = 0
    size: int | None = None
    reading: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False, eq=False)

    @classmethod
    def of(cls, content: Content, name: str = "") -> File:
        """The file that *content* is, by its own name if *name* is not given; an open one is never closed here.

        Raises:
            ValueError: There is no usable name or the file cannot be read twice.
            TypeError: No file.
        """
        if isinstance(content, str | os.PathLike):
            return cls(name=_checked_name(name or PurePath(content).name), content=content)
        if isinstance(content, bytes):
            return cls(name=_checked_name(name), content=io.BytesIO(content), size=len(content))
        if not _is_binary(content):
            raise TypeError(f"file: expected a path, bytes or a file opened as binary, got {type(content).__name__}")
        if (kind := _kind(content)) is not None:
            raise ValueError(f"file: expected a regular file, got {kind}")
        own = getattr(content, "name", "")
        name = name or (PurePath(own).name if isinstance(own, str) else "")
        try:
            start = content.tell()
            size = content.seek(0, io.SEEK_END) - start
            content.seek(start)
        except (OSError, ValueError) as error:
            raise ValueError("file: expected a seekable file, because the request may be retried") from error
        return cls(name=_checked_name(name), content=content, start=start, size=size)


Form: TypeAlias = Mapping[str, str | File]
"""The fields of a multipart body by their names on the wire."""


def _is_binary(file: object) -> bool:
    return hasattr(file, "read") and not isinstance(file, io.TextIOBase)


def _checked_name(name: str) -> str:
    if not name or not name.isprintable():
        raise ValueError("file_name: expected a name of printable letters, none was given and the file has none")
    return name


@asynccontextmanager
async def multipart(form: Form) -> AsyncIterator[aiohttp.FormData]:
    """The body of one attempt.

    Raises, before anything is sent:
        OSError: A path cannot be opened.
        ArgumentValueError: It is no regular file, or a field has half of a surrogate pair, which has no UTF-8.
    """
    async with AsyncExitStack() as stack:
        # Plain UTF-8 in the headers, as browsers send it: percent signs would end up in the name.
        body = aiohttp.FormData(quote_fields=False)
        for name, value in form.items():
            if isinstance(value, File):
                payload = await stack.enter_async_context(_payload(value))
                body.add_field(name, payload, filename=value.name, content_type=payload.content_type)
            else:
                body.add_field(name, _sendable(name, value))
        yield body


def _sendable(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentValueError(f"{name}: contains a lone surrogate, which cannot be sent") from None
    return value


@asynccontextmanager
async def _payload(file: File) -> AsyncIterator[FilePayload]:
    if not isinstance(file.content, str | os.PathLike):
        if file.size or isinstance(file.content, io.BytesIO):
            yield FilePayload(file, file.content, file.size or 0)
        else:
            content, size = await asyncio.to_thread(_measure, file.content, file.start)
            yield FilePayload(file if content is file.content else File(name=file.name, content=content), content, size)
        return
    loop = asyncio.get_running_loop()
    opening = loop.run_in_executor(None, _open, file.content)
    try:
        content, size = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(lambda done: done.exception() or done.result()[0].close())
        raise
    try:
        yield FilePayload(file, content, size)
    finally:
        await loop.run_in_executor(None, content.close)


def _open(path: str | os.PathLike[str]) -> tuple[BinaryIO, int]:
    # Asked before it is opened: a pipe would wait for somebody who writes, for good.
    if (kind := KINDS.get(stat.S_IFMT(Path(path).stat().st_mode))) is not None:
        raise ArgumentValueError(f"file: expected a regular file, {os.fspath(path)!r} is {kind}")
    content = Path(path).open("rb")  # noqa: SIM115  # closed by who asked for it
    try:
        size = os.fstat(content.fileno()).st_size
        if not size:
            os.set_blocking(content.fileno(), False)
        source, size = (content, size) if size else _measure(content, 0)
    except BaseException:
        content.close()
        raise
    if source is not content:
        content.close()
    return source, size


def _measure(content: BinaryIO, start: int) -> tuple[BinaryIO, int]:
    """The file, or its content if it has the size 0, such as a file in /proc."""
    content.seek(start)
    data = content.read(LARGEST_UNSIZED + 1)
    if data is None:
        raise ArgumentValueError("file: nothing to read yet, and its size is unknown")
    if len(data) > LARGEST_UNSIZED:
        raise ArgumentValueError(f"file: more than {LARGEST_UNSIZED} bytes in a file of unknown size")
    return (io.BytesIO(data), len(data)) if data else (content, 0)


def _kind(content: object) -> str | None:
    """The type of an open file that is not regular, None also if it has no descriptor."""
    if isinstance(content, tempfile.SpooledTemporaryFile):  # would be written to the disk to have a number
        return None
    try:
        mode = os.fstat(content.fileno()).st_mode  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return None
    return KINDS.get(stat.S_IFMT(mode))


class FilePayload(aiohttp.Payload):
    """The part of a body with a file.

    aiohttp's payload closes the caller's file, and continues where an abandoned attempt has stopped.
    """

    def __init__(self, file: File, content: BinaryIO, size: int) -> None:
        super().__init__(content, filename=file.name)
        self._file = file
        self._size = size

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:
        """Refuse: it may be a gigabyte."""
        raise TypeError("a file of a form is only ever sent in pieces")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send as many bytes as the file had initially: a grown file is truncated, a shrunken one is not sent."""
        offset = 0
        while offset < (self._size or 0):
            piece = await asyncio.to_thread(self._piece, offset)
            if not piece:
                raise OSError("the file became shorter while it was sent")
            await writer.write(piece)
            offset += len(piece)

    def _piece(self, offset: int) -> bytes:
        with self._file.reading:
            self._value.seek(self._file.start + offset)
            piece: bytes = self._value.read(min(PIECE, (self._size or 0) - offset))
            return piece
