"""A table of rows as one test."""

from __future__ import annotations

import pytest

from tests.tables import each_row

ROWS = [1, 2, 3, 4]


def test_every_row_that_fails_is_told_and_no_other() -> None:
    @each_row("number", ROWS, ids=lambda number: f"no. {number}")
    def table(number: int, most: int) -> None:
        if number == 4:
            pytest.fail("four")
        assert number <= most

    with pytest.raises(BaseExceptionGroup, match=r"2 of 4 rows failed: no\. 3, no\. 4") as caught:
        table(most=2)
    assert [type(each) for each in caught.value.exceptions] == [AssertionError, pytest.fail.Exception]
    with pytest.raises(BaseExceptionGroup, match=r"1 of 4 rows failed: no\. 4$"):
        table(most=9)


@pytest.fixture
def letters() -> list[tuple[int, str]]:
    return []


@each_row("number", ROWS)
@each_row(("letter", "sign"), [("a", "+"), ("b", "-")])
def test_rows_of_rows_beside_fixtures(number: int, letter: str, sign: str, letters: list[tuple[int, str]]) -> None:
    letters.append((number, letter + sign))
    assert len(letters) == len(set(letters)) == 2 * number - (letter == "a")


def test_a_table_is_skipped_when_all_of_it_is() -> None:
    @each_row("number", ROWS)
    def table(number: int, least: int) -> None:
        if number < least:
            pytest.skip("too small")

    table(least=4)
    with pytest.raises(pytest.skip.Exception, match="all 4 rows"):
        table(least=9)


def test_a_table_of_nothing_is_no_success() -> None:
    @each_row("number", [])
    def table(number: int) -> None: ...

    with pytest.raises(pytest.skip.Exception):
        table()
