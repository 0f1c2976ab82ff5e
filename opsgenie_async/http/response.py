"""Responses as values: the envelope, the links of a listing, and errors that name the response.

Pure functions: no I/O, no models, no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

import attrs

from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.http.error_body import LONGEST_MESSAGE, LONGEST_NAME, is_error, parse_error_body, shortened
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import OLD_WAYS, READS, Query, Request, encode
from opsgenie_async.json_text import Json, load

__all__ = [
    "Envelope",
    "Response",
    "attribute",
    "documents_of",
    "loads",
    "mark_done",
    "next_request",
    "read_bare",
    "read_data",
    "read_envelope",
    "read_file",
    "read_text",
    "understand",
]

T = TypeVar("T")
E = TypeVar("E", bound=OpsgenieError)


@attrs.define(kw_only=True)
class Response:
    """A whole answer: the body has been read and its socket is free again.

    Attributes:
        waited: Seconds before the attempt that brought it, in all.
        redact: Takes the key out of a text, for words of the answer that go into a message or an event.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    request: Request
    attempts: int = 1
    waited: float = 0.0
    redact: Callable[[str], str] = attrs.field(default=str, repr=False, eq=False)
    _request_id: str | None = attrs.field(default=None, init=False, repr=False, eq=False)

    @property
    def request_id(self) -> str:
        """The id of the request by the header, "" when it can be neither shown nor asked for; bodies repeat it."""
        if self._request_id is None:
            self._request_id = usable_id(self.redact(self.headers.get("X-Request-ID", "")))
        return self._request_id


@attrs.define(kw_only=True)
class Envelope:
    """The JSON around `data`, with what the headers add.

    Attributes:
        took: Seconds that the back-end needed (v1 sends milliseconds, converted to seconds here), None when not
            told.
        expandable: Words that `expand=` accepts.
        paging: The links as the API gives them, without any key in them; headers serve where the body has none.
        rest: Every other key of the body (v1 `status` and `code`, `marker`, bare v1 bodies), and what of the above
            was not of its type.
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


def loads(body: bytes, redact: Callable[[str], str] = str) -> Json:
    """Decode JSON, or raise `ProtocolError` with the start of what came instead, in *redact*'s version."""
    try:
        return load(body)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    # Not chained: the decoder's error has the whole document in it.
    start = redact(body[:2000].decode("utf-8", "replace"))[:80]
    raise ProtocolError(f"the answer is not JSON: {problem}; it starts with {start!r}")


PAGING_HEADERS: Final = (("next", "X-Paging-Next"), ("first", "X-Paging-First"), ("last", "X-Paging-Last"))
KEY_PARAMETERS: Final = frozenset({"apikey", "api_key"})


def query_pairs(link: str) -> Query:
    """Names and values of a link's query, decoded, without any key."""
    pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    return tuple(pair for pair in pairs if pair[0].lower() not in KEY_PARAMETERS)


def without_key(link: str) -> str:
    """A link with any `apiKey` taken out of its query: old answers echo the caller's key.

    One that cannot be taken apart loses its query altogether, and leads nowhere.
    """
    try:
        url = urlsplit(link)
        if "api" not in url.query.lower():
            return link
        return url._replace(query=encode(query_pairs(link))).geturl()
    except ValueError:
        return link.partition("?")[0]


def usable_id(text: str) -> str:
    """*text*, or "" where it cannot be an id: too long, or with what can be neither sent nor shown."""
    return text if len(text) <= LONGEST_NAME and text.isprintable() else ""


LONGEST_TOOK: Final = 1e9


def parse_duration(value: Json) -> float | None:
    """A number of seconds or milliseconds, None when it cannot be one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value <= LONGEST_TOOK else None


def whole_number(value: Json) -> int | None:
    """A count, also one that came as 7.0; None when it cannot be one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**15 else None


def read_envelope(response: Response) -> Envelope:
    """Parse a response into an envelope, any member of which may be absent; an empty body is an empty one.

    Raises:
        ProtocolError: The body is not JSON or not an object, or is that of an error.
    """
    body = _object(response)  # first: the frames of an error from there hold nothing of the answer
    headers = response.headers
    envelope = Envelope(status=response.status, headers=headers, attempts=response.attempts)
    _fill(envelope, body, v1=response.request.auth in OLD_WAYS)
    envelope.request_id = usable_id(response.redact(envelope.request_id)) or response.request_id
    if "X-Paging-Next" in headers or "X-Paging-First" in headers:
        for name, header in PAGING_HEADERS:
            if header in headers:
                envelope.paging.setdefault(name, without_key(headers[header]))
    if envelope.paging:
        envelope.paging = {name: response.redact(link) for name, link in envelope.paging.items()}
    return envelope


def read_bare(response: Response) -> dict[str, Json]:
    """The whole body of an answer without an envelope, as v1 has them; raises what `read_envelope` raises."""
    return _object(response)


def read_data(response: Response) -> Json:
    """`data` of `read_envelope` alone, for half of what the whole envelope costs; raises what that raises."""
    return _object(response).get("data")


def _object(response: Response) -> dict[str, Json]:
    """The JSON object of an answer, an empty one for an empty body."""
    try:
        body = loads(response.body, response.redact) if response.body.strip() else {}
    except ProtocolError as error:
        raise attribute(response, without_frames(error)) from None
    if not isinstance(body, dict):
        kind = _kind(body)
        del body
        raise attribute(response, ProtocolError(f"expected a JSON object, got {kind}"))
    if ("data" not in body or body["data"] is None) and is_error(body):
        del body
        raise _refusal(response)
    return body


def _refusal(response: Response) -> ProtocolError:
    """What the server says went wrong, where it says so with a status of success."""
    refusal = parse_error_body(response.body, response.status, response.redact)
    words = f"the answer is an error in spite of its status: {refusal.message}"
    return attribute(response, ProtocolError(words, code=refusal.code, errors=refusal.errors), refused=True)


def read_text(response: Response) -> str:
    """An answer that is text; raises `ProtocolError` when it is none, or JSON that says what went wrong."""
    read_file(response)
    try:
        return response.body.decode()
    except UnicodeDecodeError as error:
        raise attribute(response, ProtocolError(f"the answer is not text in UTF-8: {error.reason}")) from None


def read_file(response: Response) -> bytes:
    """An answer that is a file; raises `ProtocolError` when it is JSON that says what went wrong."""
    if response.body[:1] == b"{":
        try:
            document = load(response.body)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict) and is_error(document):
            del document
            raise _refusal(response)
    return response.body


def understand(response: Response, read: Callable[[Envelope], T]) -> T:
    """What *read* makes of the answer.

    Raises:
        ProtocolError: It cannot be read, for any reason; says which response it was, and whether it was a write that
            was done all the same.
    """
    try:
        return read(read_envelope(response))
    except OpsgenieError as error:
        failure = without_frames(error)
    except Exception as error:  # noqa: BLE001  # a write must never look undone because its response broke the reader
        failure = ProtocolError(f"the answer cannot be read: {type(error).__name__}: {error}")
    raise attribute(response, failure)


def attribute(response: Response, error: E, *, refused: bool = False) -> E:
    """Write on *error* which answer it is about, and return it; the answer's words in it lose any key.

    Args:
        response: The answer.
        error: What is wrong with it.
        refused: Whether the response itself says that nothing was done, whatever its status.
    """
    if error.status is not None and error.call:  # by the same answer's first reader
        return error
    error.message = shortened(response.redact(error.message), LONGEST_MESSAGE)
    if isinstance(error, ProtocolError) and not refused:
        _mark_done(response, error)
    error.args = (error.message,)
    if isinstance(error.code, str):
        error.code = response.redact(error.code)
    error.status, error.call = response.status, response.request.call
    error.request_id = error.request_id or response.request_id
    error.attempts, error.waited = response.attempts, response.waited
    return error


def _mark_done(response: Response, error: ProtocolError) -> None:
    # What begins like the API's own words is from the API; DX says in there whether it worked, which was not read.
    sure = response.request.domain != "dx" and response.body.lstrip()[:1] in (b"{", b"")
    mark_done(response.request, response.status, error, sure=sure)


def mark_done(request: Request, status: int | None, error: ProtocolError, *, sure: bool) -> None:
    """An answer that cannot be read after a write that worked must not look like a write that failed."""
    if request.method in READS or status is None or not 200 <= status < 300:
        return
    error.maybe_done, error.done = True, sure
    done = "it was done, but its answer cannot be read" if sure else "it may have been done; its answer is unclear"
    error.message = f"{done}: {error.message}"
    error.args = (error.message,)


def _fill(envelope: Envelope, body: dict[str, Json], *, v1: bool) -> None:
    for name, value in body.items():
        if name == "data":
            envelope.data = value
        elif name == "took" and (took := parse_duration(value)) is not None:
            envelope.took = took / 1000 if v1 else took
        elif name == "requestId" and isinstance(value, str):
            envelope.request_id = value
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


EVERY_LIST: Final = "*"
"""In place of a member's name: all lists in `data`."""


def documents_of(envelope: Envelope, at: str = "") -> list[Json]:
    """The list in `data`, or in the member *at* of it; raises `ProtocolError` when there is none."""
    data = envelope.data
    if at and isinstance(data, dict):
        if at == EVERY_LIST:
            return [each for listed in data.values() if isinstance(listed, list) for each in listed]
        data = data.get(at)
    elif at:
        raise ProtocolError(f"data: expected an object, got {_kind(data)}")
    if not isinstance(data, list):
        raise ProtocolError(f"{f'data.{at}' if at else 'data'}: expected a list, got {_kind(data)}")
    return data


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def next_request(request: Request, envelope: Envelope) -> Request | None:
    """The request for the following page: the same path, the link's query, never the link's host."""
    link = envelope.paging.get("next")
    if not link:
        return None
    return attrs.evolve(request, query=query_pairs(link))
