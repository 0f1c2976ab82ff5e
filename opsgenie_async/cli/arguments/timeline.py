"""The arguments of `timeline`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, count, path
from opsgenie_async.cli.moments import add_at_argument, add_zone_argument

__all__ = ["add_arguments"]

LONGEST = 520
"""In weeks: ten years are a picture that nobody reads."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "schedules", nargs="*", metavar="SCHEDULE", help="names or patterns, e.g. 'ops*' (default: all)"
    )
    parser.add_argument("--team", metavar="NAME", help="only schedules that this team owns")
    parser.add_argument("--weeks", type=_weeks, default=2, metavar="N", help="weeks to show (default: 2)")
    add_at_argument(parser, "first day, default: today")
    parser.add_argument("--from", dest="source", type=path, metavar="DIR", help="read a snapshot instead of an account")
    parser.add_argument("--against", type=path, metavar="DIR", help="mark the differences to another snapshot")
    add_zone_argument(parser)
    files = parser.add_argument_group("files", "Written instead of the bars; can be combined.")
    files.add_argument("--svg", type=path, metavar="FILE", help="an SVG image")
    files.add_argument("--html", type=path, metavar="FILE", help="a self-contained HTML page")
    files.add_argument("--ics", type=path, metavar="FILE", help="a calendar with one event per turn")
    parser.add_argument("--person", metavar="USERNAME", help="with --ics: only this person's turns")
    add_connection_arguments(parser)


def _weeks(text: str) -> int:
    weeks = count(text)
    if weeks > LONGEST:
        raise argparse.ArgumentTypeError(f"expected at most {LONGEST}, got {weeks}")
    return weeks
