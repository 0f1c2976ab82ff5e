"""Secrets in what an alert shows: values that are named like one, at any depth, and passwords in URLs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice
from typing import Final

__all__ = ["REDACTED", "is_secret", "redact", "redact_text"]

REDACTED = "[redacted]"
SECRET: Final = re.compile(
    r"auth(?!or(?!i)|entic(?!at))|cookie|token|secret(?!ar)|pass(?:w|phrase|code)|pwd|pincode|signature|session"
    r"|credential|[cx]srf|jwt|oidc|saml|assertion|bearer|(?:access|api|host|master|private|shared|signing|ssh)_?keys?$",
    re.IGNORECASE,
)
"""Parts of the words in the names of values that never leave the application."""
SECRET_WORDS: Final = frozenset(
    {"creds", "cvc", "cvv", "hmac", "key", "keys", "otp", "pass", "pin", "pw", "sig", "totp"}
)
"""Whole words in such names: other words contain them, as `spin`, `pinned` and `monkey` do."""
COUNTABLE: Final = re.compile(r"keys?|tokens?|sessions?")
"""Of those the ones that name something else beside one of `PLAIN_WORDS`, as in `max_tokens` and `sort_key`."""
PLAIN_WORDS: Final = frozenset(
    {
        *("cache", "completion", "count", "duplicate", "foreign", "group", "input", "limit", "max", "min", "num"),
        *("number", "output", "partition", "primary", "prompt", "public", "row", "sort", "total", "unique", "used"),
    }
)
WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word of a name, as in `db_pass`, `dbPass` and `DB-PASS`."""
CLASS_OF_ERROR: Final = re.compile(
    r"[\w.]*(?:Denied|Error|Exception|Exit|Expired|Failed|Failure|Interrupt|Invalid|Mismatch|Missing|NotFound|Required"
    r"|Revoked|Timeout|Warning)"
)
"""The class of an exception, whose text follows as the value of a header does: `KeyError: 'name'`."""

CREDENTIALS: Final = re.compile(
    r"(?<=://)(?:[^\s/?#\"'<>]{0,300}|[^\s/?#:@\"'<>]{0,300}:(?!\d+(?:[/?#\s]|$))[^\s\"'<>]{0,300})@"
)
"""User and password of a URL; in a password that is not percent-encoded there may be anything but a space."""
NAMED: Final = re.compile(
    r"""(?P<quote>\\{0,15}["'])(?P<quoted>[^"'\\\n]{1,100})(?P=quote)\s{0,9}[:=]\s{0,9}"""
    r"""|(?<![\w.-])(?P<plain>[\w.-]{1,100})="""
)
"""The name of a value in a text: `"password": ` of JSON or a dict, `password=` of a repr or a query."""
VALUE: Final = re.compile(
    r"""b?(?P<open>["'])(?:\\.|(?!(?P=open))[^\\])*+(?P<end>(?P=open)?)"""
    r"""|(?P<escaped>\\{1,15}["'])(?:(?!(?<!\\)(?P=escaped)).)*+(?P=escaped)?"""
    r"""|(?:(?:api-?key|basic|bearer|digest|genie-?key|hmac|negotiate|token)\s+)?[^\s,;&"'()\[\]{}]+""",
    re.DOTALL | re.IGNORECASE,
)
"""A value that is no list and no object."""
BRACKET: Final = re.compile(r"""\\.|(?P<quote>["'])(?:\\.|(?!(?P=quote))[^\\])*+(?P=quote)?|[\[\](){}]""", re.DOTALL)
"""What tells where a list or an object ends: brackets, and texts, in which they mean nothing."""
HEADER: Final = re.compile(r"^(?P<prefix>[ \t]*(?P<name>[\w.-]{1,100}):[ \t]*)(?!//)\S.*$", re.MULTILINE)
"""A line of headers, or of YAML."""

MAX_DEPTH = 8
MAX_ITEMS = 200
MAX_TEXT_LENGTH = 20_000
"""Items and characters that are examined: a detail has room for fewer."""


@lru_cache(1000)  # the same few names, over and over
def is_secret(name: str) -> bool:
    """Whether *name* suggests a secret."""
    words = [word.lower() for word in WORD.findall(name)]
    if not PLAIN_WORDS.isdisjoint(words):
        words = [word for word in words if not COUNTABLE.fullmatch(word)]
        return any(map(_is_secret_word, words))
    return any(map(_is_secret_word, words)) or SECRET.search(name) is not None


def redact(value: object) -> str:
    """Return *value* as text, without the secrets in it; mappings and sequences are examined at every depth."""
    return redact_text(str(_redact_nested(value, MAX_DEPTH)))


def redact_text(text: str) -> str:
    """Replace user and password of URLs, and values that are named like a secret, in *text*."""
    text = text[:MAX_TEXT_LENGTH]
    if "://" in text:
        text = CREDENTIALS.sub(f"{REDACTED}@", text)
    if "=" in text or ":" in text:
        text = HEADER.sub(_redact_line, "".join(_redact_values(text)))
    return text


def _is_secret_word(word: str) -> bool:
    return word in SECRET_WORDS or SECRET.search(word) is not None


def _redact_values(text: str) -> Iterator[str]:
    """Yield *text* in pieces, a value whose name suggests a secret replaced: in JSON within JSON, too."""
    done = 0
    for match in NAMED.finditer(text):
        if match.start() >= done and is_secret(match["quoted"] or match["plain"]):
            yield text[done : match.end()]
            done, replacement = _secret_value(text, match.end())
            yield replacement
    yield text[done:]


def _secret_value(text: str, start: int) -> tuple[int, str]:
    """Where the value that begins at *start* ends, and what is shown in its place, within its quotation marks."""
    if text[start : start + 1] in ("[", "{", "("):
        return _end_of_brackets(text, start), REDACTED
    value = VALUE.match(text, start)
    if value is None:
        return start, ""
    return value.end(), f"{value['open'] or value['escaped'] or ''}{REDACTED}{value['end'] or value['escaped'] or ''}"


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for match in BRACKET.finditer(text, start):
        if match[0] in ("[", "{", "("):
            depth += 1
        elif match[0] in ("]", "}", ")"):
            depth -= 1
            if not depth:
                return match.end()
    return len(text)


def _redact_line(match: re.Match[str]) -> str:
    name = match["name"]
    return f"{match['prefix']}{REDACTED}" if is_secret(name) and not CLASS_OF_ERROR.fullmatch(name) else match[0]


def _redact_nested(value: object, depth: int) -> object:
    """Copy mappings, sequences and sets without the values that are named like a secret."""
    if isinstance(value, Mapping):
        if not depth:
            return "{...}"
        members = islice(value.items(), MAX_ITEMS)
        return {name: REDACTED if _names_secret(name) else _redact_nested(item, depth - 1) for name, item in members}
    if isinstance(value, tuple) and (as_dict := getattr(value, "_asdict", None)) is not None:  # of a named tuple
        return _redact_nested(as_dict(), depth)
    if not isinstance(value, list | tuple | AbstractSet):
        return value
    if not depth:
        return "[...]"
    if isinstance(value, tuple) and _is_header(value):
        return (value[0], REDACTED)
    items = list(islice(value, MAX_ITEMS))
    copy = [_redact_nested(item, depth - 1) for item in items]
    if isinstance(value, list) and items and all(isinstance(item, list) and _is_pair(item) for item in items):
        copy = [[item[0], REDACTED] if _is_header(item) else visible for item, visible in zip(items, copy, strict=True)]
    if isinstance(value, tuple):
        return tuple(copy)
    return value if copy == items and len(items) == len(value) else copy


def _is_pair(value: Sequence[object]) -> bool:
    return len(value) == 2 and isinstance(value[0], str | bytes)


def _is_header(value: Sequence[object]) -> bool:
    """Whether it is a header with a secret value, as ASGI has it, or JSON of it."""
    return _is_pair(value) and _names_secret(value[0])


def _names_secret(name: object) -> bool:
    text = name.decode("latin-1") if isinstance(name, bytes) else name
    return isinstance(text, str) and is_secret(text)
