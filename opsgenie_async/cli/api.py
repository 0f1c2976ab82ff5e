"""`api`: any endpoint, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from opsgenie_async.cli.connection import add_connection_arguments, connect, word
from opsgenie_async.cli.exits import WrongUsage, exit_on_error
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.http.response import Envelope
from opsgenie_async.json_text import Json

__all__ = ["add_arguments", "run"]

COMMAND = "api"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("method", type=str.upper, metavar="METHOD", help="as GET")
    parser.add_argument("path", type=word, metavar="PATH", help="below the base URL, as /v2/teams; it may have a query")
    parser.add_argument("--body", metavar="FILE", help="send the JSON of a file; - for stdin")
    parser.add_argument(
        "-q",
        "--param",
        action="append",
        type=_pair,
        default=[],
        metavar="KEY=VALUE",
        help="for the query; may be repeated",
    )
    parser.add_argument("--all", action="store_true", help="follow the pages of a listing, and print one array of all")
    add_connection_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Send it and print the answer: 0 answered, 1 refused, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        if arguments.all and (arguments.method != "GET" or arguments.body is not None):
            raise WrongUsage("--all: goes with GET, and without --body")
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
    """Print item after item as they come; an array that breaks off is not closed, so that nobody takes it for whole."""
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
    return f"{path}{'&' if '?' in path else '?'}{urlencode(arguments.param)}"


def _document(envelope: Envelope) -> dict[str, Json]:
    """Return what the answer said, in its own words, without what only the client knows."""
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
    """Read JSON from a file or stdin, or raise `WrongUsage`."""
    try:
        if place == "-":
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
    """Whether letters have to be escaped: always on a terminal, which must not take a text for a command."""
    return sys.stdout.isatty() or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, got {text!r}")
    return key, value
