"""The arguments of `archive`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, count, path
from opsgenie_async.cli.moments import date

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("folder", type=path, metavar="DIR", help="output folder; an interrupted run is resumed")
    choice = parser.add_argument_group("selection", "The manifest lists what was left out.")
    choice.add_argument("--since", type=date, metavar="DATE", help="skip what was created before (ISO, UTC)")
    choice.add_argument("--until", type=date, metavar="DATE", help="skip what was created then or later")
    choice.add_argument(
        "--only",
        type=_kinds,
        metavar="KINDS",
        help="some of alerts, incidents, schedules, on_calls, team_logs, account_logs, services, deployments, "
        "templates, users, configuration (default: all)",
    )
    choice.add_argument(
        "--depth",
        choices=("full", "list"),
        default="full",
        help="list: only the fields of listings, with a hundredth of the requests (default: full)",
    )
    choice.add_argument(
        "--full-for", default="", metavar="QUERY", help="read only matching alerts in full, e.g. 'priority: P1'"
    )
    choice.add_argument("--contacts", action="store_true", help="include contacts and notification rules of users")
    parser.add_argument("--estimate", action="store_true", help="estimate requests and time, and write nothing")
    parser.add_argument(
        "--concurrency", type=count, default=48, metavar="N", help="alerts read concurrently (default: 48)"
    )
    add_connection_arguments(parser)


def _kinds(text: str) -> tuple[str, ...]:
    from opsgenie_async.archive import parse_kinds  # not for --help

    try:
        return parse_kinds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("only: ")) from None
