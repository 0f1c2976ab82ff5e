"""Responses: results, errors, and the envelope of each API version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from string import ascii_lowercase
from typing import Any, NamedTuple

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc

try:
    import orjson
except ImportError:  # only quicker: an account's schedules in a millisecond instead of ten
    orjson = None  # type: ignore[assignment]

__all__ = [
    "Dialect",
    "Pattern",
    "Response",
    "accepted_response",
    "bare",
    "created_response",
    "data",
    "error_response",
    "render",
    "result",
    "with_zones",
]


class Dialect(Enum):
    """The version of the API, which determines errors and the place of the key."""

    V2 = "v2"
    V1 = "v1"
    DX = "dx"
    LINK = "link"
    """Files behind links that were handed out: whoever has the link needs no key."""


class Pattern(NamedTuple):
    """A large body that repeats the alphabet."""

    size: int

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces."""
        piece = ascii_lowercase.encode() * 4096
        for start in range(0, self.size, len(piece)):
            yield piece[: self.size - start]


@dataclass(slots=True)
class Response:
    """A status with the members of an envelope, a whole document, or bytes."""

    status: int = 200
    envelope: Doc | None = None
    document: Any = None
    raw: bytes | Pattern | None = None
    media: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def data(value: Any, *, result: str | None = None, status: int = 200, **members: Any) -> Response:
    """An envelope with `data`, the optional `result`, and further members such as `paging` beside it."""
    envelope: Doc = {} if result is None else {"result": result}
    envelope["data"] = value
    envelope.update(members)
    return Response(status, envelope)


def created_response(value: Any) -> Response:
    """201 with `data` and the usual `result`."""
    return data(value, result="Created", status=201)


def result(text: str, *, status: int = 200) -> Response:
    """An envelope without `data`, the response of deletions."""
    return Response(status, {"result": text})


def accepted_response(text: str = "Request will be processed") -> Response:
    """202: the request id of this response is the handle for the request status."""
    return result(text, status=202)


def bare(document: Any, *, status: int = 200) -> Response:
    """A JSON document without the v2 envelope, the form of v1 and DX."""
    return Response(status, document=document)


def with_zones(value: Any, names: Mapping[str, str]) -> Any:
    """*value* with time zones renamed by *names*."""
    if isinstance(value, list):
        return [with_zones(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: names.get(each, each)
        if key in ("timezone", "timeZone") and isinstance(each, str)
        else with_zones(each, names)
        for key, each in value.items()
    }


def render(response: Response, took: float, request_id: str) -> bytes | Pattern:
    """The body of *response*; *took* is in seconds, as in the Response page."""
    if response.raw is not None:
        return response.raw
    if response.envelope is None:
        return _dump(response.document)
    return _dump({**response.envelope, "took": took, "requestId": request_id})


def error_response(refusal: Refusal, dialect: Dialect, took: float, request_id: str) -> Response:
    """The error response of *refusal* in the form of *dialect*."""
    document: Doc
    status = refusal.status
    if dialect in (Dialect.V2, Dialect.LINK):
        document = {} if refusal.code is None else {"code": refusal.code}
        document["message"] = refusal.message
        if refusal.errors is not None:
            document["errors"] = refusal.errors
        document |= {"took": took, "requestId": request_id}
    elif dialect is Dialect.V1:
        code = refusal.code if refusal.code is not None else 2 if status == 401 else status
        document = {"error": refusal.message, "code": code}
    else:
        document = {"ok": False, "error": refusal.message}
    return Response(status, document=document, headers=refusal.headers)


def _dump(document: Any) -> bytes:
    if orjson is not None:
        with suppress(TypeError):  # lone surrogates and very large integers, which the standard library writes
            return orjson.dumps(document)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
