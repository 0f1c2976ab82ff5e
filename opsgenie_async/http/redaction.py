"""Redacts secrets in text and errors, whole or in part, also percent-encoded, escaped or in base64."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from opsgenie_async.http.error_body import LONGEST_NAME
from opsgenie_async.http.secret_runs import RUN, SecretRuns

__all__ = ["LONGEST", "RUN", "Redactor", "redact_id", "without_frames"]

E = TypeVar("E", bound=BaseException)

STARS = "***"
LONGEST = 2**16
"""The longest text that is unescaped: a million escapes would block the event loop."""


class Redactor:
    """A function that redacts secrets in text."""

    __slots__ = ("_exact", "_probes", "_runs")

    def __init__(self, secrets: Iterable[str]) -> None:
        """Accept *secrets* of any length: those shorter than `RUN` letters are only found whole and unescaped."""
        words = list(dict.fromkeys(secrets))
        self._exact = tuple(word for word in words if word and len(word) < RUN)
        self._runs = SecretRuns(words)
        self._probes = self._runs.probes

    def __repr__(self) -> str:
        return "Redactor(...)"

    def __call__(self, text: str) -> str:
        """Return *text* with asterisks in place of secrets."""
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
        pieces: list[str] = []
        end_of_last = 0
        for start, end in self._runs.spans(text, escaped=escaped):
            pieces += (text[end_of_last:start], STARS)
            end_of_last = end
        return "".join([*pieces, text[end_of_last:]])

    def in_bytes(self, body: bytes) -> bytes:
        """Return *body* with the same redaction."""
        text = body.decode("latin-1")  # letter by byte: keys are ASCII
        clean = self(text)
        return body if clean is text else clean.encode("latin-1")


def redact_id(text: str, redact: Callable[[str], str]) -> str:
    """A redacted id, "" if it is invalid: too long, or with unprintable characters."""
    text = redact(text)
    return text if len(text) <= LONGEST_NAME and text.isprintable() else ""


def without_frames(error: E) -> E:
    """Return *error* without its traceback: tools that show the variables of frames must not show a key."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
