"""The archive: what the server has, to the letter, each once, with everything that belongs to it."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.archive import ALL, archive
from opsgenie_async.sandbox import Sandbox
from tests.archive.conftest import START, Run, attach, check, fill, manifest, records


async def test_every_alert_is_there_as_a_get_answers_it(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 130)
    await attach(og, sandbox, ids[3])

    report = await run()

    assert report.complete
    assert report.totals["alerts"] == 130
    alerts = await records(folder)
    assert {record.id for record in alerts} == set(ids)
    assert len(alerts) == 130
    assert all((one.created or 0) <= (other.created or 0) for one, other in pairwise(alerts))
    for record in (alerts[0], alerts[100]):
        answer = await og.request("GET", f"v2/alerts/{record.id}")
        assert record.document == answer.data
        assert list(record.document) == list(answer.data)
    (rich,) = (record for record in alerts if record.id == ids[3])
    assert [note["note"] for note in rich.notes] == ["looked at it"]
    assert len(rich.logs) >= 4
    assert [log["offset"] for log in rich.logs] == sorted(log["offset"] for log in rich.logs)
    assert [(each.name, each.size) for each in rich.attachments] == [("report.pdf", 4000), ("../../x", 3), ("empty", 0)]
    contents = []
    for each in rich.attachments:
        with each.open() as file:
            contents.append(file.read())
    assert contents == [b"one " * 1000, b"two", b""]


async def test_incidents_are_there_with_their_parts(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    incident = next(iter(sandbox.account.incidents))
    await (await og.incidents.add_note(incident, note="it is the disk"))
    service = next(iter(sandbox.account.services))
    created = await (
        await og.incidents.create(message="down", impacted_services=[service], responders=[], note="first")
    )

    await run()

    by_id = {record.id: record for record in await records(folder, "incidents")}
    assert set(by_id) == set(sandbox.account.incidents)
    assert [note["note"] for note in by_id[incident].notes] == ["it is the disk"]
    assert created.incident_id in by_id
    answer = await og.request("GET", f"v1/incidents/{created.incident_id}")
    assert by_id[created.incident_id].document == answer.data


async def test_a_history_of_the_sandbox_is_there_with_its_postmortems(folder: Path):
    async with Sandbox(teams=2, alerts=60, incidents=40) as sandbox:
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
            report = await archive(og, folder, kinds="alerts,incidents")
            incidents = await records(folder, "incidents")
            alerts = await records(folder)
            some = incidents[5]
            answer = await og.request("GET", f"v1/incidents/{some.id}")
            entries = await og.incident_timelines.list_entries(some.id)
            notes = [note.note async for note in og.alerts.list_notes(alerts[7].id, order="asc")]

        assert report.holes == []
        assert {record.id for record in incidents} == set(sandbox.account.incidents)
        assert {record.id for record in alerts} == set(sandbox.account.alerts)
        assert some.document == answer.data
        assert [entry["id"] for entry in some.timeline] == [entry.id for entry in entries]
        assert [note["note"] for note in alerts[7].notes] == notes
        output = {record.postmortem["postmortemId"] for record in incidents if record.postmortem}
        published = {
            entry["title"]["content"].partition("[")[2].partition("]")[0]
            for record in incidents
            for entry in record.timeline
            if "ostmortem [" in str(entry)
        }
        assert len(output) > 3
        assert len(published) == len(output)
        assert sum(len(record.attachments) for record in alerts)
        assert (await check(folder)).status == "whole"


async def test_everything_else_is_there(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    report = await run(kinds=ALL)

    assert report.holes == []
    assert {record.id for record in await records(folder, "services")} == set(sandbox.account.services)
    assert {record.id for record in await records(folder, "users")} == set(sandbox.account.users)
    assert {record.id for record in await records(folder, "on_calls")} == set(sandbox.account.schedules)
    assert {record.id for record in await records(folder, "schedules")} == set(sandbox.account.schedules)
    months = sorted({record.members["month"] for record in await records(folder, "schedules")})
    assert len(months) > 10
    assert len(await records(folder, "account_logs")) == len(sandbox.account.log_files)
    for when in ("start", "end"):
        assert (folder / "configuration" / f"1-{when}" / "manifest.json").is_file()
    assert (await check(folder)).status == "whole"


async def test_alerts_that_incidents_name_are_read_too(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 3)
    incident = next(iter(sandbox.account.incidents))
    sandbox.account.responder_alerts[incident] = [ids[0], "deleted-long-ago"]

    report = await run(since=START + timedelta(days=1))

    assert {record.id for record in await records(folder)} == {ids[0]}
    assert [(hole["kind"], hole["ids"]) for hole in report.holes] == [("alerts", ["deleted-long-ago"])]


@pytest.mark.parametrize("boundary", [True, False])
async def test_both_readings_of_a_boundary(sandbox: Sandbox, run: Run, folder: Path, boundary: bool, monkeypatch):
    monkeypatch.setitem(__import__("opsgenie_async.archive.history", fromlist=["MOST"]).MOST, "full", 40)
    sandbox.search_includes_boundary = boundary
    ids = fill(sandbox, 220)

    report = await run(kinds="alerts")

    assert report.complete
    assert sorted(record.id for record in await records(folder)) == sorted(ids)
    assert len([each for each in (await manifest(folder))["slices"] if each["kind"] == "alerts"]) >= 5


async def test_hostile_text_is_kept_to_the_letter(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    (id, *_) = fill(sandbox, 1)
    text = "<script>\x1b[31m\u202e\ud800 \x00 \u2028 tab\there"
    sandbox.account.alerts[id] |= {"description": text, "message": text, "tags": [text], "details": {text: text}}
    sandbox.add_alert(START + timedelta(days=1), "../../../etc/passwd")
    sandbox.add_alert(START + timedelta(days=2), "a\tb\nc")

    report = await run(kinds="alerts")

    by_id = {record.id: record for record in await records(folder)}
    assert report.complete
    assert set(by_id) == {id, "../../../etc/passwd", "a\tb\nc"}
    assert by_id[id].document == (await og.request("GET", f"v2/alerts/{id}")).data
    assert (await check(folder)).status == "whole"
    assert {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()} <= {
        "manifest.json", "journal.jsonl", "segments",
    }  # fmt: skip


async def test_a_large_attachment_needs_no_memory(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    (id,) = fill(sandbox, 1)
    await og.alerts.add_attachment(id, file=b"x", file_name="large.bin")
    content = bytes(range(256)) * 4096 * 24
    for attachment in sandbox.account.alert_attachments[id].values():
        attachment["content"] = content
    tracemalloc.start()

    await run(kinds="alerts")

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (record,) = await records(folder)
    assert record.attachments[0].size == len(content)
    assert record.attachments[0].sha256 == hashlib.sha256(content).hexdigest()
    assert peak < len(content) * 2  # the sandbox holds it whole when it answers


async def test_numbers_and_blanks_stay_as_they_were(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    """What a decoder and an encoder would spell anew: 1.50, 1E2, escapes, members that come twice."""
    from opsgenie_async.archive.raw import elements, value

    body = (
        b'{ "took":1.50,\n "data" : [ {"a":1.50, "b":1E2,\n"c":"\\u00e9\\/","a":2} , null,[1 ,2] ],"x":{"data":[9]} }'
    )

    assert elements(body, "data") == [b'{"a":1.50, "b":1E2, "c":"\\u00e9\\/","a":2}', b"null", b"[1 ,2]"]
    assert elements(body, "x", "data") == [b"9"]
    assert value(b'{"data":"\xff"}', "data") == b'"\xff"'
    assert value(b'{"datum":1}', "data") == b"null"
    assert json.loads(elements(body, "data")[0])["a"] == 2
