"""What somebody had in mind who wrote something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import opsgenie_async
from opsgenie_async.suggestion import closest, suggestion

NAMES = ("Ads Backend", "Betrieb München", "ops night shift", "ops", "db")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("opps", "; did you mean 'ops'?"),
        ("ADS BACKENT", "; did you mean 'Ads Backend'?"),
        ("night", "; did you mean 'ops night shift'?"),  # a piece
        ("betreib", "; did you mean 'Betrieb München'?"),  # a beginning with letters changed round
        ("zz", ""),
        ("qwertz", ""),
        ("", ""),
    ],
)
def test_what_is_offered(word: str, expected: str) -> None:
    assert suggestion(word, NAMES) == expected


def test_what_is_shown_in_its_place() -> None:
    assert (
        suggestion("nigth shift", ["night shift"], "schedules/{}".format) == "; did you mean 'schedules/night shift'?"
    )


def test_an_empty_name_is_never_offered() -> None:
    assert suggestion("ops", ["", "db"]) == ""


@pytest.mark.parametrize(
    ("word", "closeness", "expected"),
    [("opss", 0.6, "ops"), ("OPSS", 0.6, ""), ("opss", 0.9, ""), ("", 0.6, "")],
)
def test_the_closest_is_one_name_or_none(word: str, closeness: float, expected: str) -> None:
    assert closest(word, NAMES, closeness) == expected


def test_one_module_knows_what_a_slip_of_the_pen_is() -> None:
    files = Path(opsgenie_async.__file__).parent.rglob("*.py")

    assert [file.name for file in files if "get_close_matches" in file.read_text("utf-8")] == ["suggestion.py"]
