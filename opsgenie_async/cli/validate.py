"""`validate`: whether the files of a snapshot can be used, without an account."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import attrs

from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.cli.selection import add_choice_arguments, add_folder_argument, choice_of
from opsgenie_async.printable import printable
from opsgenie_async.sync import Problem, Selection, SnapshotError, Store

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_folder_argument(parser, "the snapshot to look through")
    add_choice_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look through the files: 0 nothing is wrong, 1 something is, 2 it is no snapshot."""
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
        print(printable(f"{arguments.folder}: {_count(len(problems), 'problem')} in {_count(files, 'file')}"))
    return FAILED if problems else 0


def _validate(arguments: argparse.Namespace, only: Selection) -> tuple[int, Sequence[Problem]]:
    """How many files there are, and what is wrong with them."""
    store = Store(arguments.folder)
    try:
        snapshot = store.load(only)
    except SnapshotError as error:
        return len(list(arguments.folder.glob("*/*.json"))), error.problems
    only.resolve(snapshot.entries)
    return len(snapshot.files), ()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else f"no {noun}s"
