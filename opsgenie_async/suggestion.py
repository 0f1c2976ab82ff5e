"""`did you mean`: which of the known names somebody had in mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable

__all__ = ["closest", "suggestion"]

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


def closest(word: str, words: Iterable[str], closeness: float = CLOSENESS) -> str:
    """Return the one of *words* that is most like *word*, "" if none is.

    Args:
        word: What was written; upper and lower case differ.
        words: What there is.
        closeness: How much alike, from 0 to 1, two words are for one to be a slip of the pen for the other.
    """
    return next(iter(_matches(word, words, 1, closeness)), "")


def _matches(word: str, words: Iterable[str], most: int, closeness: float) -> list[str]:
    from difflib import get_close_matches  # most programs make no mistake

    return get_close_matches(word, words, most, closeness)


def _close(word: str, keys: list[str]) -> list[str]:
    if (close := _matches(word, keys, MOST, CLOSENESS)) or len(word) < SHORTEST_FRAGMENT:
        return close
    if pieces := [key for key in keys if word in key]:
        return pieces[:MOST]
    beginnings = {key[: len(word)] for key in keys}
    close = _matches(word, beginnings, MOST, CLOSENESS_OF_BEGINNINGS)
    return [key for key in keys if key[: len(word)] in close][:MOST]
