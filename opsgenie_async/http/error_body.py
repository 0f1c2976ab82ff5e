"""Parse the body of an error response, in all its forms; never fails.

Forms: v2 `message` with `code` and `errors` (Response page, Go SDK), v1 `error` with `code`, DX `ok` and `error`,
Atlassian's `errorMessages`, an `error` that is an object with the message, the HTML of a gateway, plain text, an empty
body. Messages are truncated to a readable length, after any key has been redacted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import islice

import attrs

from opsgenie_async.errors import NO_ERRORS
from opsgenie_async.json_text import Json, load

__all__ = ["ErrorBody", "is_error", "parse_error_body", "shorten"]

EXCERPT = 200
"""How many characters of a foreign page are worth showing."""
LONGEST_MESSAGE, LONGEST_FIELD, LONGEST_NAME = 2000, 500, 200
"""Characters of a message, of a text about a field, and of a name, a code or a request id."""
MOST_FIELDS = 50
DEEPEST = 4
"""How deep in objects and lists the words may stand."""

WORDS = ("message", "error", "errorMessage", "errorMessages", "detail", "title", "reason", "description", "result")
"""Where an error's words stand, in the order in which they are looked for."""
SIGNS = ("error", "errors", "errorMessage", "errorMessages")
"""What no success has."""

Redact = Callable[[str], str]


@attrs.frozen(kw_only=True)
class ErrorBody:
    """The message of a failure.

    Attributes:
        from_api: True for the API's own JSON, False for a page of a gateway or proxy.
    """

    message: str
    code: int | str | None = None
    errors: Mapping[str, str] = NO_ERRORS
    request_id: str = ""
    from_api: bool = False


def parse_error_body(body: bytes, status: int, redact: Redact = str) -> ErrorBody:
    """Read the message in *body*; without one, the phrase of the status."""
    try:
        document = load(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return ErrorBody(message=excerpt(body, redact) or phrase(status))
    errors = document.get("errors")
    request_id = document.get("requestId")
    return ErrorBody(
        message=_words(document, redact) or _words(errors, redact) or phrase(status),
        code=_code(document, redact),
        errors=field_errors(errors, redact),
        request_id=_clean(request_id, LONGEST_NAME, redact) if isinstance(request_id, str) else "",
        from_api=not document.keys().isdisjoint(("message", "error", "requestId", "took", "ok")),
    )


def is_error(document: Mapping[str, Json]) -> bool:
    """Whether the body of a response with a success status is that of an error."""
    if document.get("data") is not None:
        return False
    code = _code(document, str)
    if isinstance(code, str) and code.isascii() and code.isdecimal():
        code = int(code)
    # Successes of v1, and some of v2, say 200.
    refused = isinstance(code, int) and code != 0 and not 200 <= code < 300
    return refused or any(document.get(sign) for sign in SIGNS)


def shorten(text: str, most: int) -> str:
    """*text*, truncated to *most* characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _clean(text: str, most: int, redact: Redact) -> str:
    """*text* without any key, truncated; the rest of a far longer text is not processed."""
    return shorten(redact(text[: 4 * most]), most)


def _code(document: Mapping[str, Json], redact: Redact) -> int | str | None:
    code = document.get("code", document.get("error") if document.get("ok") is False else None)
    if isinstance(code, float) and code.is_integer():
        code = int(code)
    if type(code) is int:
        return code if abs(code) < 10**9 else None
    return _clean(code, LONGEST_NAME, redact) if isinstance(code, str) else None


def _words(value: Json, redact: Redact, deepest: int = DEEPEST) -> str:
    """The first message in a text, in the members of an object, or in the items of a list."""
    if isinstance(value, str):
        return _clean(value, LONGEST_MESSAGE, redact)
    if not deepest:
        return ""
    if isinstance(value, dict):
        return next((text for key in WORDS if (text := _words(value.get(key), redact, deepest - 1))), "")
    if isinstance(value, list):
        texts = (_words(item, redact, deepest - 1) for item in value[:MOST_FIELDS])
        return shorten("; ".join(filter(None, texts)), LONGEST_MESSAGE)
    return ""


def field_errors(errors: Json, redact: Redact = str) -> Mapping[str, str]:
    """The messages by field; a list of texts is numbered so that none is lost."""
    if isinstance(errors, dict):
        fields = islice(errors.items(), MOST_FIELDS)
    elif isinstance(errors, list):
        fields = islice(((str(index), text) for index, text in enumerate(errors)), MOST_FIELDS)
    else:
        return NO_ERRORS
    return {
        _clean(field, LONGEST_NAME, redact): _clean(_field_text(text, redact), LONGEST_FIELD, redact)
        for field, text in fields
    }


def _field_text(value: Json, redact: Redact) -> str:
    if isinstance(value, dict | list) and (text := _words(value, redact)):
        return text
    try:
        return str(value)
    except RecursionError:
        return "nested too deep to be shown"


def phrase(status: int) -> str:
    """The standard phrase of a status, for a response without a message."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no message"


PAGE = 20_000
"""How many bytes of a page are looked at."""
SKIPPED = ("script", "style")
TAG = re.compile(r"<(?=[a-zA-Z/!?])(/?)([a-zA-Z][a-zA-Z0-9]*+)?+[^<>]*+>")
"""A tag. Nothing is tried twice: it fails at the next angle bracket, so that a page is gone through once."""


def excerpt(body: bytes, redact: Redact = str) -> str:
    """The readable start of a page: its title or heading if it is HTML, else its first words."""
    text = redact(body[: 2 * PAGE].decode("utf-8", "replace"))[:PAGE]
    if "<" in text:
        # Cut before it is unescaped: a character reference of thousands of digits is more than Python reads.
        import html  # its table of names is for this alone

        text = html.unescape(_one_line(_heading(text))[: 10 * EXCERPT])
    return shorten(_one_line(text), EXCERPT)


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _heading(page: str) -> str:
    """The text of the first title or heading, otherwise all text outside of tags, scripts and styles."""
    texts: list[str] = []
    heading: list[str] | None = None
    inside = ""  # the element, of those that matter, that is open
    end = 0
    for tag in TAG.finditer(page):
        text, end = page[end : tag.start()], tag.end()
        name = (tag[2] or "").lower()
        if inside not in SKIPPED:
            texts.append(text)
            if heading is not None:
                heading.append(text)
        if tag[1] and name == inside:
            if heading is not None and any(map(str.strip, heading)):
                return " ".join(heading)
            inside, heading = "", None
        elif not tag[1] and not inside and name in ("title", "h1", *SKIPPED):
            inside, heading = name, None if name in SKIPPED else []
    if inside not in SKIPPED:
        texts.append(page[end:])
    return " ".join(texts)
