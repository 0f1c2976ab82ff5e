"""The archive: what the server has, to the letter, each once, with everything that belongs to it."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie, OpsgenieError, Unauthorized
from opsgenie_async.archive import ALL, ArchiveError, archive, estimate
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import START, Run, attach, check, fill, manifest, records


def everything_in(folder: Path) -> bytes:
    """All bytes of a folder, unpacked."""
    return b"\n".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    )


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


async def test_what_a_killed_process_left_out_is_written_down(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    ids = fill(sandbox, 100)
    sandbox.account.alerts[ids[0]]["description"] = f"it says {sandbox.api_key}"
    task = asyncio.ensure_future(run(kinds="alerts,deployments", width=4))
    while sandbox.requests < 250:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    report = await run(kinds="alerts,deployments", width=4)

    assert [each["kind"] for each in report.skipped if "404" in each["reason"]] == ["deployments"]
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


@pytest.mark.parametrize("kind", ["alerts", "incidents"])
async def test_what_the_plan_denies_is_a_hole(sandbox: Sandbox, run: Run, folder: Path, kind: str):
    fill(sandbox, 3)
    sandbox.plan_denies(kind)

    report = await run()

    assert not report.complete
    assert [(hole["kind"], "402" in hole["reason"]) for hole in report.holes] == [(kind, True)]
    verdict = await check(folder)
    assert (verdict.status, verdict.holes) == ("holes", report.holes)


async def test_a_key_without_rights_leaves_holes(sandbox: Sandbox, folder: Path):
    fill(sandbox, 3)
    async with Opsgenie(sandbox.account_key, base_url=sandbox.url) as og:
        report = await archive(og, folder, kinds="alerts,services")

    assert [(hole["kind"], "403" in hole["reason"]) for hole in report.holes] == [("alerts", True)]
    assert report.totals["services"]


async def test_every_hole_says_where_it_is(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 2)
    for kind in ("alerts", "logs", "services", "users", "teams", "schedules", "incident-templates"):
        sandbox.plan_denies(kind)

    report = await run(kinds=ALL)

    assert len({hole["kind"] for hole in report.holes}) > 5
    assert all(hole["reason"] and (hole.get("slice") or hole.get("id")) for hole in report.holes)
    assert (await check(folder)).holes == report.holes


async def test_an_unknown_key_writes_nothing_down(sandbox: Sandbox, folder: Path):
    async with Opsgenie("nobody-knows-this", base_url=sandbox.url) as og:
        with pytest.raises(Unauthorized):
            await archive(og, folder)

    with pytest.raises(ArchiveError, match="is no archive"):
        await check(folder)


async def test_a_part_that_is_refused_is_a_hole_and_not_asked_for_for_ever(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 70)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/logs", status=403, times=1000))

    report = await run(kinds="alerts")

    (hole,) = [hole for hole in report.holes if "not asked" in hole["reason"]]
    assert (hole["kind"], hole["part"]) == ("alerts", "logs")
    assert sum(hole["count"] for hole in report.holes) == 70
    assert sum("/logs" in each.path for each in sandbox.received) < 60
    assert (await records(folder))[-1].holes[0]["part"] == "logs"


async def test_an_attachment_that_cannot_be_fetched_is_a_hole(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 2)
    await attach(og, sandbox, ids[0])
    sandbox.faults.add(Fault(route="GET /downloads/*", status=403, times=100))

    report = await run(kinds="alerts")

    (hole,) = report.holes
    assert (hole["part"], hole["ids"]) == ("attachments", [ids[0]])
    assert "/downloads/" not in str(report.holes)


async def test_a_second_run_reads_what_is_new_and_what_changed(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 100)
    for id in ids:
        sandbox.account.alerts[id]["status"] = "closed"
    sandbox.account.alerts[ids[5]]["status"] = "open"
    await run(kinds="alerts")
    before = sandbox.requests
    await (await og.alerts.add_note(ids[5], note="since"))
    await (await og.alerts.add_tags(ids[8], tags=["changed"]))
    sandbox.account.alerts[ids[8]]["updatedAt"] = "2099-01-01T00:00:00Z"
    new = fill(sandbox, 2, first=200)

    report = await run(kinds="alerts")

    assert report.run == 2
    assert sandbox.requests - before < 45
    by_id = {record.id: record for record in await records(folder)}
    assert set(by_id) == {*ids, *new}
    assert len(await records(folder)) == 102
    assert [note["note"] for note in by_id[ids[5]].notes] == ["since"]
    assert by_id[ids[8]].document["tags"] == ["changed"]
    assert {id for id, record in by_id.items() if record.run == 2} == {ids[5], ids[8], *new}
    assert (await check(folder)).status == "whole"


async def test_what_is_deleted_keeps_its_record(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 10)
    await run(kinds="alerts")
    del sandbox.account.alerts[ids[0]]

    report = await run(kinds="alerts")

    assert report.complete
    assert {record.id for record in await records(folder)} == set(ids)


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


async def test_an_interrupted_run_goes_on_where_it_was(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    fill(sandbox, 120)
    before = sandbox.requests
    for at in (90, 250, 400):
        task = asyncio.ensure_future(run(kinds="alerts", width=4))
        while sandbox.requests - before < at and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await check(folder)).status == "holes"
    with pytest.raises(ArchiveError, match="depth 'full', not 'list'"):
        await run(kinds="alerts", depth="list")
    report = await run(kinds="alerts", width=4)

    assert report.complete
    assert report.run == 1
    assert len(await records(folder)) == 120
    minimum = 2 + 5 * 120
    assert sandbox.requests - before <= minimum + 3 * 30 + 12
    assert (await check(folder)).status == "whole"


async def test_a_server_that_is_down_ends_the_run_and_loses_nothing(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 30)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/logs", status=500, after=20, times=10_000))

    report = await run(kinds="alerts", width=2)
    assert {hole["part"] for hole in report.holes} == {"logs"}
    sandbox.faults.clear()

    again = await run(kinds="alerts")
    assert again.complete
    assert all(record.logs is not None and not record.holes for record in await records(folder))


async def test_another_account_is_refused(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 1)
    await run(kinds="alerts")
    sandbox.account.name = "somebody else"

    with pytest.raises(ArchiveError, match="is the archive of the account"):
        await run(kinds="alerts")


async def test_what_could_not_be_listed_is_listed_by_the_next_run(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 10)
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=403, after=1))
    assert (await run(kinds="alerts")).holes
    sandbox.faults.clear()

    report = await run(kinds="alerts")

    assert report.holes == []
    assert {record.id for record in await records(folder)} == set(ids)


async def test_two_runs_at_once_are_refused(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    fill(sandbox, 50)
    first = asyncio.ensure_future(run())
    while not sandbox.requests:  # noqa: ASYNC110
        await asyncio.sleep(0.001)

    with pytest.raises(OpsgenieError, match="in use"):
        await run()
    await first


async def test_a_folder_with_something_else_is_left_alone(run: Run, folder: Path, sandbox: Sandbox):
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")

    with pytest.raises(ArchiveError, match="something else"):
        await run()
    assert [each.name for each in folder.iterdir() if not each.name.startswith(".")] == ["holiday.jpg"]
    assert not sandbox.requests


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


async def test_a_file_is_no_folder(run: Run, folder: Path):
    folder.write_bytes(b"")
    with pytest.raises(ArchiveError, match="is no folder"):
        await run()
    with pytest.raises(ArchiveError, match="is no archive"):
        await check(folder)


async def test_a_file_that_a_closed_alert_got_or_lost_since_is_a_change(
    og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path
):
    ids = fill(sandbox, 3)
    for id in ids:
        await (await og.alerts.close(id))
    old = await og.alerts.add_attachment(ids[1], file=b"old", file_name="old")
    await run(kinds="alerts")
    await asyncio.sleep(1.1)  # the run before began in an earlier second

    await og.alerts.add_attachment(ids[0], file=b"late", file_name="late")
    await og.alerts.delete_attachment(ids[1], old.id)
    await run(kinds="alerts")

    by_id = {record.id: [each.name for each in record.attachments] for record in await records(folder)}
    assert by_id == {ids[0]: ["late"], ids[1]: [], ids[2]: []}
