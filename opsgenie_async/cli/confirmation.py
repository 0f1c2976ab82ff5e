"""The question before something is done that cannot be taken back."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["confirm", "is_terminal"]

YES = frozenset({"y", "yes"})


def is_terminal() -> bool:
    """Whether somebody is there who can be asked: the question goes to stderr, as stdout may be a file."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """Ask, and return whether the answer is yes; raises `KeyboardInterrupt` on Ctrl-C."""
    sys.stdout.flush()
    answer = ""
    try:
        with _ctrl_c():  # before the question is there to be seen, and answered by it
            print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
            answer = sys.stdin.readline()
    finally:  # what is said next begins a line, after Ctrl-C and Ctrl-D as well
        if not answer.endswith("\n"):
            print(file=sys.stderr)
    return answer.strip().casefold() in YES


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Have Ctrl-C end the reading of a line: a loop that runs only notes it, and the reading would go on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
