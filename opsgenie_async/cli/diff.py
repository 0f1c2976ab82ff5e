"""`diff`: the differences between two snapshots, without an account."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.comparison import check_view, load_files, print_result
from opsgenie_async.cli.exits import exit_on_error
from opsgenie_async.cli.selection import choice_of
from opsgenie_async.sync import compare

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Compare and print the differences: 0 compared, 1 something could not be compared, 2 wrong usage."""
    with exit_on_error("diff", arguments):
        import opsgenie_async.cli.plan_view  # noqa: F401  # what is not installed is to be known first

        check_view(arguments)
        only = choice_of(arguments)
        changes = compare(load_files(arguments.old, only), load_files(arguments.new, only), only=only)
    heading = f"Differences between {arguments.old.name} and {arguments.new.name}"
    return print_result("diff", arguments, changes, heading=heading)
