"""The envelope of a response: the JSON around `data`, before it is converted to models.

Pure functions: no I/O, no models, no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import attrs

from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.http.error_body import is_error
from opsgenie_async.http.links import without_key
from opsgenie_async.http.redaction import redact_id, without_frames
from opsgenie_async.http.request import OLD_WAYS
from opsgenie_async.http.response import Response, attribute, error_in_success
from opsgenie_async.json_text import Json, json_type, load

__all__ = [
    "Envelope",
    "loads",
    "name_request",
    "read_bare",
    "read_data",
    "read_envelope",
    "read_page",
    "understand",
]

T = TypeVar("T")


@attrs.define(kw_only=True)
class Envelope:
    """The JSON around `data`, with what the headers add.

    Attributes:
        took: Seconds that the back-end needed (v1 sends milliseconds, converted to seconds here), None if
            absent.
        expandable: Words that `expand=` accepts.
        paging: The API's links, without any key in them; from the headers if the body has none.
        rest: All other members of the body (v1 `status` and `code`, `marker`, bare v1 bodies), and those of the
            above with another type.
    """

    data: Json = None
    result: str = ""
    took: float | None = None
    request_id: str = ""
    expandable: list[str] = attrs.field(factory=list)
    paging: dict[str, str] = attrs.field(factory=dict)
    total_count: int | None = None
    rest: dict[str, Json] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    status: int = 200
    attempts: int = 1


PAGING_HEADERS: Final = (("next", "X-Paging-Next"), ("first", "X-Paging-First"), ("last", "X-Paging-Last"))


def read_envelope(response: Response) -> Envelope:
    """Parse a response into an envelope, any member of which may be absent; an empty body is an empty one.

    Raises:
        ProtocolError: The body is not JSON or not an object, or is that of an error.
    """
    envelope = read_page(response)
    name_request(envelope, response)
    return envelope


def name_request(envelope: Envelope, response: Response) -> None:
    """Add the redacted request id to the envelope of a page."""
    if isinstance(id := envelope.rest.get("requestId"), str):
        del envelope.rest["requestId"]
        envelope.request_id = redact_id(id, response.redact)
    envelope.request_id = envelope.request_id or response.request_id


def read_page(response: Response) -> Envelope:
    """The envelope of a page without its request id, which is rarely needed: it is in `rest`; raises the same."""
    body = read_bare(response)  # first: the frames of an error from there hold nothing of the answer
    headers = response.headers
    envelope = Envelope(status=response.status, headers=headers, attempts=response.attempts)
    _fill(envelope, body, v1=response.request.auth in OLD_WAYS)
    if "X-Paging-Next" in headers or "X-Paging-First" in headers:
        for name, header in PAGING_HEADERS:
            if header in headers:
                envelope.paging.setdefault(name, without_key(headers[header]))
    if envelope.paging:
        envelope.paging = {name: response.redact(link) for name, link in envelope.paging.items()}
    return envelope


def understand(
    response: Response, read: Callable[[Envelope], T], parse: Callable[[Response], Envelope] = read_envelope
) -> T:
    """The result of *read* for the envelope that *parse* returns for the response.

    Raises:
        ProtocolError: It cannot be read, for any reason; says which response it was, and whether it was a write that
            was done all the same.
    """
    try:
        return read(parse(response))
    except OpsgenieError as error:
        failure = without_frames(error)
    except Exception as error:  # noqa: BLE001  # a write must never look undone because its response broke the reader
        failure = ProtocolError(f"the response cannot be read: {type(error).__name__}: {error}")
    raise attribute(response, failure)


def _fill(envelope: Envelope, body: dict[str, Json], *, v1: bool) -> None:
    for name, value in body.items():
        if name == "data":
            envelope.data = value
        elif name == "took" and (took := parse_duration(value)) is not None:
            envelope.took = took / 1000 if v1 else took
        elif name in ("result", "message") and isinstance(value, str) and not envelope.result:
            envelope.result = value  # pages before 2018 call the same text `message`
        elif name == "expandable" and isinstance(value, list):
            envelope.expandable = [word for word in value if isinstance(word, str)]
        elif name == "paging" and isinstance(value, dict):
            envelope.paging = {key: without_key(link) for key, link in value.items() if isinstance(link, str)}
            odd: Json = {key: link for key, link in value.items() if link is not None and not isinstance(link, str)}
            if odd:
                envelope.rest[name] = odd
        elif name == "totalCount" and (total := whole_number(value)) is not None:
            envelope.total_count = total
        else:
            envelope.rest[name] = value


def read_bare(response: Response) -> dict[str, Json]:
    """The whole object of an answer, empty for an empty body; v1 has answers without an envelope. Raises the same."""
    try:
        body = loads(response.body, response.redact) if response.body.strip() else {}
    except ProtocolError as error:
        raise attribute(response, without_frames(error)) from None
    if not isinstance(body, dict):
        kind = json_type(body)
        del body
        raise attribute(response, ProtocolError(f"expected a JSON object, got {kind}"))
    if ("data" not in body or body["data"] is None) and is_error(body):
        del body
        raise error_in_success(response)
    return body


def loads(body: bytes, redact: Callable[[str], str] = str) -> Json:
    """Decode JSON; raises `ProtocolError` with the redacted start of anything else."""
    try:
        return load(body)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    # Not chained: the decoder's error has the whole document in it.
    start = redact(body[:2000].decode("utf-8", "replace"))[:80]
    raise ProtocolError(f"the response is not JSON: {problem}; it starts with {start!r}")


def read_data(response: Response) -> Json:
    """Only `data` of `read_envelope`, at half the cost of the whole envelope; raises the same."""
    return read_bare(response).get("data")


LONGEST_TOOK: Final = 1e9


def parse_duration(value: Json) -> float | None:
    """A number of seconds or milliseconds, None if it is invalid."""
    if isinstance(value, float) or type(value) is int:  # a bool is no number here
        return float(value) if 0 <= value <= LONGEST_TOOK else None
    return None


def whole_number(value: Json) -> int | None:
    """A count, possibly sent as 7.0; None if it is invalid."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**15 else None
