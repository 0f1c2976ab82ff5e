"""Requests as values: method, path, query and body, before anything is sent."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Self, TypeAlias
from urllib.parse import quote, urlencode

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.json_text import dump

if TYPE_CHECKING:
    from opsgenie_async.http.multipart import Form

__all__ = [
    "HALF_A_PAIR",
    "OLD_WAYS",
    "PLAIN_SEGMENT",
    "READS",
    "REPEATABLE_METHODS",
    "Auth",
    "JsonBody",
    "Query",
    "Request",
    "encode",
    "encode_body",
    "join_path",
    "query_number",
]

JsonBody: TypeAlias = "Mapping[str, object] | Sequence[object]"
"""A JSON object or list to be sent."""

Query: TypeAlias = tuple[tuple[str, str], ...]


class Auth(enum.Enum):
    """The place of the credential in a request."""

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
    """Names and values, percent-encoded: a space as %20, a plus as %2B.

    Raises:
        ArgumentValueError: A pair, named in the message, has half of a surrogate pair in it.
    """
    try:
        return urlencode(query, quote_via=quote, safe="")
    except UnicodeEncodeError:
        name = next(pair[0] for pair in query if not all(map(_has_utf_8, pair)))
    raise ArgumentValueError(f"{name!r}: {HALF_A_PAIR}")


def encode_body(body: JsonBody) -> bytes:
    """A JSON body as bytes; raises `ArgumentTypeError` or `ArgumentValueError` if JSON cannot represent it."""
    try:
        return dump(body)
    except TypeError as error:
        raise ArgumentTypeError(f"json: {error}") from None
    except ValueError as error:
        raise ArgumentValueError(f"json: {error}") from None
    except RecursionError:
        raise ArgumentValueError("json: nested too deeply, or circular") from None


HALF_A_PAIR: Final = "it contains a lone surrogate, which cannot be sent"


def _has_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@attrs.frozen(kw_only=True, slots=False)  # with slots, a frozen class takes twice as long to make
class Request:
    """A request to send.

    Attributes:
        path: The percent-encoded path relative to the base URL, without a leading slash.
        query: Names and values, not yet encoded.
        json: The JSON body, or None for no body.
        form: The fields of a multipart body in place of JSON, or None.
        domain: The rate-limit domain that the request spends; "" for none.
        repeatable: Whether it is idempotent.
        hint: A possible cause of a "not found", "" for none.
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
        """Method and path, for messages, without the query, which may contain a key."""
        return f"{self.method} {self.path}"

    def with_limit(self, limit: int) -> Self:
        """The request with another value of `limit`, where the query has one."""
        query = tuple((name, str(limit) if name == "limit" else value) for name, value in self.query)
        return attrs.evolve(self, query=query)


def query_number(query: Query, name: str) -> int | None:
    """A number in a query, None where there is none."""
    text = dict(query).get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


PLAIN_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+")
"""A segment that needs no encoding, as an id."""


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
