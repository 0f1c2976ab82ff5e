"""What somebody had in mind who wrote something else."""

from __future__ import annotations

import pytest

from opsgenie_async.suggestion import suggestion

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
