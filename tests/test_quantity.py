"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from opsgenie_async.archive.kinds import ALL, number_of
from opsgenie_async.quantity import quantity


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 teams"), (1, "1 team"), (2, "2 teams"), (2000, "2,000 teams")],
)
def test_a_noun_goes_with_its_number(number: int, expected: str) -> None:
    assert quantity(number, "team") == expected


def test_a_plural_may_be_of_its_own_and_none_may_be_a_word() -> None:
    assert [quantity(number, "user is", "users are") for number in (1, 2)] == ["1 user is", "2 users are"]
    assert quantity(0, "file", zero="no") == "no files"


def test_every_kind_of_an_archive_has_a_singular() -> None:
    assert number_of("team_logs", 1) == "1 team log"
    assert [number_of(kind, 1) for kind in ALL if number_of(kind, 1).endswith("s")] == []
    assert [number_of(kind, 1234) for kind in ("alerts", "on_calls")] == ["1,234 alerts", "1,234 on calls"]
