"""Search for parts of secrets in a text, as it is and unescaped.

A part of a key in a truncated text is still secret, so every run of `RUN` letters counts. An echo may be
percent-encoded, escaped for JSON, HTML or Python, or in another case, so a text is searched as it is and
unescaped.
"""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.http.encodings import has_escape, in_base64, undo_escapes

__all__ = ["RUN", "SecretRuns"]

RUN = 8
"""So many letters of a secret in a row are no accident, and shown they would help to guess it."""
PROBE = 4
"""Letters of the pieces of a secret by which a text is looked over: a run of `RUN` letters has one of these in it."""
LAYERS = 3
"""How often escapes are undone: a link in JSON in a page."""


class SecretRuns:
    """The letters of secrets, also in base64, in runs of `RUN`.

    Attributes:
        probes: Lower-case pieces of them: a text with part of a secret contains one of these.
    """

    __slots__ = ("_grams", "probes")

    def __init__(self, secrets: Iterable[str]) -> None:
        words = list(secrets)
        plain = [word.lower() for word in words if len(word) >= RUN]
        encoded = [spelling.lower() for word in words for spelling in in_base64(word) if len(spelling) >= 2 * RUN]
        self._grams = frozenset(
            word[start : start + RUN] for word in (*plain, *encoded) for start in range(len(word) - RUN + 1)
        )
        probes = [word[start : start + PROBE] for word in plain for start in range(0, len(word) - PROBE + 1, PROBE)]
        probes += [word[start : start + RUN] for word in encoded for start in range(0, len(word) - RUN + 1, 2 * RUN)]
        self.probes = tuple(dict.fromkeys(probes))

    def spans(self, text: str, *, escaped: bool) -> list[tuple[int, int]]:
        """The spans of secrets in *text*, in order, without overlaps; *escaped*: also after unescaping."""
        spans: list[tuple[int, int]] = []
        letters, places = text, None
        for _ in range(LAYERS + 1):
            runs = self._runs(letters)
            spans += runs if places is None else [(places[start], places[end]) for start, end in runs]
            if not escaped or not has_escape(letters):
                break
            letters, places = undo_escapes(letters, places)
        return _merge(spans)

    def _runs(self, text: str) -> list[tuple[int, int]]:
        """The spans of runs of secret letters in *text*."""
        low = text.lower()
        if len(low) != len(text):  # a few letters are two when small: none that a key has
            low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
        if not any(probe in low for probe in self.probes):
            return []
        grams = self._grams
        return [(start, start + RUN) for start in range(len(low) - RUN + 1) if low[start : start + RUN] in grams]


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same spans, merged if they touch, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
