"""The door for text from elsewhere: names, messages, request ids and file names on their way to a terminal or a log.

Anybody may have written them. A terminal takes escapes in them for commands, a line end makes a second line of one's
own, and bidi marks turn a line round; all of these are shown by their codes instead.

What a person sees as one character may be several: 👨‍👩‍👧 is three people and two joiners. It is never cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from opsgenie_async.truncation import is_within_character

__all__ = ["cell_width", "fit_cells", "printable"]

JOINER, NON_JOINER = "\u200d", "\u200c"
EMOJI_STYLE = "\ufe0f"
TONES = "\U0001f3fb-\U0001f3ff"
REGIONAL = "\U0001f1e6-\U0001f1ff"
FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{3,6}\U000e007f"
"""The flag of a part of a country: a black one, and its code in letters that are invisible elsewhere."""
VIRAMA = 9
"""The combining class of signs that join letters, with a joiner or not: Devanagari and its relatives."""
LOOK_BEHIND = 4
"""Letters before a joiner that say whether it belongs there: an emoji, its colour and style."""
WIDE_EMOJI = 2
"""The cells of an emoji, however many code points it has."""
SEVERAL = re.compile(f"[{JOINER}{NON_JOINER}{EMOJI_STYLE}{TONES}{REGIONAL}\U000e0020-\U000e007f]")
ESCAPE = r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])"
PIECE = re.compile(f"({ESCAPE})|(?:(?!{ESCAPE}).)+", re.DOTALL)
UNIT = re.compile(f"{FLAG}|.", re.DOTALL)


def printable(text: str) -> str:
    r"""Show *text* on one line, with what cannot be seen by its code, as in `\x1b` or `\u202e`.

    Letters of every language, symbols and emoji stay, with the joiners inside of them. Applied twice it is the same as
    once.
    """
    if text.isprintable():
        return text
    return "".join(_visible(text, match) for match in UNIT.finditer(text))


def fit_cells(text: str, cells: int, filler: str = " ") -> str:
    """Return as much of *text* as fits into *cells*, filled up to them; escapes and graphemes are not cut."""
    if cell_width(text) > cells:
        room, graphemes = cells, []
        for grapheme in _graphemes(text):
            room -= cell_width(grapheme)
            if room < 0:
                break
            graphemes.append(grapheme)
        text = "".join(graphemes)
    return text + filler * (cells - cell_width(text))


def cell_width(text: str) -> int:
    """How many cells a terminal takes for *text*."""
    if text.isascii():
        return len(text)
    if not SEVERAL.search(text):
        return sum(map(_width, text))
    return sum(map(_grapheme_width, _graphemes(text)))


def _visible(text: str, match: re.Match[str]) -> str:
    """Return a unit of *text* as it is, or by its code."""
    unit, start = match[0], match.start()
    if unit.isprintable() or len(unit) > 1:
        return unit
    if unit in (JOINER, NON_JOINER) and _joins(
        text[max(start - LOOK_BEHIND, 0) : start], unit, text[start + 1 : start + 2]
    ):
        return unit
    return unit.encode("unicode_escape").decode()


def _joins(before: str, joiner: str, after: str) -> bool:
    """Whether emoji or letters need a joiner there; elsewhere it is invisible, and makes two names look equal."""
    if not before or not after:
        return False
    if unicodedata.combining(before[-1]) == VIRAMA:
        return True
    if joiner == NON_JOINER:  # Persian
        return {unicodedata.bidirectional(before[-1]), unicodedata.bidirectional(after)} == {"AL"}
    base = re.sub(f"[{EMOJI_STYLE}{TONES}]+\\Z", "", before)
    return bool(base) and _is_symbol(base[-1]) and _is_symbol(after)


def _is_symbol(letter: str) -> bool:
    return unicodedata.category(letter) in ("So", "Sm")


def _graphemes(text: str) -> Iterator[str]:
    """Yield what must not be cut: escapes, and letters and emoji with all that belongs to them."""
    for match in PIECE.finditer(text):
        piece, start = match[0], 0
        if match[1]:
            yield piece
            continue
        for cut in range(1, len(piece) + 1):
            if cut == len(piece) or not is_within_character(piece, cut):
                yield piece[start:cut]
                start = cut


def _grapheme_width(grapheme: str) -> int:
    if EMOJI_STYLE in grapheme or (_is_symbol(grapheme[0]) and SEVERAL.search(grapheme[1:])):
        return WIDE_EMOJI
    return sum(map(_width, grapheme))


def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 1 + (unicodedata.east_asian_width(letter) in "WF")
