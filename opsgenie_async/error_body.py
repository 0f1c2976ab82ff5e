"""What an error answer says, in whichever of its forms it comes: a pure reading that never fails.

Forms: v2 `message` with `code` and `errors` (Response page, Go SDK), v1 `error` with `code`, DX `ok` and `error`, the
HTML of a gateway, plain text, nothing at all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from http import HTTPStatus

import attrs

from .errors import NO_ERRORS, ProtocolError
from .wire import Json, loads

__all__ = ["ErrorBody", "parse_error_body"]

EXCERPT = 200
"""How many characters of a foreign page are worth showing."""


@attrs.frozen(kw_only=True)
class ErrorBody:
    """What was said about a failure.

    from_api: True when it is the API's own JSON and not a page that something in between made.
    """

    message: str
    code: int | str | None = None
    errors: Mapping[str, str] = NO_ERRORS
    request_id: str = ""
    from_api: bool = False


def parse_error_body(body: bytes, status: int) -> ErrorBody:
    """Read what *body* says; where it says nothing, the status' own phrase stands in."""
    try:
        document = loads(body)
    except ProtocolError:
        return ErrorBody(message=excerpt(body) or phrase(status))
    if not isinstance(document, dict):
        return ErrorBody(message=excerpt(body) or phrase(status))
    said = next((document[key] for key in ("message", "error", "result") if document.get(key)), None)
    code = document.get("code", document.get("error") if document.get("ok") is False else None)
    request_id = document.get("requestId")
    return ErrorBody(
        message=said if isinstance(said, str) else phrase(status),
        code=code if isinstance(code, int | str) else None,
        errors=field_errors(document.get("errors")),
        request_id=request_id if isinstance(request_id, str) else "",
        from_api=not document.keys().isdisjoint(("message", "error", "requestId", "took", "ok")),
    )


def field_errors(errors: Json) -> Mapping[str, str]:
    """Field to text; a list of texts is numbered so that none is lost."""
    if isinstance(errors, dict):
        return {field: text if isinstance(text, str) else str(text) for field, text in errors.items()}
    if isinstance(errors, list):
        return {str(index): str(text) for index, text in enumerate(errors)}
    return NO_ERRORS


def phrase(status: int) -> str:
    """The standard's words for a status, for an answer that has none of its own."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no message"


def excerpt(body: bytes) -> str:
    """The readable start of a page: its title or heading if it is HTML, else its first words."""
    text = body[:20_000].decode("utf-8", "replace")
    if "<" in text:
        heading = re.search(r"<(title|h1)[^>]*>(.*?)</\1>", text, re.IGNORECASE | re.DOTALL)
        text = heading[2] if heading else re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.IGNORECASE | re.DOTALL)
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
