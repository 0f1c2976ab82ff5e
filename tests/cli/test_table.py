"""Tables: as wide as a terminal, whole elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.cli import table
from opsgenie_async.cli.table import Column, print_entry, table_lines
from opsgenie_async.printable import cell_width, printable

COLUMNS = (Column("ID"), Column("STATUS", rank=2), Column("MESSAGE", least=32), Column("TAGS", 12, rank=3))
ROWS = [("1", "open", "disk of db-1 is full " * 5, "disk, db"), ("22", "closed", "short", "")]


@pytest.mark.parametrize("width", [20, 60, 80, 120])
def test_it_fits(width: int) -> None:
    lines = list(table_lines(COLUMNS, ROWS, width))

    assert max(map(cell_width, lines)) <= width
    assert lines[0].startswith("ID  ")
    assert "…" in lines[1]


def test_the_column_of_the_highest_rank_goes_first() -> None:
    def titles(width: int) -> list[str]:
        return next(table_lines(COLUMNS, ROWS, width)).split()

    assert titles(60) == ["ID", "STATUS", "MESSAGE", "TAGS"]
    assert titles(48) == ["ID", "STATUS", "MESSAGE"]
    assert titles(30) == ["ID", "MESSAGE"]


def test_columns_of_the_same_width_lose_the_same() -> None:
    columns = (Column("A", least=5), Column("B", least=5))
    _, line = table_lines(columns, [("a" * 40, "b" * 40)], 42)
    assert line == f"{'a' * 19}…  {'b' * 19}…"


def test_nothing_is_cut_where_nobody_looks() -> None:
    _, first, second = table_lines(COLUMNS, ROWS, None)

    assert ROWS[0][2].strip() in first
    assert second == f"22  closed  short{' ' * 100}".rstrip()


@pytest.mark.parametrize(
    "units", [["\\x1b", "[", "2", "J"], ["👨\u200d👩\u200d👧"], ["🇩🇪"], ["e\u0301"], ["日", "\\u202e"]], ids=ascii
)
@pytest.mark.parametrize("width", range(10, 20))
def test_what_is_one_character_is_not_cut(units: list[str], width: int) -> None:
    whole = units * 20
    (_, line) = table_lines([Column("A", least=5)], [["".join(whole).replace("\\x1b", "\x1b")]], width)

    assert width - 6 <= cell_width(line) <= width
    assert line in {"".join(whole[:number]) + "…" for number in range(len(whole))}


def test_escapes_are_shown_by_their_codes() -> None:
    _, line = table_lines([Column("A")], [["\x1b[2J\nb"]], 60)
    assert line == "\\x1b[2J\\nb"


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=4), st.integers(30, 120))
def test_any_text_fits_and_is_printable(rows: list[tuple[str, str]], width: int) -> None:
    columns = (Column("A", least=12), Column("B", least=12, rank=1))
    for line in table_lines(columns, rows, width):
        assert cell_width(line) <= width
        assert printable(line) == line


def test_an_entry_goes_on_below_its_beginning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "one two three four\x1b and-a-word-that-is-longer"
    print_entry("head:  ", text)
    monkeypatch.setattr(table, "terminal_width", lambda stream: 30)
    print_entry("head:  ", text)
    print_entry("| ", "  six " + "seven " * 6, margin="| ")
    print_entry("| ", "")
    assert capsys.readouterr().out.splitlines() == [
        "head:  one two three four\\x1b and-a-word-that-is-longer",
        "head:  one two three four\\x1b",
        "       and-a-word-that-is-longer",
        "|   six seven seven seven",
        "| seven seven seven",
        "| ",
    ]
