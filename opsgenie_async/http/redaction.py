"""Redacts secrets in text and errors, whole or in part, also percent-encoded, escaped or in base64.

Where a text was cut by somebody else the rest of a key is still a key, so every run of `RUN` letters of it goes; and as
an echo may be percent-encoded, escaped for JSON, HTML or Python, or in other case, a text is looked at as it is and
with its escapes undone.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import TypeVar

__all__ = ["LONGEST", "Redactor", "without_frames"]

E = TypeVar("E", bound=BaseException)

STARS = "***"
RUN = 8
"""So many letters of a secret in a row are no accident, and shown they would help to guess it."""
PROBE = 4
"""Letters of the pieces of a secret by which a text is looked over: a run of `RUN` letters has one of these in it."""
LONGEST = 2**16
"""The longest text that is unescaped: a million escapes would block the event loop."""
LAYERS = 3
"""How often escapes are undone: a link in JSON in a page."""

ESCAPE = re.compile(
    r"%(?P<percent>[0-9a-f]{2})|\\u(?P<unicode>[0-9a-f]{4})|\\x(?P<byte>[0-9a-f]{2})"
    r"|&#(?P<decimal>\d{1,7});?|&#x(?P<hex>[0-9a-f]{1,6});?|&(?P<name>amp|lt|gt|quot|apos);|\\(?P<plain>[^ux\w\s])",
    re.IGNORECASE,
)


class Redactor:
    """Knows secrets, and shows none of them."""

    __slots__ = ("_exact", "_grams", "_probes")

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take *secrets* of any length: those below `RUN` letters are only found whole and unescaped."""
        words = list(dict.fromkeys(secrets))
        self._exact = tuple(word for word in words if word and len(word) < RUN)
        plain = [word.lower() for word in words if len(word) >= RUN]
        encoded = [spelling.lower() for word in words for spelling in _encoded(word)]
        self._grams = frozenset(
            word[start : start + RUN] for word in (*plain, *encoded) for start in range(len(word) - RUN + 1)
        )
        probes = [word[start : start + PROBE] for word in plain for start in range(0, len(word) - PROBE + 1, PROBE)]
        probes += [word[start : start + RUN] for word in encoded for start in range(0, len(word) - RUN + 1, 2 * RUN)]
        self._probes = tuple(dict.fromkeys(probes))

    def __repr__(self) -> str:
        return "Redactor(...)"

    def __call__(self, text: str) -> str:
        """Return *text* with stars in place of what is secret."""
        for word in self._exact:
            if word in text:
                text = text.replace(word, STARS)
        low = text.lower()
        escaped = len(text) <= LONGEST and ("%" in text or "\\" in text or "&" in text)
        if not escaped:
            for probe in self._probes:
                if probe in low:
                    break
            else:
                return text
        return self._without(text, escaped=escaped)

    def in_bytes(self, body: bytes) -> bytes:
        """Return *body* with the same done to it."""
        text = body.decode("latin-1")  # letter by byte: keys are ASCII
        clean = self(text)
        return body if clean is text else clean.encode("latin-1")

    def _without(self, text: str, *, escaped: bool) -> str:
        spans: list[tuple[int, int]] = []
        letters, places = text, None
        for _ in range(LAYERS + 1):
            runs = self._runs(letters)
            spans += runs if places is None else [(places[start], places[end]) for start, end in runs]
            if not escaped or not ESCAPE.search(letters):
                break
            letters, places = _undone(letters, places)
        pieces: list[str] = []
        end_of_last = 0
        for start, end in _merged(spans):
            pieces += (text[end_of_last:start], STARS)
            end_of_last = end
        return "".join([*pieces, text[end_of_last:]])

    def _runs(self, text: str) -> list[tuple[int, int]]:
        """Where secret letters run in *text*, and how far."""
        low = text.lower()
        if len(low) != len(text):  # a few letters are two when small: none that a key has
            low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
        if not any(probe in low for probe in self._probes):
            return []
        grams = self._grams
        return [(start, start + RUN) for start in range(len(low) - RUN + 1) if low[start : start + RUN] in grams]


def without_frames(error: E) -> E:
    """Return *error* cut off from where it comes from: what shows the variables of its frames shows no key there."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _encoded(secret: str) -> list[str]:
    """What base64 makes of *secret*, wherever it stands in what was encoded."""
    spellings = []
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * before + secret.encode(errors="surrogatepass")).decode().rstrip("=")
            # The first letters depend on what stands before the secret, the last one on what comes after it.
            inner = encoded[(before * 8 + 5) // 6 : -1]
            if len(inner) >= 2 * RUN:
                spellings.append(inner)
    return list(dict.fromkeys(spellings))


def _undone(text: str, places: list[int] | None) -> tuple[str, list[int]]:
    """*text* without one layer of escapes, and where each letter (and the end) stands in the text before all layers."""
    letters: list[str] = []
    origins: list[int] = []
    end = 0
    for escape in ESCAPE.finditer(text):
        letters.append(text[end : escape.start()])
        origins += range(end, escape.start())
        letters.append(_letter(escape))
        origins.append(escape.start())
        end = escape.end()
    letters.append(text[end:])
    origins += range(end, len(text) + 1)
    return "".join(letters), origins if places is None else [places[place] for place in origins]


def _letter(escape: re.Match[str]) -> str:
    kind, value = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind == "name":
        import html  # its table of names is for this alone

        return html.unescape(escape[0])
    if kind == "plain":
        return value
    number = int(value, 10 if kind == "decimal" else 16)
    return chr(number) if number < 0x110000 else "\ufffd"


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same letters in spans that do not touch, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
