"""Requests as values: method, path, query and body, before anything is sent."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote, urlencode

import attrs

from opsgenie_async.errors import ArgumentValueError

if TYPE_CHECKING:
    from opsgenie_async.http.multipart import Form

__all__ = [
    "HALF_A_PAIR",
    "OLD_WAYS",
    "READS",
    "REPEATABLE_METHODS",
    "Auth",
    "JsonBody",
    "Query",
    "Request",
    "encode",
    "join_path",
]

JsonBody: TypeAlias = "Mapping[str, object] | Sequence[object]"
"""A JSON object or list to be sent."""

Query: TypeAlias = tuple[tuple[str, str], ...]


class Auth(enum.Enum):
    """Where the credential of a request belongs."""

    HEADER = "header"
    """`Authorization`, for v2, newer v1 and DX."""
    QUERY = "query"
    """`apiKey` in the query: v1 GET and DELETE."""
    BODY = "body"
    """`apiKey` in the JSON body: v1 POST."""
    NONE = "none"
    """No credential at all."""


OLD_WAYS: Final = (Auth.QUERY, Auth.BODY)
"""Where v1 wants the key, and nothing else does."""


@functools.lru_cache  # most queries are the same few words again
def encode(query: Query) -> str:
    """Names and values, percent-encoded; raises `ArgumentValueError` naming one with half of a surrogate pair in it."""
    try:
        return urlencode(query, quote_via=quote, safe="")
    except UnicodeEncodeError:
        name = next(pair[0] for pair in query if not all(map(_has_utf_8, pair)))
    raise ArgumentValueError(f"{name!r}: {HALF_A_PAIR}")


HALF_A_PAIR: Final = "it holds half of a surrogate pair, which cannot be sent"


def _has_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@attrs.frozen(kw_only=True, slots=False)  # with slots, a frozen class takes twice as long to make
class Request:
    """One exchange to be had.

    Attributes:
        path: Percent-encoded and relative to the base URL, without a slash in front.
        query: Names and values, not yet encoded.
        json: The JSON body, or None for no body.
        form: The fields of a multipart body in place of JSON, or None.
        domain: The rate-limit domain that the request spends; "" for none.
        repeatable: Whether sending it twice is as good as sending it once.
        hint: What a "not found" may be due to, "" where nothing is suspected.
    """

    method: str
    path: str
    query: Query = attrs.field(default=(), repr=False)
    json: JsonBody | None = attrs.field(default=None, repr=False)
    form: Form | None = attrs.field(default=None, repr=False)
    domain: str = "configuration"
    repeatable: bool = False
    auth: Auth = Auth.HEADER
    accept: str = "application/json"
    hint: str = attrs.field(default="", repr=False, eq=False)

    @property
    def call(self) -> str:
        """Method and path, for messages: the query may hold a key and stays out."""
        return f"{self.method} {self.path}"

    @property
    def query_string(self) -> str:
        """The query, encoded: a space as %20, a plus as %2B."""
        return encode(self.query) if self.query else ""


PLAIN_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+")
"""What needs no encoding, as ids."""


def join_path(*segments: str) -> str:
    """Percent-encode *segments* and join them: a name may hold slashes, spaces, `@`, even only dots.

    Raises:
        ValueError: An empty segment: a DELETE must never reach the collection instead of its member; and for one
            with half of a surrogate pair in it.
    """
    encoded = []
    for segment in segments:
        if PLAIN_SEGMENT.fullmatch(segment):
            encoded.append(segment)
            continue
        if not segment:
            raise ValueError("an identifier must not be empty")
        if not _has_utf_8(segment):
            raise ValueError(HALF_A_PAIR)
        # Dots alone would be read as "this folder" and "the folder above" on the way.
        encoded.append(quote(segment, safe="") if segment.strip(".") else "%2E" * len(segment))
    return "/".join(encoded)


REPEATABLE_METHODS: Final = frozenset({"GET", "PUT", "DELETE"})
"""Idempotent methods; other calls are marked as repeatable one by one."""

READS: Final = ("GET", "HEAD")
"""Methods that change nothing."""
