"""`export`: what it says, and what it leaves when something is wrong."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from opsgenie_async.cli import main
from tests.archive.exports.conftest import Make, alert, incident, make

__all__ = ["make"]


def test_it_names_the_files(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = make([alert(1)], [incident(1)], holes=[{"kind": "alerts", "reason": "403"}])
    targets = [str(tmp_path / name) for name in ("a.html", "a.db", "sheets")]

    assert main(["export", str(folder), "--html", targets[0], "--sqlite", targets[1], "--csv", targets[2]]) == 0

    out, err = capsys.readouterr()
    assert out.splitlines() == [targets[1], f"{targets[2]}/alerts.csv", f"{targets[2]}/incidents.csv", targets[0]]
    assert err.splitlines() == ["the archive has 1 hole: run `verify` for details", "1 alert and 1 incident exported"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "a.html", "archive", "sheets"]


def test_json(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["export", str(make([alert(1)])), "--html", str(tmp_path / "a.html"), "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["complete"] is True
    assert document["totals"] == {"alerts": 1, "incidents": 0}
    assert document["verdict"] == "whole"


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (["{empty}", "--html", "{tmp}/a.html"], 2, "has no manifest.json"),
        (["{tmp}/nowhere", "--html", "{tmp}/a.html"], 2, "has no manifest.json"),
        (["{archive}"], 2, "nothing to write"),
        (["{archive}", "--html", "{archive}/a.html"], 2, "is inside the archive"),
        (["{archive}", "--csv", "{archive}"], 2, "is inside the archive"),
        (["{archive}", "--sqlite", "{tmp}/a.db", "--time-zone", "Mars/Base"], 2, "is unknown"),
        (["{archive}", "--html", "{tmp}/none/a.html"], 2, "--html: {tmp}/none/a.html: there is no folder {tmp}/none"),
        (["{archive}", "--html", "{empty}"], 2, "--html: {empty}: is a folder"),
        (["{archive}", "--sqlite", "/dev/null"], 2, "--sqlite: /dev/null: is not a regular file"),
        (["{archive}", "--csv", "{archive}/manifest.json/x"], 2, "is inside the archive"),
        (["{archive}", "--csv", "{file}"], 2, "--csv: {file}: is not a folder"),
        (["{archive}", "--csv", "{tmp}/new/s", "--html", "{file}/a.html"], 2, "--html: {file}/a.html: {file} is not"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_leaves_nothing(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, text: str
):
    archive = make([alert(1)])
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    places = {"tmp": tmp_path, "archive": archive, "empty": tmp_path / "empty", "file": tmp_path / "file"}
    before = sorted(tmp_path.rglob("*"))

    assert main(["export", *(each.format(**places) for each in arguments)]) == status

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("opsgenie-async export: ")
    assert err.count("\n") == 1
    assert text.format(**places) in err
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "mine"


def test_an_error_of_the_program_is_no_wrong_usage(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("not enough values to unpack")

    monkeypatch.setattr("opsgenie_async.cli.export.export", broken)

    with pytest.raises(ValueError, match="not enough values"):
        main(["export", str(make([alert(1)])), "--html", str(tmp_path / "a.html")])


def test_an_altered_archive_is_exported_only_anyway(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = make([alert(1)])
    (folder / "stranger").write_bytes(b"")
    arguments = ["export", str(folder), "--html", str(tmp_path / "a.html")]

    assert main(arguments) == 1
    assert "was altered: stranger: is not in the manifest" in capsys.readouterr().err
    assert not (tmp_path / "a.html").exists()

    assert main([*arguments, "--anyway"]) == 0
    assert "archive was altered: 1 problem" in (tmp_path / "a.html").read_text()


def test_what_a_damage_leaves_is_exported(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A segment that breaks off has records before the break; one that was rewritten, those that were not altered."""
    folder = make(alert(number) for number in range(500))
    (segment,) = (folder / "segments" / "alerts").iterdir()
    lines = gzip.decompress(segment.read_bytes()).splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"message": "', b'"message": "X')
    segment.write_bytes(gzip.compress(b"".join(lines))[:-400])
    (tmp_path / "a.html").write_text("before")
    places = ["--html", str(tmp_path / "a.html"), "--sqlite", str(tmp_path / "a.db"), "--csv", str(tmp_path / "s")]

    assert main(["export", str(folder), *places]) == 1
    assert "was altered" in capsys.readouterr().err
    assert (tmp_path / "a.html").read_text() == "before"

    assert main(["export", str(folder), "--anyway", *places]) == 0
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        ids = {id for (id,) in database.execute("SELECT id FROM alerts")}
    assert len(ids) < 499
    assert len(ids) > 400
    assert json.loads(lines[3])["id"] not in ids
    assert json.loads(lines[4])["id"] in ids
    assert "archive was altered" in (tmp_path / "a.html").read_text()
