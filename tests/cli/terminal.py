"""How tests start the command line: in another process where its end is what matters, and in this one for its words."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from unittest import mock

from opsgenie_async.cli import main
from opsgenie_async.sandbox import Sandbox
from tests.cli.processes import Process, python

Ended = tuple[int, str, str]
"""The exit status, stdout, stderr."""


async def start(*arguments: str, **environment: str) -> Ended:
    """Run `python -m opsgenie_async` in a process of its own."""
    process = await python(
        *("-m", "opsgenie_async", *arguments),
        env=_clean() | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    stdout, stderr = await process.communicate()
    assert process.returncode is not None
    return process.returncode, stdout.decode(), stderr.decode()


async def run(*arguments: str, **environment: str) -> Ended:
    """Run the same command in a thread of this process, next to the sandbox that it asks."""
    return await asyncio.to_thread(run_here, *arguments, **environment)


async def look(columns: int, *arguments: str, **environment: str) -> list[str]:
    """Run the command on a terminal of that width, and return the lines that somebody sees."""
    import pty  # which Windows has not

    main, terminal = pty.openpty()
    process = await python(
        *("-m", "opsgenie_async", *arguments),
        env=_clean() | {"COLUMNS": str(columns), "TERM": "xterm"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    text = await asyncio.to_thread(read_all, main)
    await process.wait()
    os.close(main)
    return text.decode().replace("\r\n", "\n").splitlines()


def read_all(main: int) -> bytes:
    """Read until nobody has the other end any more, which Linux calls an error."""
    pieces = []
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def run_here(*arguments: str, **environment: str) -> Ended:
    """Run `main` with streams and an environment of its own."""
    out_bytes, err_bytes = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(each, "utf-8", write_through=True) for each in (out_bytes, err_bytes))
    with redirect_stdout(out), redirect_stderr(err), _environment(environment), _logging(), _no_signals():
        try:
            status = main(arguments)
        except SystemExit as end:  # of argparse
            status = int(end.code or 0)
    return status, out_bytes.getvalue().decode(), err_bytes.getvalue().decode()


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("OPSGENIE_", "DX_"))}


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """Nothing of the terminal in which pytest runs: rich would take its width."""
    try:
        with mock.patch.dict(os.environ, _clean() | {"COLUMNS": "80"} | more, clear=True):
            time.tzset()
            yield
    finally:
        time.tzset()


@contextmanager
def _logging() -> Iterator[None]:
    """`--verbose` begins with the loggers of a new process; those of pytest come back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _no_signals() -> Iterator[None]:
    """As on Windows: only the main thread may have handlers of them."""
    loop = asyncio.SelectorEventLoop
    with mock.patch.object(loop, "add_signal_handler", side_effect=NotImplementedError):
        yield


async def ask(sandbox: Sandbox, *words: str) -> tuple[Process, int, bytes]:
    """Start a command on a terminal, and wait for its question.

    Returns:
        The process, the other side of its terminal, which is the caller's to close, and what it wrote until then.
    """
    import pty  # which Windows has not

    main, terminal = pty.openpty()
    process = await python(
        *("-m", "opsgenie_async", *words),
        env=os.environ | {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    output = b""
    while b"[y/N]" not in output:
        output += await asyncio.to_thread(os.read, main, 4096)
    return process, main, output
