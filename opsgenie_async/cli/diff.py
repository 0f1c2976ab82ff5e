"""`diff`: what differs between two snapshots, without an account."""

from __future__ import annotations

import argparse
from pathlib import Path

import attrs

from opsgenie_async.cli.comparison import add_view_arguments, check_view, print_result
from opsgenie_async.cli.connection import path
from opsgenie_async.cli.exits import exit_on_error
from opsgenie_async.cli.selection import add_choice_arguments, choice_of
from opsgenie_async.sync import Selection, Snapshot, SnapshotError, Store, compare

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("old", type=path, metavar="OLD", help="a snapshot")
    parser.add_argument("new", type=path, metavar="NEW", help="another one")
    add_view_arguments(parser)
    add_choice_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say what differs: 0 it was compared, 1 something could not be, 2 wrong usage."""
    with exit_on_error("diff", arguments):
        import opsgenie_async.cli.plan_view  # noqa: F401  # what is not installed is to be known first

        check_view(arguments)
        only = choice_of(arguments)
        changes = compare(_load(arguments.old, only), _load(arguments.new, only), only=only)
    heading = f"Differences between {arguments.old.name} and {arguments.new.name}"
    return print_result("diff", arguments, changes, heading=heading)


def _load(folder: Path, only: Selection) -> Snapshot:
    """Read a snapshot; where its files are wrong, say in which of the two."""
    try:
        return Store(folder).load(only)
    except SnapshotError as error:
        problems = [attrs.evolve(problem, file=str(folder / problem.file)) for problem in error.problems]
        raise SnapshotError(problems) from error
