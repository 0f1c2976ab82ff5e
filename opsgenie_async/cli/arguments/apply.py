"""The arguments of `apply`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import (
    add_choice_arguments,
    add_concurrency_argument,
    add_people_arguments,
    add_plan_arguments,
)
from opsgenie_async.cli.connection import add_connection_arguments, path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "folder",
        type=path,
        metavar="DIR|FILE",
        help="a snapshot, or a plan written by plan --out, which is applied without a question",
    )
    parser.add_argument("--snapshot", type=path, metavar="DIR", help="the snapshot of the plan, if it was moved")
    parser.add_argument("--dry-run", action="store_true", help="print the plan and change nothing")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="do not ask for confirmation; without a terminal, required for deletions, except of a plan",
    )
    add_plan_arguments(parser)
    add_choice_arguments(parser)
    add_people_arguments(parser)
    add_concurrency_argument(parser)
    add_connection_arguments(parser)
