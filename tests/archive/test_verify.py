"""Verify: whatever was altered is found, file and record."""

from __future__ import annotations

import asyncio
import gzip
import json
from copy import deepcopy
from pathlib import Path

import pytest

from opsgenie_async.archive import Archive, ArchiveError, verify
from opsgenie_async.archive.layout import record_line
from opsgenie_async.archive.manifest import seal, write_manifest
from opsgenie_async.archive.segments import digest_of
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, check, manifest


def segments(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / "segments" / kind).glob("*.gz"))


def rewrite(path: Path, change) -> None:
    lines = gzip.decompress(path.read_bytes()).split(b"\n")[:-1]
    path.write_bytes(gzip.compress(b"\n".join(change(lines)) + b"\n"))


def test_a_whole_archive_is_whole(whole: Path):
    verdict = verify(whole)

    assert (verdict.status, verdict.holes, verdict.problems) == ("whole", [], [])
    assert verdict.totals["alerts"] == 40
    assert verdict.seal == Archive(whole).manifest["seal"]
    assert verify(whole, seal=verdict.seal).status == "whole"
    assert verify(whole, seal=verdict.seal.upper()).status == "whole"
    assert verify(whole, seal="0" * 64).status == "altered"


@pytest.mark.parametrize("seal", ["abc", "0" * 63, "0" * 65, "x" * 64, b"0" * 64, " "])
def test_a_part_of_a_seal_is_refused(whole: Path, seal):
    with pytest.raises(ArchiveError, match=r"^seal: expected 64 hexadecimal digits"):
        verify(whole, seal=seal)


def test_a_flipped_bit_is_found_wherever_it_is(whole: Path):
    tried = 0
    for path in [path for path in sorted(whole.rglob("*")) if path.is_file()]:
        content, name = path.read_bytes(), path.relative_to(whole).as_posix()
        for offset in {0, len(content) // 3, len(content) - 1} if content else ():
            flipped = bytearray(content)
            flipped[offset] ^= 4
            path.write_bytes(flipped)
            verdict = verify(whole)
            assert verdict.status == "altered", (name, offset)
            assert {name, "manifest.json"} & {problem.file for problem in verdict.problems}
            tried += 1
        path.write_bytes(content)
    assert tried > 20


def test_every_missing_file_is_found(whole: Path):
    for path in [path for path in whole.rglob("*") if path.is_file() and not path.name.startswith(".")]:
        content = path.read_bytes()
        path.unlink()
        name = path.relative_to(whole).as_posix()
        verdict = verify(whole)
        assert verdict.status == "altered", name
        assert name in {problem.file for problem in verdict.problems}
        path.write_bytes(content)
    assert verify(whole).status == "whole"


def test_a_changed_record_is_named(whole: Path):
    (path,) = segments(whole, "alerts")
    rewrite(path, lambda lines: [line.replace(b"alert 11", b"alert 12") for line in lines])

    problems = verify(whole).problems

    changed = [record.id for record in Archive(whole).alerts() if record.document["message"] == "alert 12"]
    assert len(changed) == 2
    assert any(problem.record in changed and "altered" in problem.text for problem in problems)


@pytest.mark.parametrize("change", ["drop", "add", "swap"])
def test_records_that_were_dropped_or_added_are_found(whole: Path, change: str):
    (path,) = segments(whole, "alerts")
    forged = record_line("forged", 1, 1, [("document", b"{}")])
    changes = {"drop": lambda ls: ls[:-1], "add": lambda ls: [*ls, forged], "swap": lambda ls: [*ls[1:], forged]}
    rewrite(path, changes[change])

    verdict = verify(whole)

    assert verdict.status == "altered"
    assert path.relative_to(whole).as_posix() in {problem.file for problem in verdict.problems}


def test_a_stranger_is_found(whole: Path):
    (whole / "segments" / "alerts" / "more.jsonl.gz").write_bytes(gzip.compress(b""))
    (whole / "blobs" / "note.txt").write_bytes(b"x")

    assert {problem.file for problem in verify(whole).problems} == {
        "segments/alerts/more.jsonl.gz", "blobs/note.txt",
    }  # fmt: skip


def test_an_edited_manifest_is_found(whole: Path):
    path = whole / "manifest.json"
    content = path.read_text()
    for old, new in (('"before": 40', '"before": 39'), ('"alerts": 40', '"alerts": 39'), ('"run": 1', '"run": 2')):
        assert old in content
        path.write_text(content.replace(old, new, 1))
        assert verify(whole).status == "altered"
    path.write_text("{}")
    assert verify(whole).status == "altered"
    path.write_text("[")
    assert verify(whole).status == "altered"


def test_a_manifest_that_was_edited_and_sealed_is_found(whole: Path):
    path = whole / "manifest.json"
    content = json.loads(path.read_text())

    def edited(change) -> str:
        document = deepcopy(content)
        change(document)
        write_manifest(whole, seal(document))
        return verify(whole).status

    assert edited(lambda manifest: None) == "whole"
    assert (
        edited(lambda manifest: manifest["holes"].append({"kind": "alerts", "id": "x", "reason": "404"})) == "altered"
    )
    assert edited(lambda manifest: manifest["skipped"].clear()) == "altered"
    assert edited(lambda manifest: manifest["slices"][0].update(query="status: open")) == "altered"
    assert edited(lambda manifest: manifest["runs"][0].update(started="2020-01-01T00:00:00+00:00")) == "altered"
    assert edited(lambda manifest: manifest["runs"][0]["choices"].update(since="2020-01-01")) == "altered"
    assert edited(lambda manifest: manifest.update(account={"name": "another"})) == "altered"
    assert edited(lambda manifest: manifest.update(tool="another")) == "altered"


async def test_a_hole_that_was_taken_out_of_a_sealed_manifest_is_found(sandbox: Sandbox, run: Run, folder: Path):
    sandbox.faults.add(Fault(route="GET /v1/incident-templates", status=403, times=100))
    report = await run(kinds="templates")
    assert report.holes
    assert (await check(folder)).status == "holes"
    document = seal({**await manifest(folder), "holes": []})
    await asyncio.to_thread(write_manifest, folder, document)

    assert (await check(folder)).status == "altered"


def test_a_manifest_is_compared_byte_by_byte(whole: Path):
    path = whole / "manifest.json"
    content = path.read_bytes()
    for other in (content + b"\n", content.replace(b"\n ", b"\n\t", 1), content.replace(b"{", b'{"format": 1,', 1)):
        path.write_bytes(other)
        assert [problem.file for problem in verify(whole).problems] == ["manifest.json"]


def test_an_archive_that_was_made_anew_has_another_seal(whole: Path):
    """Whoever can write all files can make them fit one another; the seal that was noted elsewhere tells."""
    noted = Archive(whole).manifest["seal"]
    (segment,) = segments(whole, "alerts")
    rewrite(segment, lambda lines: lines[:-1])
    size, sha256 = digest_of(segment)
    manifest = json.loads((whole / "manifest.json").read_text())
    manifest["totals"]["alerts"] -= 1
    journal = whole / "journal.jsonl"
    events = [json.loads(line) for line in journal.read_bytes().splitlines()]
    for each in [*manifest["slices"], *(event for event in events if event["event"] == "done")]:
        if each["kind"] == "alerts":
            each["records"] -= 1
            each["file"] |= {"size": size, "sha256": sha256}
            last = json.loads(gzip.decompress(segment.read_bytes()).splitlines()[-1])
            each["last"] = last["created"]
    for each in [*manifest["runs"], *(event for event in events if event["event"] == "finished")]:
        each["read"]["alerts"] -= 1
    journal.write_text("".join(json.dumps(event) + "\n" for event in events))
    manifest["journal"] = dict(zip(("size", "sha256"), digest_of(journal), strict=True))
    write_manifest(whole, seal(manifest))

    assert verify(whole).status == "whole"
    assert verify(whole, seal=noted).status == "altered"


def test_what_is_no_archive_is_said(tmp_path: Path):
    with pytest.raises(ArchiveError, match="not an archive"):
        verify(tmp_path)
    with pytest.raises(ArchiveError, match="no manifest"):
        Archive(tmp_path)


def test_a_manifest_that_leads_out_of_the_folder_is_refused(whole: Path):
    manifest = json.loads((whole / "manifest.json").read_text())
    for each in manifest["slices"]:
        each["file"] = {"path": "../../etc/passwd", "size": 1, "sha256": "0"}
    (whole / "manifest.json").write_text(json.dumps(seal(manifest)))

    with pytest.raises(ArchiveError, match="not a file of an archive"):
        _ = [*Archive(whole).alerts()]
    assert verify(whole).status == "altered"
