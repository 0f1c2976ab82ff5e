"""The process of which `processes.python` forks commands: it has imported the package, and does nothing else.

A fresh interpreter takes half a second to import what a command needs. A fork has it at once, and is a process like any
other: its arguments, environment, folder, streams, signals and end are its own, and it ends as an interpreter ends.
"""

from __future__ import annotations

import atexit
import codecs
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

NOT_IMPORTED = ("opsgenie_async.telemetry", "opsgenie_async.testing", "opsgenie_async.web")
"""What no command needs."""


def import_package() -> None:
    """Import all that commands import when they run."""
    import opsgenie_async

    for module in pkgutil.walk_packages(opsgenie_async.__path__, "opsgenie_async."):
        if not module.name.endswith("__main__") and not module.name.startswith(NOT_IMPORTED):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()  # a collection in a fork need not copy it


class Server:
    """Forks a process for each request that comes over *control*, and tells who asked how it ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._running: dict[int, socket.socket] = {}
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        self._ended, self._wakeup = socket.socketpair()  # readable when a fork has ended
        for each in (self._ended, self._wakeup):
            each.setblocking(False)

    def serve(self) -> tuple[dict[str, Any], list[int]]:
        """Return in a forked process, with its request and its streams; the server's own end is that of its stdin."""
        # Ends are counted here and not in the handler of the signal: one handler can interrupt another.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        # Ctrl-C is for the tests. Blocked and not ignored: what reaches a fork before it is ready is not lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        while True:
            readable, _, _ = select.select([self._control, self._ended], [], [])
            if self._ended in readable:
                self._ended.recv(65536)
                self._reap()
            if self._control in readable and (task := self._fork()):
                return task

    def _fork(self) -> tuple[dict[str, Any], list[int]] | None:
        """Fork a process for the next request, which only the fork returns."""
        _, handed, _, _ = socket.recv_fds(self._control, 1, 1)
        if not handed:
            sys.exit()
        caller = socket.socket(fileno=handed[0])
        request, streams = _receive(caller)
        if not (pid := os.fork()):
            self._close(caller)
            return request, streams
        self._running[pid] = caller
        _send(caller, pid)
        for stream in streams:
            os.close(stream)
        return None

    def _close(self, caller: socket.socket) -> None:
        """Leave to a fork nothing of the server's."""
        signal.set_wakeup_fd(-1)
        for each in (self._control, self._ended, self._wakeup, caller, *self._running.values()):
            each.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self._running.pop(pid) as caller:
                _send(caller, os.waitstatus_to_exitcode(status))


def _receive(caller: socket.socket) -> tuple[dict[str, Any], list[int]]:
    text, streams, _, _ = socket.recv_fds(caller, 65536, 3)
    while not text.endswith(b"\n"):
        text += caller.recv(65536)
    return json.loads(text), streams


def _send(caller: socket.socket, number: int) -> None:
    try:
        caller.sendall(b"%d\n" % number)
    except OSError:  # who asked has gone
        return


def become(request: dict[str, Any], streams: list[int]) -> None:
    """Take over what a fresh interpreter has from who starts it."""
    if request["start_new_session"]:
        os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.stdin = sys.__stdin__ = _stream(sys.__stdin__, 0, "r")
    sys.stdout = sys.__stdout__ = _stream(sys.__stdout__, 1, "w")
    sys.stderr = sys.__stderr__ = _stream(sys.__stderr__, 2, "w")


def _stream(like: Any, number: int, mode: str) -> Any:
    """A standard stream as an interpreter of this environment makes it, which the server's own has nothing of."""
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
    raw = io.FileIO(number, mode, closefd=False)
    raw.name = like.name
    stream = io.TextIOWrapper(
        io.BufferedReader(raw) if mode == "r" else raw if at_once else io.BufferedWriter(raw),
        encoding=codecs.lookup(encoding).name if encoding else like.encoding,
        errors=like.errors if number == 2 else errors or ("strict" if encoding else like.errors),
        newline="\n",
        line_buffering=not at_once and (raw.isatty() or number == 2),
        write_through=at_once,
    )
    stream.mode = mode
    return stream


def run(words: list[str]) -> None:
    """Run what an interpreter runs when it is started with these words."""
    match words:
        case ["-m", module, *arguments]:
            sys.argv[:] = [module, *arguments]
            sys.path[0] = str(Path.cwd())
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", code, *arguments]:
            sys.argv[:] = ["-c", *arguments]
            sys.path[0] = ""
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            exec(compile(code, "<string>", "exec"), vars(main))
        case [script, *arguments]:
            sys.argv[:] = [script, *arguments]
            sys.path[0] = os.path.dirname(os.path.realpath(script))  # noqa: PTH120
            runpy.run_path(script, run_name="__main__")


@attrs.define
class End:
    """The end of a fork: all that the end of an interpreter does but to destroy what was imported, module by module."""

    status: int | None = None

    @contextmanager
    def note(self) -> Iterator[None]:
        """Note the exit status; who ends otherwise, by an exception, ends as an interpreter does."""
        try:
            yield
        except SystemExit as end:
            if end.code is None or isinstance(end.code, int):
                self.status = end.code or 0
            raise
        self.status = 0

    def come(self) -> None:
        """End at once: to be called when threads are joined, as the last of what is registered for the end."""
        if self.status is None:
            return
        gc.collect()  # what is not closed says so
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                return
        os._exit(self.status)


if __name__ == "__main__":
    atexit.register((end := End()).come)
    server = Server(socket.socket(fileno=int(sys.argv[1])))
    import_package()
    become(*(task := server.serve()))
    with end.note():
        run(task[0]["arguments"])
