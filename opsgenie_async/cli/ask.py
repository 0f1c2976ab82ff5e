"""Questions before something is done."""

from __future__ import annotations

import sys

from opsgenie_async.cli.exits import Failure, say

__all__ = ["confirm", "is_interactive"]


def is_interactive() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> None:
    """Ask on stderr, for stdout has the result.

    Raises:
        Failure: The answer is not yes.
    """
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        say("")
    if answer.strip().casefold() not in ("y", "yes"):
        raise Failure("nothing was changed")
