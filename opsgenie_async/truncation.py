"""Text cut to a length, between the characters that people see. Pure."""

from __future__ import annotations

import unicodedata

__all__ = ["ELLIPSIS", "is_within_character", "truncate"]

ELLIPSIS = "…"

JOINERS = "\u200c\u200d"
LONGEST_CHARACTER = 32
"""Code points that are believed to be one character: families of emoji have eleven, a text made to annoy any number."""


def truncate(text: str, length: int) -> str:
    """Shorten *text* to *length* code points; the last one is an ellipsis where something is missing.

    A letter keeps its accents, and an emoji and a flag stay whole or go.
    """
    if len(text) <= length:
        return text
    end = max(length - len(ELLIPSIS), 0)
    first = max(end - LONGEST_CHARACTER, 0)
    for cut in range(end, first, -1):
        if not is_within_character(text, cut):
            return text[:cut] + ELLIPSIS
    return text[: 0 if first == 0 else end] + ELLIPSIS


def is_within_character(text: str, cut: int) -> bool:
    """Whether what stands before *cut* and what stands behind it is one character."""
    before, behind = text[cut - 1], text[cut]
    if before.isascii() and behind.isascii():
        return before == "\r" and behind == "\n"
    if behind in JOINERS or before == JOINERS[1] or unicodedata.category(behind) in ("Mn", "Mc", "Me"):
        return True
    if "\u1160" <= behind <= "\u11ff" or behind in "\u0e33\u0eb3":  # vowels and ends of Korean syllables; Thai am
        return True
    if "\U0001f3fb" <= behind <= "\U0001f3ff":  # the colour of a skin
        return True
    if "\U000e0020" <= behind <= "\U000e007f":  # the tags of a flag
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= behind <= "\udfff":
        return True
    return _is_flag_letter(behind) and _flag_letters_before(text, cut) % 2 == 1


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flag_letters_before(text: str, cut: int) -> int:
    count = 0
    while count < cut and _is_flag_letter(text[cut - 1 - count]):
        count += 1
    return count
