"""An archive is served as it was: every alert and incident with its parts, and nothing can be changed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsgenie_async import Forbidden, Opsgenie
from opsgenie_async.archive import archive
from opsgenie_async.sandbox import Sandbox


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """An archive of two runs: an alert was closed between them."""
    async with Sandbox(teams=2, seed=3) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        start = datetime.now(UTC) - timedelta(days=3)
        for number in range(30):
            sandbox.add_alert(start + timedelta(hours=number), message=f"alert {number}")
        result = [each async for each in og.alerts.list() if each.message == "alert 7"]
        await og.alerts.add_attachment(result[0], file=b"two", file_name="../../x")
        await (await og.alerts.add_note(result[0], note="looked at it"))
        incident = next(iter(sandbox.account.incidents))
        await (await og.incidents.add_note(incident, note="the disk"))
        kinds = "alerts,incidents,services,users,configuration"
        await archive(og, tmp_path / "archive", kinds=kinds)
        await (await og.alerts.close(result[0]))
        await archive(og, tmp_path / "archive", kinds=kinds)
        answers = {"id": result[0].id, "incident": incident}
        for name, path in paths(result[0].id, incident).items():
            answers[name] = (await og.request("GET", path)).data
        await asyncio.to_thread((tmp_path / "answers.json").write_text, json.dumps(answers))
    return tmp_path / "archive"


def paths(alert: str, incident: str) -> dict[str, str]:
    parts = {f"alert {name}": f"v2/alerts/{alert}/{name}" for name in ("logs", "notes", "recipients")}
    parts |= {f"incident {name}": f"v1/incidents/{incident}/{name}" for name in ("logs", "notes")}
    return {**parts, "get": f"v2/alerts/{alert}", "of incident": f"v1/incidents/{incident}", "users": "v2/users"}


async def test_an_archive_answers_as_the_account_did(folder: Path):
    answers = json.loads(await asyncio.to_thread((folder.parent / "answers.json").read_text))
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        for name, path in paths(answers["id"], answers["incident"]).items():
            data = (await og.request("GET", path)).data
            if name == "of incident":  # its links lead to where it is served now
                data, answers[name] = ({**each, "links": None} for each in (data, answers[name]))
            if name == "users":
                data, answers[name] = (
                    [(each["id"], each["username"]) for each in each_] for each_ in (data, answers[name])
                )
            assert data == answers[name], name
        assert await og.alerts.count() == 30
        assert len(await og.alerts.list(query="status: closed")) == 1
        (file,) = await og.alerts.list_attachments(answers["id"])
        assert file.name == "../../x"
        assert [each.message async for each in og.alerts.history()] == [f"alert {number}" for number in range(30)]
        assert await og.teams.list()


async def test_an_archive_cannot_be_changed(folder: Path):
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        with pytest.raises(Forbidden, match="can be read and not changed"):
            await og.alerts.create(message="new")
        with pytest.raises(Forbidden, match="can be read and not changed"):
            await og.teams.create(name="new")
        assert await og.alerts.count() == 30


async def test_an_archive_that_cannot_be_read_is_said(folder: Path):
    (segment, *_) = await asyncio.to_thread(lambda: [*(folder / "segments" / "alerts").iterdir()])
    await asyncio.to_thread(segment.write_bytes, b"no gzip")

    with pytest.raises(ValueError, match="cannot be read"):
        async with Sandbox(load=folder):
            pass
    with pytest.raises(ValueError, match="history of its own"):
        async with Sandbox(load=folder, alerts=5):
            pass
