"""Programs of other people, from the package index and as they are, against a sandbox of their own.

They run in `nox -s programs`, whose environment has them; elsewhere these tests are not collected.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest

INSTALLED = "OPSGENIE_PROGRAMS" in os.environ
collect_ignore_glob = [] if INSTALLED else ["test_*.py"]

if INSTALLED:
    import requests
    from requests.adapters import HTTPAdapter

    from opsgenie_async.sandbox import Sandbox
    from tests.programs.redirect.sitecustomize import redirect

ANN = "ann@corp.example"


class Served:
    """A sandbox in a thread of its own, and the account as the tests look into it."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(seed=1)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with self.sandbox:
            self._ready.set()
            await self._stop.wait()

    @property
    def key(self) -> str:
        return self.sandbox.api_key

    @property
    def url(self) -> str:
        return self.sandbox.url

    def call(self, method: str, path: str, json: object = None) -> Any:
        """What the API answers to a call of the tests' own, in `data`."""
        answer = requests.request(
            method, self.url + path, json=json, headers={"Authorization": f"GenieKey {self.key}"}, timeout=30
        )
        assert answer.ok, (path, answer.status_code, answer.text)
        return answer.json().get("data")

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, json: object) -> Any:
        return self.call("POST", path, json)

    def alerts(self) -> dict[str, dict[str, Any]]:
        """The alerts that arrived, by their message."""
        return {alert["message"]: self.get(f"/v2/alerts/{alert['id']}") for alert in self.get("/v2/alerts")}

    def lines(self) -> list[str]:
        """The calls that arrived, as "GET /v2/teams"."""
        return [f"{each.method} {each.path}" for each in self.sandbox.received]


@pytest.fixture
def served() -> Iterator[Served]:
    """An account with Ann and the team ops, which has a schedule and an escalation as teams have."""
    with Served() as served:
        served.post("/v2/users", {"username": ANN, "fullName": "Ann Ames", "role": {"name": "User"}})
        member = {"user": {"username": ANN}, "role": "admin"}
        served.post("/v2/teams", {"name": "ops", "description": "keeps the shop open", "members": [member]})
        yield served


@pytest.fixture
def team(served: Served) -> str:
    """The id of ops."""
    return str(served.get("/v2/teams/ops?identifierType=name")["id"])


@pytest.fixture(autouse=True)
def redirected(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes to Opsgenie, or to anywhere else."""
    send: Callable[..., Any] = HTTPAdapter.send
    monkeypatch.setattr(HTTPAdapter, "send", redirect(send, lambda: served.url))
