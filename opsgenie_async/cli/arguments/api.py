"""The arguments of `api`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, word

__all__ = ["add_arguments"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods of the API."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("method", type=str.upper, choices=METHODS, metavar="METHOD", help=", ".join(METHODS))
    parser.add_argument(
        "path", type=word, metavar="PATH", help="relative to the base URL, e.g. /v2/teams; may contain a query"
    )
    parser.add_argument("--body", metavar="FILE", help="send the JSON of a file; - for stdin")
    parser.add_argument(
        "-q",
        "--param",
        action="append",
        type=_pair,
        default=[],
        metavar="KEY=VALUE",
        help="query parameter; repeatable",
    )
    parser.add_argument("--all", action="store_true", help="read all pages of a listing and print one array")
    add_connection_arguments(parser)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, got {text!r}")
    return key, value
