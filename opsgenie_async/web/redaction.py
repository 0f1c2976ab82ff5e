"""Secrets in what an alert shows: values that are named like one, at any depth, and passwords in URLs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Final

__all__ = ["REDACTED", "is_secret", "redact", "redact_text"]

REDACTED = "[redacted]"
SECRET: Final = re.compile(
    r"auth(?!or(?!i))|cookie|token|secret|pass(?:w|phrase|code)|pwd|pincode|key|signature|session|credential|[cx]srf"
    r"|jwt|oidc|saml|assertion|bearer",
    re.IGNORECASE,
)
"""Parts of the names of values that never leave the application."""
SECRET_WORDS: Final = frozenset({"creds", "cvc", "cvv", "hmac", "otp", "pass", "pin", "pw", "sig", "totp"})
"""Whole words in such names: other words contain them, as `spin` and `pinned` do."""
WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word of a name, as in `db_pass`, `dbPass` and `DB-PASS`."""

CREDENTIALS: Final = re.compile(
    r"(?<=://)(?:[^\s/?#\"'<>]{0,300}|[^\s/?#:@\"'<>]{0,300}:(?!\d+(?:[/?#\s]|$))[^\s\"'<>]{0,300})@"
)
"""User and password of a URL; in a password that is not percent-encoded there may be anything but a space."""
NAMED_VALUE: Final = re.compile(
    r"""(?P<prefix>(?P<quote>\\?["'])(?P<quoted>[^"'\\\n]{1,100})(?P=quote)\s{0,9}[:=]\s{0,9}"""
    r"""|(?<![\w.-])(?P<plain>[\w.-]{1,100})=)"""
    r"""(?:b?(?P<open>["'])(?:\\.|(?!(?P=open))[^\\])*+(?P=open)?|(?P<escaped>\\["'])(?:(?!(?P=escaped)).)*+"""
    r"""|(?:(?:basic|bearer|geniekey|token)\s+)?[^\s,;&"')\]}]+)""",
    re.DOTALL | re.IGNORECASE,
)
"""A named value in a text: `"password": "x"` of JSON or a dict, `password='x'` of a repr, `password=x` of a query."""
HEADER: Final = re.compile(r"^(?P<prefix>[ \t]*(?P<name>[\w-]{1,100}):[ \t]*)(?!//)\S.*$", re.MULTILINE)
"""A line of headers, or of YAML."""

MAX_DEPTH = 8
MAX_ITEMS = 200
MAX_TEXT_LENGTH = 20_000
"""Items and characters that are examined: a detail has room for fewer."""


@lru_cache(1000)  # the same few names, over and over
def is_secret(name: str) -> bool:
    """Whether *name* suggests a secret."""
    return SECRET.search(name) is not None or not SECRET_WORDS.isdisjoint(map(str.lower, WORD.findall(name)))


def redact(value: object) -> str:
    """Return *value* as text, without the secrets in it; mappings and sequences are examined at every depth."""
    return redact_text(str(_redact_nested(value, MAX_DEPTH)))


def redact_text(text: str) -> str:
    """Replace user and password of URLs, and values that are named like a secret, in *text*."""
    text = text[:MAX_TEXT_LENGTH]
    if "://" in text:
        text = CREDENTIALS.sub(f"{REDACTED}@", text)
    if "=" in text or ":" in text:
        text = HEADER.sub(_redact_line, NAMED_VALUE.sub(_redact_value, text))
    return text


def _redact_value(match: re.Match[str], *, inner: bool = False) -> str:
    """Replace a value that is named like a secret; in any other one, those within it, as in JSON within JSON."""
    if not is_secret(match["quoted"] or match["plain"]):
        value = match[0][len(match["prefix"]) :]
        return match[0] if inner else match["prefix"] + NAMED_VALUE.sub(partial(_redact_value, inner=True), value)
    quote = match["open"] or match["escaped"] or ""
    return f"{match['prefix']}{quote}{REDACTED}{'' if match['escaped'] else quote}"


def _redact_line(match: re.Match[str]) -> str:
    return f"{match['prefix']}{REDACTED}" if is_secret(match["name"]) else match[0]


def _redact_nested(value: object, depth: int) -> object:
    """Copy mappings, lists and tuples without the values that are named like a secret."""
    if isinstance(value, Mapping):
        if not depth:
            return "{...}"
        items = islice(value.items(), MAX_ITEMS)
        return {name: REDACTED if _names_secret(name) else _redact_nested(item, depth - 1) for name, item in items}
    if not isinstance(value, list | tuple):
        return value
    if hasattr(value, "_asdict"):  # of a named tuple
        return _redact_nested(value._asdict(), depth)
    if not depth:
        return "[...]"
    if len(value) == 2 and _names_secret(value[0]):  # a header, as ASGI has it
        return (value[0], REDACTED)
    copy = [_redact_nested(item, depth - 1) for item in islice(value, MAX_ITEMS)]
    return tuple(copy) if isinstance(value, tuple) else copy


def _names_secret(name: object) -> bool:
    text = name.decode("latin-1") if isinstance(name, bytes) else name
    return isinstance(text, str) and is_secret(text)
