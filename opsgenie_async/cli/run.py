"""`run`: run a command, ping a heartbeat after a success, create an alert after a failure.

The command has priority: even if Opsgenie is unavailable, it is started, its output and signals pass through, and the
exit status is its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shlex
import signal
import sys
import threading
from collections import deque
from collections.abc import Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Self

import attrs

from opsgenie_async.cli.connection import (
    run_sandbox,
    settings_error,
    sharing_limits,
    through_proxy,
    wants_sandbox,
)
from opsgenie_async.cli.exits import WRONG_USAGE, WrongUsage, give_up, say
from opsgenie_async.cli.output import give_up_writing
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.logs import get_logger
from opsgenie_async.models import TeamRef
from opsgenie_async.web.jobs import Job, JobFailure
from opsgenie_async.web.request_failure import AlertFields

__all__ = ["run"]

COMMAND = "run"
MISSING, NOT_EXECUTABLE = 127, 126
"""The exit statuses that shells have for a command that cannot be started."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGWINCH")
"""The signals that are passed on; Windows has the first two, and gives Ctrl-C to the command itself."""
TERMINATION = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
"""The signals that end the report to Opsgenie."""
OF_THE_TERMINAL = ("SIGINT", "SIGQUIT", "SIGWINCH")
"""The signals that a terminal sends to the command as well as to this process."""
PIPE_CLOSING_TIME = 1.0
"""Seconds for what the command has left of its stderr; what it started in the background may hold it open for ever."""
MAX_LINES = 1000


@attrs.frozen
class Outcome:
    """The end of a command.

    Attributes:
        status: The exit status, as a shell has it.
        summary: The end in words.
        is_interrupted: Whether it was interrupted by Ctrl-C or SIGINT.
        stderr: The last lines of stderr, if requested.
    """

    status: int
    summary: str
    is_interrupted: bool = False
    stderr: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Run the command: its exit status, 127 or 126 if it cannot be started, 2 on wrong usage."""
    words = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if reason := _wrong_usage(arguments, words):
        return give_up(COMMAND, arguments, WRONG_USAGE, reason)
    if not arguments.verbose:  # what did not get through is printed once, by this command
        get_logger("opsgenie_async").addHandler(logging.NullHandler())
    outcomes: list[Outcome] = []
    with suppress(KeyboardInterrupt):  # while Opsgenie is notified: the command is over, and its status stands
        asyncio.run(_run(arguments, words, outcomes))
    return outcomes[0].status if outcomes else 128 + signal.SIGINT


def _wrong_usage(arguments: argparse.Namespace, words: Sequence[str]) -> str:
    if not words:
        return "no command: give it after --, as in: opsgenie-async run --heartbeat backup -- tar cf backup.tar ."
    for option, name in (("--heartbeat", arguments.heartbeat), ("--name", arguments.name)):
        if name is not None and not name.strip():
            return f"{option}: expected a name, got {name!r}"
    if arguments.heartbeat is None and not arguments.alert:
        return "nothing to report to Opsgenie: give --heartbeat NAME, --alert or both"
    if arguments.every is not None and arguments.heartbeat is None:
        return "--every: no heartbeat to ping: give --heartbeat NAME"
    if arguments.stderr_lines is not None and arguments.stderr_lines > MAX_LINES:
        return f"--stderr-lines: expected at most {MAX_LINES}, got {arguments.stderr_lines}"
    if wants_sandbox(arguments) and (arguments.region or arguments.base_url):
        return "--sandbox: not allowed with --region or --base-url"
    return ""


async def _run(arguments: argparse.Namespace, words: Sequence[str], outcomes: list[Outcome]) -> None:
    clock = SystemClock()
    started = clock.now()
    with _Signals() as signals:
        async with AsyncExitStack() as stack:
            job = _job(arguments, words, await _sandbox_client(arguments, stack))
            async with _pings(job, arguments) as pings:
                outcome = await _execute(words, arguments.stderr_lines, signals)
                outcomes.append(outcome)
                seconds = clock.now() - started
                is_success = outcome.status in {0, *arguments.ok}
                problems = await signals.stoppable(_report(job, outcome, is_success, seconds, pings))
            for problem in problems:
                say(f"opsgenie-async {COMMAND}: {problem}")
            if arguments.json:
                document = {"complete": is_success, "status": outcome.status, "seconds": seconds, "problems": problems}
                try:
                    print(json.dumps(document), flush=True)
                except OSError as error:  # printed; the exit status stays that of the command
                    give_up_writing(error)


async def _report(job: Job, outcome: Outcome, is_success: bool, seconds: float, pings: AsyncExitStack) -> list[str]:
    """Report the end of the command to Opsgenie; returns why something was not sent."""
    await pings.aclose()
    if is_success:
        return await job.report_success()
    if outcome.is_interrupted:
        return []
    return await job.report_failure(
        JobFailure(job=job.name, summary=outcome.summary, description=outcome.stderr, seconds=seconds)
    )


def _job(arguments: argparse.Namespace, words: Sequence[str], sandbox: Opsgenie | None) -> Job:
    limits = _shared_limits(arguments) if sandbox is None else Config()

    def client() -> Opsgenie:
        try:
            config = attrs.evolve(through_proxy(limits, arguments), hooks=None)
            return Opsgenie(region=arguments.region, base_url=arguments.base_url, config=config)
        except ValueError as error:
            raise settings_error(error, arguments) from error

    alert = AlertFields(details={"command": shlex.quote(words[0])})
    if arguments.priority:
        alert["priority"] = arguments.priority
    if arguments.tag:
        alert["tags"] = arguments.tag
    if arguments.team:
        alert["responders"] = [TeamRef(name=name) for name in arguments.team]
    return Job(
        arguments.name or arguments.heartbeat or Path(words[0]).name.strip() or COMMAND,
        heartbeat=arguments.heartbeat,
        every=arguments.every,
        alert_on_error=arguments.alert,
        alert=alert,
        close_on_success=arguments.close,
        og_or_config=sandbox or client,
        timeout=arguments.timeout,
    )


def _shared_limits(arguments: argparse.Namespace) -> Config:
    """The configuration with shared rate limits, if requested; the command runs without them if they are invalid."""
    try:
        return sharing_limits(Config(), arguments)
    except WrongUsage as error:
        say(f"opsgenie-async {COMMAND}: rate limits are not shared: {error}")
        return Config()


async def _sandbox_client(arguments: argparse.Namespace, stack: AsyncExitStack) -> Opsgenie | None:
    if not wants_sandbox(arguments):
        return None
    try:
        sandbox = await stack.enter_async_context(run_sandbox(arguments))
    except (WrongUsage, OSError) as error:
        say(f"opsgenie-async {COMMAND}: no sandbox: {error}")
        return None
    return await stack.enter_async_context(Opsgenie(sandbox.api_key, base_url=sandbox.url))


def _pings(job: Job, arguments: argparse.Namespace) -> AsyncExitStack:
    """Ping while the command runs, if requested."""
    stack = AsyncExitStack()
    if arguments.every is not None:
        run = job.begin()
        stack.push_async_callback(run.stop)
    return stack


async def _execute(words: Sequence[str], tail_length: int | None, signals: _Signals) -> Outcome:
    """Run the command to its end."""
    with _Stderr(tail_length) as stderr:
        try:
            process = await asyncio.create_subprocess_exec(*words, stderr=stderr.descriptor)
        except OSError as error:
            say(f"opsgenie-async {COMMAND}: {words[0]}: {error.strerror}")
            status = MISSING if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
            return Outcome(status, f"cannot be started: {error.strerror}")
        signals.pass_to(process)
        returncode = await process.wait()
        status = returncode if returncode >= 0 else 128 - returncode
        return Outcome(status, _summary(returncode), signals.interrupted, await stderr.tail())


def _summary(returncode: int) -> str:
    if returncode >= 0:
        return f"exit status {returncode}"
    number = -returncode
    known = {each.value: each.name for each in signal.Signals}
    return f"ended by {known.get(number, f'signal {number}')}"


class _Stderr:
    """The stderr of a command: this process's own, or a pipe to it whose last lines are stored.

    A thread reads it: a process started by the command may hold the pipe open forever, and asyncio would wait for it.

    Attributes:
        descriptor: For the command; None for this process's own.
    """

    def __init__(self, length: int | None) -> None:
        self.descriptor: int | None = None
        self._lines = deque[bytes](maxlen=length or 0)
        self._source: int | None = None
        self._thread = threading.Thread(target=self._copy, name="stderr", daemon=True)
        if length is not None:
            self._source, self.descriptor = os.pipe()

    def __enter__(self) -> Self:
        if self._source is not None:
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    async def tail(self) -> str:
        """Return the last lines, once the command has ended."""
        self._close()
        if self._source is not None:
            await asyncio.to_thread(self._thread.join, PIPE_CLOSING_TIME)
        return b"".join(self._lines.copy()).decode(errors="replace")

    def _close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def _copy(self) -> None:
        """Pass on bytes as they arrive, and store the last lines."""
        line = b""
        while self._source is not None and (chunk := os.read(self._source, 2**16)):
            with suppress(OSError, ValueError, AttributeError):  # nobody reads ours, or it was closed at the start
                sys.stderr.buffer.write(chunk)
                sys.stderr.buffer.flush()
            *lines, line = (line + chunk).split(b"\n")
            self._lines.extend(each + b"\n" for each in lines)
            line = line[-(2**16) :]
        if line:
            self._lines.append(line)


class _Signals:
    """The forwarding of signals to a command, except for those that the terminal sends to it.

    After its end, those that ask to terminate end the report to Opsgenie, which says so; the exit status stands.

    Attributes:
        interrupted: Whether there was a SIGINT.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self._own = _signals_of_the_terminal()
        self._process: asyncio.subprocess.Process | None = None
        self._early: list[int] = []
        self._numbers: list[int] = []
        self._report: asyncio.Task[list[str]] | None = None
        self._end = ""

    def __enter__(self) -> Self:
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:  # as `nohup` has it
                continue
            if os.name == "nt":
                signal.signal(number, lambda number, _: self._receive(number))
            else:
                asyncio.get_running_loop().add_signal_handler(number, self._receive, number)
            self._numbers.append(number)
        return self

    def __exit__(self, *error: object) -> None:
        for number in self._numbers:
            if os.name == "nt":
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
            else:
                asyncio.get_running_loop().remove_signal_handler(number)

    def pass_to(self, process: asyncio.subprocess.Process) -> None:
        """Forward earlier and later signals to *process*."""
        self._process = process
        for number in self._early:
            self._send(process, number)

    async def stoppable(self, report: Coroutine[object, object, list[str]]) -> list[str]:
        """Await *report*, which follows the command; a signal ends it."""
        self._report = task = asyncio.create_task(report)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._end:
                raise
            return [f"the end of the command was not reported to Opsgenie: interrupted by {self._end}"]

    def _stop(self, number: int) -> None:
        if self._report is not None and signal.Signals(number).name in TERMINATION:
            self._end = self._end or signal.Signals(number).name
            self._report.get_loop().call_soon_threadsafe(self._report.cancel)

    def _receive(self, number: int) -> None:
        if self._report is not None:
            self._stop(number)
            return
        self.interrupted = self.interrupted or number == signal.SIGINT
        if self._process is None:
            self._early.append(number)
        elif number not in self._own:
            self._send(self._process, number)

    def _send(self, process: asyncio.subprocess.Process, number: int) -> None:
        with suppress(ProcessLookupError):
            if os.name == "nt":  # where a process cannot be sent anything else
                process.terminate()
            else:
                process.send_signal(number)


def _signals_of_the_terminal() -> Collection[int]:
    """The signals that the terminal also sends to the command: those for its foreground processes."""
    if os.name == "nt":
        return (signal.SIGINT,)
    try:
        is_foreground = os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # no terminal
        return ()
    return [getattr(signal, name) for name in OF_THE_TERMINAL] if is_foreground else ()
