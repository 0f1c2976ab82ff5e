"""The confirmation before an irreversible action."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["confirm", "is_terminal"]

YES = frozenset({"y", "yes"})


def is_terminal() -> bool:
    """Whether a user can be asked: the question goes to stderr, as stdout may be a file."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))  # None where one is closed


def confirm(question: str) -> bool:
    """Ask, and return whether the answer is yes; raises `KeyboardInterrupt` on Ctrl-C."""
    sys.stdout.flush()
    answer = ""
    try:
        with _ctrl_c():  # before the question is there to be seen, and answered by it
            print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
            answer = _read_line()
    finally:  # the next output begins a line, after Ctrl-C and Ctrl-D as well
        if not answer.endswith("\n"):
            print(file=sys.stderr)
    return answer.strip().casefold() in YES


def _read_line() -> str:
    """Read a line; Ctrl-C ends it also when it comes right before the reading, which it would not interrupt."""
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):  # text in memory
        return sys.stdin.readline()
    if os.name != "nt" and threading.current_thread() is threading.main_thread():
        _wait_for_line(descriptor)
    return sys.stdin.readline()


def _wait_for_line(descriptor: int) -> None:
    """Wait for input or a signal, whose handler runs then; signals are passed on to the event loop afterwards."""
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    sources, signals = [descriptor, receiver.fileno()], b""
    try:
        while descriptor not in select.select(sources, [], [])[0]:
            signals += receiver.recv(4096)
    finally:
        signal.set_wakeup_fd(before)
        receiver.setblocking(False)
        with suppress(BlockingIOError):
            signals += receiver.recv(4096)
        receiver.close()
        sender.close()
        if signals and before != -1:
            os.write(before, signals)


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end the reading of a line, which a running event loop would let continue."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
