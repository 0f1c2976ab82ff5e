"""`verify`: each place that was altered and each hole on a line of its own, and the words of the end."""

from __future__ import annotations

import gzip
import json

import pytest

from opsgenie_async.archive.manifest import seal
from opsgenie_async.cli import main
from tests.archive.exports.conftest import Make, alert, make

__all__ = ["make"]


@pytest.mark.parametrize("is_quiet", [False, True])
def test_what_was_altered_is_named_and_a_quiet_end_has_no_totals(make: Make, capsys, is_quiet: bool):
    folder = make([alert(1)], holes=[{"kind": "alerts", "id": "a", "part": "logs", "reason": "403", "count": 2}])
    (folder / "stranger\n").write_bytes(b"")

    assert main(["verify", str(folder), *(["--quiet"] if is_quiet else [])]) == 1

    lines = ["altered: stranger\\n: is not in the manifest", "missing: alerts a logs: 403 (2 records)"]
    totals = [] if is_quiet else ["1 alert, 1 schedule, 1 service, 1 user"]
    *out, verdict = capsys.readouterr().out.splitlines()
    assert out == lines + totals
    assert verdict.startswith("altered; seal ")


def test_a_quiet_verdict_is_one_line(make: Make, capsys):
    folder = make([alert(1)])
    number = json.loads((folder / "manifest.json").read_text())["seal"]

    assert main(["verify", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().out == f"whole; seal {number}\n"


@pytest.mark.parametrize("change", [str, str.upper, " {}\n".format])
def test_a_whole_seal_is_compared(make: Make, change):
    folder = make([alert(1)])
    number = json.loads((folder / "manifest.json").read_text())["seal"]

    assert main(["verify", str(folder), "--seal", change(number)]) == 0
    assert main(["verify", str(folder), "--seal", change(number[::-1])]) == 1


def test_what_is_no_whole_seal_is_wrong_usage(make: Make, capsys):
    """An empty one, too: of a variable that is not set. It must not pass for a comparison."""
    folder = make([alert(1)])
    number = json.loads((folder / "manifest.json").read_text())["seal"]
    for wrong in ("", "f00", number[:12], number[1:], number + "0", "g" + number[1:], "٣" * 64):
        with pytest.raises(SystemExit) as end:
            main(["verify", str(folder), f"--seal={wrong}"])

        captured = capsys.readouterr()
        assert (end.value.code, captured.out) == (2, ""), wrong
        assert f"argument --seal: expected 64 hexadecimal digits, got {wrong!r}" in captured.err


@pytest.mark.parametrize(
    "holes", [7, [7], ["x", None], [{}], [{"reason": 7}], [{"reason": "403", "kind": [1], "count": "x"}]]
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_holes_in_another_form_than_was_written_are_no_end(make: Make, capsys, holes, form):
    folder = make([alert(1)])
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(seal({**manifest, "holes": holes})))

    assert main(["verify", str(folder), *form]) in (0, 1)

    captured = capsys.readouterr()
    assert captured.out
    assert captured.err == ""


@pytest.mark.parametrize("size", [1.5, "1", None, -1, True])
def test_an_attachment_without_a_size_is_an_alteration(make: Make, capsys, size):
    folder = make([alert(1)], alert_parts={"attachments": [{"name": "a", "size": size, "sha256": "ab" * 32}]})

    assert main(["verify", str(folder)]) == 1
    assert "altered: " in capsys.readouterr().out


def test_a_file_that_is_a_folder_cannot_be_read(make: Make, capsys):
    folder = make([alert(1)])
    path = folder / "configuration" / "1-end" / "schedules" / "night.json"
    path.unlink()
    path.mkdir()

    assert main(["verify", str(folder)]) == 1
    assert "altered: configuration/1-end/schedules/night.json: cannot be read" in capsys.readouterr().out


def test_a_journal_that_grew_behind_the_end_is_an_alteration(make: Make, capsys):
    folder = make([alert(1)])
    (folder / "journal.jsonl").write_text("more\n")

    assert main(["verify", str(folder)]) == 1
    assert "altered: journal.jsonl: was added to" in capsys.readouterr().out


def test_a_record_that_does_not_begin_as_one_is_named(make: Make, capsys):
    folder = make([alert(1)])
    [path] = (folder / "segments" / "alerts").iterdir()
    path.write_bytes(gzip.compress(b'{"id":"a"}\n'))

    assert main(["verify", str(folder)]) == 1
    assert "altered: segments/alerts/1-all.jsonl.gz: a: was altered\n" in capsys.readouterr().out
