"""`validate`: check the files of a snapshot, without an account."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import attrs

from opsgenie_async.cli.comparison import warn_of_misplaced
from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.cli.selection import choice_of
from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity
from opsgenie_async.sync import Problem, Selection, SnapshotError, Store

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Validate the files: 0 valid, 1 invalid, 2 not a snapshot."""
    with exit_on_error("validate", arguments):
        files, problems = _validate(arguments, choice_of(arguments))
    if arguments.json:
        document = {
            "valid": not problems,
            "folder": str(arguments.folder),
            "files": files,
            "problems": [attrs.asdict(problem) for problem in problems],
        }
        json.dump(document, sys.stdout, indent=2)
        print()
        return FAILED if problems else 0
    for problem in problems:
        print(printable(f"{arguments.folder}/{problem}"))
    if not arguments.quiet:
        number = quantity(len(problems), "problem", zero="no")
        print(printable(f"{arguments.folder}: {number} in {quantity(files, 'file', zero='no')}"))
    return FAILED if problems else 0


def _validate(arguments: argparse.Namespace, only: Selection) -> tuple[int, Sequence[Problem]]:
    """The number of files, and their problems."""
    warn_of_misplaced(arguments.folder)
    store = Store(arguments.folder)
    try:
        snapshot = store.load(only)
    except SnapshotError as error:
        return len(list(arguments.folder.glob("*/*.json"))), error.problems
    only.resolve(snapshot.entries)
    return len(snapshot.files), ()
