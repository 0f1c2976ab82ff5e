"""Text for a terminal: emoji and letters of every language as they are, what cannot be seen by its code."""

from __future__ import annotations

import unicodedata

import pytest

from opsgenie_async.printable import cell_width, fit_cells, printable

EMOJI = (
    "👨\u200d👩\u200d👧",
    "❤\ufe0f\u200d🔥",
    "🧑🏻\u200d💻",
    "🏳\ufe0f\u200d🌈",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🇩🇪",
    "1\ufe0f\u20e3",
)
WORDS = ("\u0645\u06cc\u200c\u062e", "क\u094d\u200dष", "日本語", "e\u0301", "ไทย", "한국")


@pytest.mark.parametrize("text", [*EMOJI, *WORDS], ids=ascii)
def test_what_people_see_stays(text: str) -> None:
    assert printable(f"a {text} b") == f"a {text} b"


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("\u200d", r"\u200d"),
        ("a\u200db", r"a\u200db"),
        ("ad\u200cmin", r"ad\u200cmin"),
        ("👨\u200d", r"👨\u200d"),
        ("\u200d👨", r"\u200d👨"),
        ("👨\u200d\u200d👩", r"👨\u200d\u200d👩"),
        ("👨\u200dx", r"👨\u200dx"),
        ("\u0645\u200ca", "\u0645" + r"\u200ca"),
        ("\U000e0041dmin", r"\U000e0041dmin"),
        ("🏴" + "\U000e0061" * 40 + "\U000e007f", "🏴" + r"\U000e0061" * 40 + r"\U000e007f"),
        ("a\u202eb\u2066c\u200ed", r"a\u202eb\u2066c\u200ed"),
        ("\x1b[2J\n", r"\x1b[2J\n"),
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_shown(text: str, output: str) -> None:
    assert printable(text) == output
    assert printable(output) == output


@pytest.mark.parametrize("emoji", EMOJI, ids=ascii)
def test_an_emoji_takes_two_cells_and_is_not_cut(emoji: str) -> None:
    assert cell_width(emoji) == 2
    assert fit_cells(f"a{emoji}b", 2) == "a "
    assert fit_cells(f"a{emoji}b", 3) == f"a{emoji}"
    assert fit_cells(emoji * 5, 7) == f"{emoji * 3} "


@pytest.mark.parametrize("code", [r"\x1b", r"\u202e", r"\U000e0041", r"\n"])
def test_an_escape_is_not_cut(code: str) -> None:
    for cells in range(len(code)):
        assert fit_cells(f"ab{code}", 2 + cells, ".") == f"ab{'.' * cells}"
    assert fit_cells(f"ab{code}c", 2 + len(code)) == f"ab{code}"


def test_a_letter_keeps_its_accent() -> None:
    text = unicodedata.normalize("NFD", "éèê")
    assert [fit_cells(text, cells) for cells in range(4)] == ["", text[:2], text[:4], text]
