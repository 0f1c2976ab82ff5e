"""Text is cut between what people see as characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.truncation import truncate

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
THUMB = "👍🏽"
FLAG = "🇩🇪"
HEART = "❤\ufe0f"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("ab" + FAMILY + "cd", 6, "ab…"),
        ("ab" + FAMILY + "cdef", 11, "ab" + FAMILY + "c…"),
        ("ab" + THUMB + "cd", 4, "ab…"),
        ("abcafe\u0301s", 7, "abcaf…"),
        ("a" + FLAG * 3, 5, "a" + FLAG + "…"),
        ("a" + FLAG * 3, 6, "a" + FLAG * 2 + "…"),
        ("ab" + HEART + "c", 4, "ab…"),
        ("ab" + SCOTLAND + "c", 8, "ab…"),
        ("ab\r\ncd", 4, "ab…"),
        ("ab\ud83d\ude00cd", 4, "ab…"),
        ("क्षि क्षि", 4, "क्…"),
        ("ab\u1112\u1161\u11abc", 5, "ab…"),  # as macOS writes a Korean name
        ("ab\u0e01\u0e33c", 4, "ab…"),
        ("aba\u200cc", 4, "ab…"),
        (FAMILY, 3, "…"),
        ("abc", 1, "…"),
    ],
)
def test_no_character_is_broken(text: str, length: int, expected: str):
    assert truncate(text, length) == expected


def test_a_text_of_accents_alone_is_cut_all_the_same():
    zalgo = "a" + "\u0301" * 500

    assert truncate(zalgo, 130) == zalgo[:129] + "…"


@given(st.text(), st.integers(1, 50))
def test_it_fits_and_is_a_beginning(text: str, length: int):
    cut = truncate(text, length)

    assert len(cut) <= length
    assert cut == text or text.startswith(cut.removesuffix("…"))
    assert (cut == text) is (len(text) <= length)
