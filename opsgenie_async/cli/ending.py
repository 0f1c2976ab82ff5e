"""How a command ends that could not do what it was asked for."""

from __future__ import annotations

import argparse
import json
import sys

__all__ = ["FAILED", "WRONG_USAGE", "give_up"]

FAILED = 1
WRONG_USAGE = 2


def give_up(command: str, arguments: argparse.Namespace, status: int, text: str) -> int:
    """Say why on stderr, with `--json` as an object on stdout, too; return the exit status."""
    print(f"opsgenie-async {command}: {text}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"complete": False, "error": text}))
    return status
