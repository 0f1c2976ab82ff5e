"""The arguments of `override`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, word
from opsgenie_async.cli.times import EXPECTED

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("schedule", type=word, metavar="SCHEDULE", help="name or id of the schedule")
    parser.add_argument("user", type=word, metavar="USER", help="a username, or none for nobody")
    parser.add_argument(
        "--from",
        dest="start",
        default="now",
        metavar="TIME",
        help=f"e.g. {EXPECTED}; in the time zone of the schedule (default: now)",
    )
    parser.add_argument(
        "--to",
        dest="end",
        required=True,
        metavar="TIME",
        help="likewise; a clock time or +8h counts from the start",
    )
    parser.add_argument(
        "--rotation", action="append", default=[], metavar="NAME", help="only this rotation; repeatable"
    )
    parser.add_argument("--alias", metavar="TEXT", help="alias of the override (default: generated)")
    parser.add_argument(
        "--yes", action="store_true", help="do not ask for confirmation; without a terminal, it never asks"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the override and change nothing")
    add_connection_arguments(parser)
