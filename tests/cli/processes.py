"""Starts Python programs in processes of their own, without the half second that an interpreter takes to import them.

`await python("-m", "opsgenie_async", "pull", folder, env=..., stdout=PIPE)` is what `asyncio.create_subprocess_exec`
with `sys.executable` before the words is, and is used like it: the process is real, with its pid, exit status, signals,
streams and terminal. It is forked by a server that has imported the package (`tests/cli/fork_server.py`), one for each
process of pytest, which starts with the first command.

What is about an interpreter that starts (options like `-X` and `-W`, what is imported when) needs
`asyncio.create_subprocess_exec` itself. So does `python`, by itself, where a fork would not be the same: where the
environment has other settings of the interpreter (the locale, most of `PYTHON...`), on Windows, and for a run of the
tests with `OPSGENIE_ASYNC_TESTS_FORK=no`.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import attrs

from tests.waiting import LIMIT

ROOT = Path(__file__).parents[2]
IMITATED = ("PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHONUNBUFFERED")
"""The settings of an interpreter that a fork can have otherwise than the server, which starts without them."""

Stream = int | IO[bytes] | None


class Fork(asyncio.Protocol):
    """A forked process, which is used like `asyncio.subprocess.Process`."""

    def __init__(self) -> None:
        self.pid = 0
        self.returncode: int | None = None
        self.stdin: asyncio.StreamWriter | None = None
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        loop = asyncio.get_running_loop()
        self.started, self._ended = loop.create_future(), loop.create_future()
        self._answer = b""

    def data_received(self, data: bytes) -> None:
        self._answer += data
        pid, *status = self._answer.split()
        self.pid = int(pid)
        if not self.started.done():
            self.started.set_result(None)
        if status:
            self.returncode = int(status[0])

    def connection_lost(self, exc: Exception | None) -> None:
        if self.returncode is None:
            self.returncode = -signal.SIGKILL  # the server was killed, and nobody knows
        for each in (self.started, self._ended):
            if not each.done():
                each.set_result(None)

    async def wait(self) -> int:
        await asyncio.shield(self._ended)
        assert self.returncode is not None
        return self.returncode

    async def communicate(self, text: bytes | None = None) -> tuple[bytes, bytes]:
        stdout, stderr, *_ = await asyncio.gather(_read(self.stdout), _read(self.stderr), self._feed(text), self.wait())
        return stdout, stderr

    async def _feed(self, text: bytes | None) -> None:
        if self.stdin is None:
            return
        with suppress(BrokenPipeError, ConnectionResetError):  # it did not want to know
            if text:
                self.stdin.write(text)
                await self.stdin.drain()
            self.stdin.close()
            await self.stdin.wait_closed()

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = asyncio.subprocess.Process | Fork


async def _read(reader: asyncio.StreamReader | None) -> bytes:
    return b"" if reader is None else await reader.read()


async def python(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Stream = None,
    stdout: Stream = None,
    stderr: Stream = None,
    start_new_session: bool = False,
) -> Process:
    """Start an interpreter with *arguments*: `-m` and a module, `-c` and code, or a script, and words for it."""
    environment = dict(os.environ if env is None else env)
    streams = (stdin, stdout, stderr)
    if (server := _server()) is None or not server.is_like(arguments, environment):
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            env=environment,
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=start_new_session,
        )
    request = {
        "arguments": arguments,
        "env": environment,
        "cwd": str(cwd or Path.cwd()),
        "start_new_session": start_new_session,
    }
    with ExitStack() as files:
        fork = Fork()
        handed = [await _stream(fork, number, stream, files) for number, stream in enumerate(streams)]
        near, far = socket.socketpair()
        files.enter_context(far)
        try:
            socket.send_fds(near, [json.dumps(request).encode() + b"\n"], handed)
            server.ask(far)
        except BaseException:
            near.close()
            raise
    # What was handed over is the server's alone from here on: where that ends, the other end of `near` is closed.
    near.setblocking(False)
    await asyncio.get_running_loop().create_connection(lambda: fork, sock=near)
    await fork.started
    if not fork.pid:
        raise server.end_of_it()
    return fork


async def _stream(fork: Fork, number: int, stream: Stream, files: ExitStack) -> int:
    """The file that becomes stream *number* of *fork*; the other end of a pipe becomes an attribute of it."""
    name = ("stdin", "stdout", "stderr")[number]
    match stream:
        case None:
            return number
        case subprocess.DEVNULL:
            null = os.open(os.devnull, os.O_RDWR)
            files.callback(os.close, null)
            return null
        case subprocess.PIPE:
            reading, writing = os.pipe()
            files.callback(os.close, writing if number else reading)
            setattr(fork, name, await (_reader(reading) if number else _writer(writing)))
            return writing if number else reading
        case int():
            return stream
        case _:
            return stream.fileno()


async def _reader(number: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(number, "rb", 0))
    return reader


async def _writer(number: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    transport, _ = await loop.connect_write_pipe(lambda: protocol, os.fdopen(number, "wb", 0))
    return asyncio.StreamWriter(transport, protocol, None, loop)


class ForkServerEnded(Exception):
    """No process can be forked any more in this run of the tests."""


@attrs.frozen
class Server:
    """The process of `fork_server`, started with *environment*."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    environment: Mapping[str, str]

    @classmethod
    def start(cls) -> Server:
        near, far = socket.socketpair()
        with far:
            command = (sys.executable, "-m", "tests.cli.fork_server", str(far.fileno()))
            environment = {name: value for name, value in os.environ.items() if name not in IMITATED}
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, pass_fds=[far.fileno()]
            )
        return cls(process, near, environment)

    def is_like(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> bool:
        """Whether an interpreter with these would begin as the server's did."""
        options = arguments[0].startswith("-") and arguments[0] not in ("-m", "-c")
        return not options and _interpreter(self.environment) == _interpreter(environment)

    def ask(self, far: socket.socket) -> None:
        """Let it fork the process that the other end of *far* describes.

        Raises:
            ForkServerEnded: It is not there any more.
        """
        try:
            socket.send_fds(self.control, [b"."], [far.fileno()])
        except (BrokenPipeError, ConnectionResetError) as error:
            raise self.end_of_it() from error

    def end_of_it(self) -> ForkServerEnded:
        """The error that says how it ended, when its end of a socket is closed and it ends or has ended."""
        return ForkServerEnded(f"the fork server has ended with status {self.process.wait(LIMIT)}")

    def end(self) -> None:
        self.control.close()
        self.process.wait()


def _interpreter(environment: Mapping[str, str]) -> dict[str, str]:
    """What an interpreter and its libraries read when they start."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(("PYTHON", "LC_", "LANG")) and name not in IMITATED
    }


@functools.cache
def _server() -> Server | None:
    if not hasattr(os, "fork") or os.environ.get("OPSGENIE_ASYNC_TESTS_FORK") == "no":
        return None
    server = Server.start()
    atexit.register(server.end)
    return server
