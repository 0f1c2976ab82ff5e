"""The arguments of `run`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, count

__all__ = ["add_arguments"]

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.usage = "opsgenie-async run [options] -- COMMAND ..."
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND ...", help="the command, after --")
    parser.add_argument("--heartbeat", metavar="NAME", help="ping this heartbeat when the command succeeds")
    parser.add_argument("--every", type=_seconds, metavar="SECONDS", help="also ping it while the command runs")
    parser.add_argument(
        "--ok", type=_status, action="append", default=[], metavar="STATUS", help="treat this status as success, too"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="how long to wait for Opsgenie (default: 10)"
    )
    alert = parser.add_argument_group("alert", "All failures of a job are one alert with a count.")
    alert.add_argument("--alert", action="store_true", help="raise an alert when the command fails")
    alert.add_argument("--name", help="job name (default: name of the heartbeat or command)")
    alert.add_argument("--priority", choices=PRIORITIES, help="priority (default: P3)")
    alert.add_argument("--tag", action="append", default=[], metavar="TAG", help="a tag; repeatable")
    alert.add_argument("--team", action="append", default=[], metavar="NAME", help="a responder; repeatable")
    alert.add_argument("--close", action="store_true", help="close the alert when the command succeeds again")
    alert.add_argument(
        "--stderr-lines",
        type=count,
        metavar="N",
        help="put the last lines of stderr into it; they may hold secrets (default: none)",
    )
    add_connection_arguments(parser)


def _seconds(text: str) -> float:
    """A number above 0, for argparse."""
    number = float(text)
    if not 0 < number < 10**7:
        raise argparse.ArgumentTypeError(f"expected seconds above 0, got {text}")
    return number


def _status(text: str) -> int:
    """An exit status, for argparse."""
    number = int(text)
    if not 0 <= number <= 255:
        raise argparse.ArgumentTypeError(f"expected 0 to 255, got {text}")
    return number
