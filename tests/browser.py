"""A browser for the pages that the package writes: one process for a session of tests, with no way to a network."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import attrs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--proxy-server=127.0.0.1:9", "--remote-debugging-port=0",
)  # fmt: skip
BUDGET = 20_000
"""Milliseconds of its own time that a page has; they pass as fast as the page has nothing to do."""


@attrs.frozen
class Browser:
    """A running Chromium, told what to do over the DevTools protocol."""

    address: str

    def dom(self, url: str, *, zone: str = "") -> str:
        """What a page is when its script has run, in a profile of its own; *zone* is the computer's time zone."""
        return asyncio.run(asyncio.wait_for(self._dom(url, zone), 90))

    async def _dom(self, url: str, zone: str) -> str:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self.address, max_msg_size=0, proxy=None) as socket,
        ):
            talk = _Talk(socket)
            context = await talk.send("Target.createBrowserContext")
            target = await talk.send("Target.createTarget", url="about:blank", **context)
            talk.session = (await talk.send("Target.attachToTarget", flatten=True, **target))["sessionId"]
            if zone:
                await talk.send("Emulation.setTimezoneOverride", timezoneId=zone)
            await talk.send("Page.enable")
            await talk.send("Page.navigate", url=url)
            await talk.send("Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=BUDGET)
            await talk.event("Emulation.virtualTimeBudgetExpired")
            answer = await talk.send("Runtime.evaluate", expression="document.documentElement.outerHTML")
            talk.session = ""
            await talk.send("Target.disposeBrowserContext", **context)
            return str(answer["result"]["value"])


@attrs.define
class _Talk:
    """Calls over one socket, one after the other."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    _numbers: Iterator[int] = attrs.field(factory=lambda: count(1))
    _events: list[str] = attrs.field(factory=list)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        session = {"sessionId": self.session} if self.session else {}
        await self.socket.send_json({"id": number, "method": method, "params": params, **session})
        while (answer := await self._receive()).get("id") != number:
            pass
        assert "error" not in answer, (method, answer["error"])
        return dict(answer["result"])

    async def event(self, method: str) -> None:
        while method not in self._events:
            await self._receive()

    async def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.socket.receive_json()
        if "method" in message:
            self._events.append(message["method"])
        return message


@contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """Start it, and end it behind the block."""
    process = subprocess.Popen(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Browser(_address(profile / "DevToolsActivePort", process))
    finally:
        process.terminate()
        process.wait()


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    """Where it listens, which it writes down when it is ready."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if file.exists() and len(lines := file.read_text().split()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.01)
    raise AssertionError("the browser did not start")
