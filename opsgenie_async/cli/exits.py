"""How a command ends that could not do what it was asked for."""

from __future__ import annotations

import argparse
import json
import sys

from opsgenie_async.printable import printable
from opsgenie_async.sync.files.diagnostics import SnapshotError

__all__ = ["FAILED", "INTERRUPTED", "WRONG_USAGE", "give_up", "say"]

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


def give_up(command: str, arguments: argparse.Namespace, status: int, reason: str | Exception) -> int:
    """Say why on stderr, with `--json` as an object on stdout, too; return the exit status.

    One line, but for a snapshot with several problems, which has a line for each.
    """
    problems = reason.problems if isinstance(reason, SnapshotError) else [reason]
    first, *others = map(str, problems)
    say(f"opsgenie-async {command}: {first}")
    for problem in others:
        say(problem)
    if arguments.json:
        print(json.dumps({"complete": False, "error": str(reason)}))
    return status


def say(text: str) -> None:
    """Print one line to stderr: names and answers in it are text, and no codes for the terminal."""
    print(printable(text), file=sys.stderr)
