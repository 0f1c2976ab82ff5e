"""The arguments of `on-call`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, path
from opsgenie_async.cli.moments import add_at_argument, add_zone_argument

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "schedules", nargs="*", metavar="SCHEDULE", help="names or patterns, e.g. 'ops*' (default: all)"
    )
    parser.add_argument("--team", metavar="NAME", help="only schedules that this team owns")
    add_at_argument(parser, "a time other than now")
    parser.add_argument("--next", action="store_true", help="also show who is next, and when; one request per schedule")
    parser.add_argument("--from", dest="source", type=path, metavar="DIR", help="read a snapshot instead of an account")
    add_zone_argument(parser)
    add_connection_arguments(parser)
