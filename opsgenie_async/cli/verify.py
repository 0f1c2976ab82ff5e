"""`verify`: check an archive against its manifest, offline and without a key."""

from __future__ import annotations

import argparse
import json
import sys

import attrs

from opsgenie_async.archive import Verdict, verify
from opsgenie_async.cli.archive import counts_text, hole_text
from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.printable import printable

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Verify and print the result: 0 whole, 1 with holes or altered, 2 no archive."""
    with exit_on_error("verify", arguments):
        verdict = verify(arguments.folder, seal=arguments.seal or "")
    if arguments.json:
        json.dump(
            {
                "status": verdict.status,
                "holes": verdict.holes,
                "problems": [attrs.asdict(problem) for problem in verdict.problems],
                "totals": verdict.totals,
                "seal": verdict.seal,
            },
            sys.stdout,
            indent=2,
        )
        print()
    else:
        _show(verdict, is_quiet=arguments.quiet)
    return 0 if verdict.status == "whole" else FAILED


def _show(verdict: Verdict, *, is_quiet: bool) -> None:
    for problem in verdict.problems:
        print(printable(f"altered: {problem}"))
    for hole in verdict.holes:
        print(printable(f"missing: {hole_text(hole)}"))
    if not is_quiet:
        print(counts_text(verdict.totals))
    words = {"whole": "whole", "holes": "whole except for these holes", "altered": "altered"}
    print(f"{words[verdict.status]}; seal {verdict.seal}" if verdict.seal else words[verdict.status])
