"""What an account may hold: text that is markup or codes, names that lead out of the folder, broken bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, attach, check, fill, records

TEXTS = (
    "<script>alert(1)</script>",
    "\x1b[31m\x07\x00",
    "\u202e\u2028\u2029",
    "../../etc/passwd",
    "tab\tline\nreturn\r",
    '"}],"id":"other","document":{"',
)
PATHS = ("../../x", "/etc/passwd", "a/b", "..", "C:\\x", "con", "a" * 300)


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_in_every_field_is_kept_to_the_letter(
    og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path, text: str
):
    (id,) = fill(sandbox, 1)
    await (await og.alerts.add_note(id, note="a note"))
    account = sandbox.account
    fields = ("message", "description", "alias", "entity", "source", "owner")
    account.alerts[id] |= {**dict.fromkeys(fields, text), "tags": [text], "details": {text: text}}
    for row in (*account.alert_notes[id], *account.alert_logs[id]):
        row["note" if "note" in row else "log"] = text
    incident = next(iter(account.incidents))
    account.incidents[incident] |= {
        "message": text,
        "description": text,
        "tags": [text],
        "extraProperties": {text: text},
    }

    report = await run()

    assert report.holes == []
    (alert,) = await records(folder)
    assert [alert.document[name] for name in fields] == [text] * len(fields)
    assert (alert.document["tags"], alert.document["details"]) == ([text], {text: text})
    assert {note["note"] for note in alert.notes} == {log["log"] for log in alert.logs} == {text}
    (record,) = (each for each in await records(folder, "incidents") if each.id == incident)
    assert (record.document["message"], record.document["extraProperties"]) == (text, {text: text})
    assert (await check(folder)).status == "whole"


async def test_no_name_leads_out_of_the_folder(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, len(PATHS))
    for id, name in zip(ids, PATHS, strict=True):
        await attach(og, sandbox, id)
        for file in sandbox.account.alert_attachments[id].values():
            file["name"] = name
    before = {*folder.parent.iterdir()}

    report = await run(kinds="alerts,schedules,team_logs,account_logs")

    assert report.holes == []
    assert {*folder.parent.iterdir()} == before | {folder}
    attachments = [file for record in await records(folder) for file in record.attachments]
    assert {file.name for file in attachments} == {*PATHS}
    top = {"segments", "blobs", "manifest.json", "journal.jsonl"}
    assert {path.relative_to(folder).parts[0] for path in folder.rglob("*") if not path.name.startswith(".")} == top


async def test_ids_of_schedules_that_are_paths_name_no_files(sandbox: Sandbox, run: Run, folder: Path):
    (schedule, *_) = sandbox.account.schedules.values()
    for number, id in enumerate(PATHS):
        sandbox.account.schedules[id] = {**schedule, "id": id, "name": f"schedule {number}"}

    await run(kinds="schedules")

    files = [path for path in (folder / "segments").rglob("*") if path.is_file()]
    assert files
    assert {path.parent for path in files} == {folder / "segments" / "schedules"}
    assert all(len(path.name) < 120 for path in files)


async def test_account_logs_that_are_no_text_are_kept_byte_for_byte(sandbox: Sandbox, run: Run, folder: Path):
    content = b'{"broken": "\xff\xfe"}\n\x00\x80' * 100
    name = next(iter(sandbox.account.log_files))

    class Bytes(str):
        """A log file as the storage has it."""

        def encode(self, *_: object) -> bytes:
            return content

    sandbox.account.log_files[name]["lines"] = Bytes("")

    report = await run(kinds="account_logs")

    assert report.holes == []
    (record,) = (each for each in await records(folder, "account_logs") if each.document["filename"] == name)
    with record.attachments[0].open() as file:
        assert file.read() == content
    assert (await check(folder)).status == "whole"


async def test_an_answer_that_is_no_utf_8_is_a_hole_and_not_an_end(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 3)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/notes", status=200, body='{"data": [\udcff]}'))

    report = await run(kinds="alerts")

    assert {each.id for each in await records(folder)} == set(ids)
    assert [(hole["part"], hole["count"]) for hole in report.holes] == [("notes", 3)]
    assert (await check(folder)).status == "holes"


async def test_half_of_a_surrogate_pair_is_kept_as_its_escape(sandbox: Sandbox, run: Run, folder: Path):
    """Java writes such a half as it is, and no UTF-8 can hold it."""
    fill(sandbox, 2)
    answer = r'{"data": [{"note": "\ud800 <b>", "createdAt": "2025-03-01T00:00:00Z"}], "requestId": "x"}'
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/notes", status=200, body=answer))

    report = await run(kinds="alerts")

    assert report.holes == []
    for record in await records(folder):
        assert rb'{"note": "\ud800 <b>", "createdAt"' in record.line
        assert record.notes[0]["note"] == "\ud800 <b>"
    assert (await check(folder)).status == "whole"
