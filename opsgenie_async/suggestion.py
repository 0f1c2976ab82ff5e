"""`did you mean`: which of the known names somebody had in mind."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

__all__ = ["suggestion"]

MOST = 3
CLOSENESS = 0.6
CLOSENESS_OF_BEGINNINGS = 0.75
SHORTEST_FRAGMENT = 3


def suggestion(word: str, words: Iterable[str], show: Callable[[str], str] = str) -> str:
    """Return `; did you mean 'plan'?` where something like *word* is among *words*, else "".

    Upper and lower case are the same. A word that is like none of them may be a piece of one: `night` of `ops night
    shift`, or its beginning with a letter wrong.

    Args:
        word: What was typed.
        words: What there is.
        show: What is suggested in place of one of *words*.
    """
    by_key = {each.casefold(): each for each in words if each}
    names = dict.fromkeys(show(by_key[key]) for key in _close(word.casefold(), sorted(by_key)))
    return f"; did you mean {' or '.join(map(repr, names))}?" if names else ""


def _close(word: str, keys: list[str]) -> list[str]:
    if (close := difflib.get_close_matches(word, keys, MOST, CLOSENESS)) or len(word) < SHORTEST_FRAGMENT:
        return close
    if pieces := [key for key in keys if word in key]:
        return pieces[:MOST]
    beginnings = {key[: len(word)] for key in keys}
    close = difflib.get_close_matches(word, sorted(beginnings), MOST, CLOSENESS_OF_BEGINNINGS)
    return [key for key in keys if key[: len(word)] in close][:MOST]
