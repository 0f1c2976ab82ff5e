"""A complete response as a value, and the errors that refer to it.

Pure functions: no I/O, no models, no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import attrs

from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.http.error_body import LONGEST_MESSAGE, is_error, parse_error_body, shorten
from opsgenie_async.http.redaction import redact_id
from opsgenie_async.http.request import READS, Request
from opsgenie_async.json_text import load

__all__ = ["Response", "attribute", "error_in_success", "mark_done", "read_file", "read_text"]

E = TypeVar("E", bound=OpsgenieError)


@attrs.define(kw_only=True)
class Response:
    """A complete response: the body has been read and its socket is free again.

    Attributes:
        waited: Total seconds of waits before its attempt.
        redact: Redacts the key in a text, for texts of the response in a message or event.
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
        """The request id from the header, "" if it is unprintable; bodies repeat it."""
        if self._request_id is None:
            self._request_id = redact_id(self.headers.get("X-Request-ID", ""), self.redact)
        return self._request_id


def read_text(response: Response) -> str:
    """A response that is text; raises `ProtocolError` if it is not, or for JSON with an error."""
    read_file(response)
    try:
        return response.body.decode()
    except UnicodeDecodeError as error:
        raise attribute(response, ProtocolError(f"the response is not valid UTF-8: {error.reason}")) from None


def read_file(response: Response) -> bytes:
    """A response that is a file; raises `ProtocolError` for JSON with an error."""
    if response.body[:1] == b"{":
        try:
            document = load(response.body)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict) and is_error(document):
            del document
            raise error_in_success(response)
    return response.body


def error_in_success(response: Response) -> ProtocolError:
    """The error in a response with a success status."""
    refusal = parse_error_body(response.body, response.status, response.redact)
    words = f"the response is an error despite its status: {refusal.message}"
    return attribute(response, ProtocolError(words, code=refusal.code, errors=refusal.errors), refused=True)


def attribute(response: Response, error: E, *, refused: bool = False) -> E:
    """Add the facts of the response to *error*, and return it; any key in its texts is redacted.

    Args:
        response: The response.
        error: The error about it.
        refused: Whether the response itself says that nothing was done, regardless of its status.
    """
    if error.status is not None and error.call:  # by the same answer's first reader
        return error
    error.message = shorten(response.redact(error.message), LONGEST_MESSAGE)
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
    """Mark an unreadable response after a successful write: it must not look like a failed write."""
    if request.method in READS or status is None or not 200 <= status < 300:
        return
    error.maybe_done, error.done = True, sure
    done = "it was done, but its response cannot be read" if sure else "it may have been done; its response is unclear"
    error.message = f"{done}: {error.message}"
    error.args = (error.message,)
