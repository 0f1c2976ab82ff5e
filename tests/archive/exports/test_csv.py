"""The sheets: rows with times, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from opsgenie_async.archive.exports import export
from opsgenie_async.archive.exports.csv import cell
from tests.archive.exports.conftest import HOSTILE, Make, alert, incident


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def test_alerts_and_incidents_with_times_and_names(make: Make, tmp_path: Path):
    report = export(make([alert(1), alert(2, report={})], [incident(0)]), csv=tmp_path / "new" / "sheets")

    first, second = read(tmp_path / "new" / "sheets" / "alerts.csv")
    (down,) = read(tmp_path / "new" / "sheets" / "incidents.csv")
    assert report.files == (tmp_path / "new/sheets/alerts.csv", tmp_path / "new/sheets/incidents.csv")
    assert (first["mtta_seconds"], first["mttr_seconds"], first["severity"]) == ("60", "600", "P2")
    assert (first["teams"], first["responders"], first["services"]) == ("Shop team", "team:Shop team", "Shop")
    assert first["incidents"] == "incident-0"
    assert (second["mtta_seconds"], second["mttr_seconds"]) == ("", "")
    assert (down["severity"], down["services"], down["mtta_seconds"], down["mttr_seconds"]) == (
        "P1",
        "Shop",
        "120",
        "3600",
    )
    assert (down["started_at"], down["ended_at"]) == ("2024-03-01T08:00:00.000Z", "2024-03-01T09:00:00.000Z")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\xa0=", "\uff1d", "=\x00"])
def test_no_cell_is_a_formula(make: Make, tmp_path: Path, start: str):
    text = f'{start}HYPERLINK("http://evil.example","x")'
    odd = alert(1, message=text, tags=[text, "b"], owner=text, source=text, entity=text, status=text, priority=text)
    odd["responders"], odd["integration"] = [{"type": text, "id": text, "name": text}], {"name": text}
    export(make([odd]), csv=tmp_path / "sheets")

    (row,) = read(tmp_path / "sheets" / "alerts.csv")
    for value in row.values():
        assert not value.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")), value
    assert row["message"] == "'" + text.replace("\x00", "\ufffd")


def test_other_cells_are_as_they_were(make: Make, tmp_path: Path):
    export(make([alert(1, message=HOSTILE)]), csv=tmp_path / "sheets")

    assert read(tmp_path / "sheets" / "alerts.csv")[0]["message"].startswith("</script><script>")
    assert cell("a=b") == "a=b"
