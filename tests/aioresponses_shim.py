"""Makes aioresponses 0.7.9 work with aiohttp 3.14 and later; `tests/test_shim.py` says when this file can go."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace

import aioresponses.core
from aiohttp import ClientResponse, StreamReader
from aiohttp.client_proto import ResponseHandler

__all__ = ["apply", "needed"]


class _Answer(ClientResponse):
    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("stream_writer", SimpleNamespace(output_size=0))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def _reader(loop: asyncio.AbstractEventLoop | None = None) -> StreamReader:
    # Its own has a limit of 64 KiB, and a larger body would pause a parser that is not there.
    return StreamReader(ResponseHandler(loop=loop), limit=2**31, loop=loop)  # type: ignore[arg-type]


def needed() -> bool:
    """Whether this aiohttp is newer than aioresponses knows."""
    return "stream_writer" in inspect.signature(ClientResponse.__init__).parameters


def apply() -> None:
    """Put the two replacements in place, for the whole process."""
    if not needed():
        return
    aioresponses.core.ClientResponse = _Answer
    aioresponses.core.stream_reader_factory = _reader
