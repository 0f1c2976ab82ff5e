"""An account with alerts, notes, files and incidents, and an archive of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.archive import Archive, ArchiveReport, Record, Verdict, archive, verify
from opsgenie_async.sandbox import Sandbox

START = datetime(2025, 3, 1, tzinfo=UTC)

Run = Callable[..., Coroutine[Any, Any, ArchiveReport]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=2, seed=3) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as client:
        yield client


def fill(sandbox: Sandbox, count: int, *, first: int = 0, step: int = 10) -> list[str]:
    """Alerts *step* milliseconds apart, three of each moment."""
    ids = []
    for number in range(first, first + count):
        alert = sandbox.add_alert(START + timedelta(milliseconds=number // 3 * step), message=f"alert {number}")
        ids.append(alert["id"])
    return ids


async def attach(og: Opsgenie, sandbox: Sandbox, alert: str) -> None:
    """A file, notes and log lines, by the API."""
    await og.alerts.add_attachment(alert, file=b"one " * 1000, file_name="report.pdf")
    await og.alerts.add_attachment(alert, file=b"two", file_name="../../x")
    await og.alerts.add_attachment(alert, file=b"", file_name="empty")
    await (await og.alerts.add_note(alert, note="looked at it"))


async def check(folder: Path) -> Verdict:
    """`verify` reads files, and so does not belong into a loop."""
    return await asyncio.to_thread(verify, folder)


async def records(folder: Path, kind: str = "alerts") -> list[Record]:
    return await asyncio.to_thread(lambda: [*Archive(folder).records(kind)])


async def manifest(folder: Path) -> dict[str, Any]:
    return await asyncio.to_thread(lambda: Archive(folder).manifest)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def run(og: Opsgenie, folder: Path) -> Run:
    """Archive into `folder`; the kinds that take little time, unless others are named."""

    async def run(**choices: Any) -> ArchiveReport:
        return await archive(og, folder, **{"kinds": "alerts,incidents", **choices})

    return run


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty alerts, one with files, and of the incidents that are there."""
    folder = tmp_path_factory.mktemp("original") / "archive"

    async def make() -> None:
        async with Sandbox(teams=2, seed=3) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
            ids = fill(sandbox, 40)
            await attach(og, sandbox, ids[7])
            await archive(og, folder, kinds="alerts,incidents,services,users")

    asyncio.run(make())
    return folder


@pytest.fixture
def whole(original: Path, folder: Path) -> Path:
    """A copy of `original`, to be altered."""
    return shutil.copytree(original, folder)
