"""The door for text from elsewhere: names, messages, request ids and file names on their way to a terminal or a log.

Anybody may have written them. A terminal takes escapes in them for commands, a line end makes a second line of one's
own, and bidi marks turn a line round; all of these are shown by their codes instead.
"""

from __future__ import annotations

import unicodedata

__all__ = ["cell_width", "fit_cells", "printable"]


def printable(text: str) -> str:
    r"""Show *text* on one line, with what cannot be seen by its code, as in `\x1b` or `\u202e`.

    Letters of every language and symbols stay. Applied twice it is the same as once.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def fit_cells(text: str, cells: int, filler: str = " ") -> str:
    """Return as much of *text* as fits into *cells*, filled up to them."""
    while cell_width(text) > cells:
        text = text[: cells if len(text) > cells else -1]
    return text + filler * (cells - cell_width(text))


def cell_width(text: str) -> int:
    """How many cells a terminal takes for *text*."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
