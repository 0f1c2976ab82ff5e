"""`api`: any endpoint, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import WrongUsage, exit_on_error
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.json_text import Json

__all__ = ["run"]

COMMAND = "api"


def run(arguments: argparse.Namespace) -> int:
    """Send a request and print the response: 0 success, 1 refused, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        if arguments.all and (arguments.method != "GET" or arguments.body is not None):
            raise WrongUsage("--all: only with GET, and without --body")
        body = None if arguments.body is None else _body(arguments.body)
        if arguments.all:
            asyncio.run(_print_all(arguments))
            return 0
        envelope = asyncio.run(_send(arguments, body))
    document = _document(envelope)
    if document:
        print(json.dumps(document, indent=2, ensure_ascii=_is_ascii()))
    return 0


async def _send(arguments: argparse.Namespace, body: Any) -> Envelope:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        return await og.request(arguments.method, _path(arguments), json=body)


async def _print_all(arguments: argparse.Namespace) -> None:
    """Print items as they arrive; after a failure the array is not closed, so that it is invalid JSON."""
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        items: AsyncIterator[Json] = aiter(og.documents(_path(arguments)))
        async with aclosing(items) as stream:  # type: ignore[type-var]
            lead = "["
            async for item in stream:
                text = json.dumps(item, indent=2, ensure_ascii=_is_ascii()).replace("\n", "\n  ")
                print(f"{lead}\n  {text}", end="")
                lead = ","
    print("[]" if lead == "[" else "\n]")


def _path(arguments: argparse.Namespace) -> str:
    from urllib.parse import urlencode

    path: str = arguments.path
    if not arguments.param:
        return path
    try:
        return f"{path}{'&' if '?' in path else '?'}{urlencode(arguments.param)}"
    except UnicodeEncodeError:
        raise WrongUsage("--param: not UTF-8") from None


def _document(envelope: Envelope) -> dict[str, Json]:
    """Return the response as JSON, without fields added by the client."""
    document: dict[str, Json] = {}
    if envelope.data is not None:
        document["data"] = envelope.data
    if envelope.paging:
        document["paging"] = dict(envelope.paging)
    if envelope.total_count is not None:
        document["totalCount"] = envelope.total_count
    if envelope.expandable:
        document["expandable"] = list(envelope.expandable)
    document |= envelope.rest
    if document or envelope.result:
        document |= {"result": envelope.result} if envelope.result else {}
        document |= {"took": envelope.took} if envelope.took is not None else {}
        document |= {"requestId": envelope.request_id} if envelope.request_id else {}
    return document


def _body(place: str) -> Any:
    """Read JSON from a file or stdin; raises `WrongUsage` if it is invalid."""
    try:
        if place == "-":
            if not sys.stdin:  # as Python has it after `<&-`
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            text = sys.stdin.read()
        else:
            with open(place, encoding="utf-8") as file:  # noqa: PTH123
                text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise WrongUsage(f"--body: {place}: {reason}") from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"--body: {place}: not JSON: {error}") from error


def _is_ascii() -> bool:
    """Whether to escape non-ASCII letters: always on a terminal, which must not take text for control codes."""
    return sys.stdout.isatty() or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
