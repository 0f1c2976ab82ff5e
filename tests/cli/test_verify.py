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
def test_what_was_altered_is_named_and_a_quiet_end_says_no_more(make: Make, capsys, is_quiet: bool):
    folder = make([alert(1)], holes=[{"kind": "alerts", "id": "a", "part": "logs", "reason": "403", "count": 2}])
    (folder / "stranger\n").write_bytes(b"")

    assert main(["verify", str(folder), *(["--quiet"] if is_quiet else [])]) == 1

    lines = ["altered: stranger\\n: is not in the manifest", "missing: alerts a logs: 403 (2 records)"]
    end = [] if is_quiet else ["1 alert, 1 schedule, 1 service, 1 user"]
    out = capsys.readouterr().out.splitlines()
    assert out[: len(lines + end)] == lines + end
    assert len(out) == len(lines) + 2 * len(end)
    assert is_quiet or out[-1].startswith("altered; seal ")


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
