"""Choices: which kinds, how deep, from when to when; what makes no sense is named."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.archive import ALL, ArchiveError, estimate
from opsgenie_async.sandbox import Sandbox
from tests.archive.conftest import START, Run, attach, check, fill, manifest, records


def everything_in(folder: Path) -> bytes:
    """All bytes of a folder, unpacked."""
    return b"\n".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    )


async def test_the_folder_holds_no_key_no_link_and_no_contact(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 5)
    await attach(og, sandbox, ids[0])
    sandbox.account.alerts[ids[1]]["description"] = f"it says {sandbox.api_key}"
    await run(kinds=ALL)

    content = everything_in(folder)
    assert sandbox.api_key.encode() not in content
    assert b"/downloads/" not in content
    contacts = [each["to"] for contacts in sandbox.account.contacts.values() for each in contacts]
    numbers = [to for to in contacts if "@" not in to]  # an address may be a username
    assert numbers
    assert not [to for to in numbers if to.encode() in content]
    assert {each["what"] for each in (await manifest(folder))["redacted"]} >= {"the key"}


async def test_contacts_are_kept_when_asked_for(sandbox: Sandbox, run: Run, folder: Path):
    await run(kinds="users", contacts=True)

    contacts = [each["to"] for contacts in sandbox.account.contacts.values() for each in contacts]
    assert any(to.encode() in everything_in(folder) for to in contacts)


async def test_a_listing_alone_costs_a_page_a_hundred(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 500)
    before = sandbox.requests

    report = await run(kinds="alerts", depth="list")

    assert sandbox.requests - before <= 16
    assert report.totals["alerts"] == 500
    assert all(record.members["listed"] for record in await records(folder))
    assert "only as they are listed" in str(report.skipped)
    assert (await check(folder)).status == "whole"


async def test_some_are_read_in_full(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 60)
    for id in ids[:20]:
        sandbox.account.alerts[id]["priority"] = "P1"

    await run(kinds="alerts", depth="list", full_for="priority: P1 OR priority: P2")

    full = {record.id for record in await records(folder) if not record.members.get("listed")}
    assert full == set(ids[:20])
    assert len(await records(folder)) == 60


async def test_bounds(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 30)

    await run(
        kinds="alerts", since=START + timedelta(milliseconds=20), until=START + timedelta(milliseconds=50), depth="list"
    )

    moments = [datetime.fromisoformat(record.document["createdAt"]) for record in await records(folder)]
    assert {(moment - START) / timedelta(milliseconds=1) for moment in moments} == {20, 30, 40}


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        ({"since": datetime(2026, 5, 1, tzinfo=UTC), "until": datetime(2026, 1, 1, tzinfo=UTC)}, "until"),
        ({"since": datetime(2026, 5, 1, tzinfo=UTC), "until": datetime(2026, 5, 1, tzinfo=UTC)}, "until"),
        ({"since": datetime(2026, 5, 1)}, "since"),
        ({"depth": "deep"}, "depth"),
        ({"kinds": "alerts,nothing"}, "only"),
        ({"depth": "list", "full_for": "priority: P1) OR (priority: P2"}, "full_for"),
        ({"depth": "list", "full_for": 'message: "(" AND (priority: P1'}, "full_for"),
        ({"depth": "list", "full_for": "nosuch: 1"}, "full_for"),
        ({"depth": "list", "full_for": "priority: P1", "kinds": "incidents", "until": None}, ""),
        ({"depth": "list", "full_for": 'message: "(" OR (priority: P1)'}, ""),
    ],
)
async def test_a_choice_that_makes_no_sense_is_named_and_nothing_is_written(
    og: Opsgenie, run: Run, folder: Path, choices: dict[str, Any], name: str
):
    if not name:
        assert (await run(**choices)).complete
        return
    with pytest.raises(ArchiveError, match=f"^{name}: "):
        await run(**choices)
    assert [each for each in (folder.iterdir() if folder.exists() else ()) if not each.name.startswith(".")] == []
    with pytest.raises(ArchiveError, match=f"^{name}: "):
        await estimate(og, **{"kinds": "alerts", **choices})
