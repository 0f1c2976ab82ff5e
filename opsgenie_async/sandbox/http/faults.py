"""Injected failures: which requests fail, how, how often, and before or after the work is done."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from http import HTTPStatus
from math import inf
from random import Random
from typing import Any

from opsgenie_async.sandbox.http.limits import MESSAGE
from opsgenie_async.sandbox.http.responses import Response

__all__ = ["Fault", "Faults"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A failure to inject.

    Without `status`, `body`, `html`, `empty` and `size` the response is the usual one, but for `delay`, further
    `headers` and `truncate`. With one of them the response is replaced; with `reset` there is none.

    Raises:
        ValueError: A field has a value that can never be served; the text names it.
    """

    route: str = "*"
    """Which requests: a shell pattern over `METHOD /path`, the path percent-encoded and without query."""
    status: int | None = None
    code: int | None = None
    """The internal code beside a 403: 40301 or 40302."""
    body: Any = None
    """A JSON value or a text in place of the API's own error body."""
    html: bool = False
    """A gateway's HTML page; 502 unless `status` says otherwise."""
    empty: bool = False
    """No body; 504 unless `status` says otherwise."""
    reset: bool = False
    """Reset the connection instead of answering."""
    truncate: bool = False
    """Announce a whole body, send half of it and close the connection; alone, the work was done."""
    delay: float = 0.0
    """Real seconds to wait: before the work, or after it with `after_state`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    """Pad the body to this many bytes."""
    share: float = 1.0
    """The part of matching requests that fails, drawn from the sandbox's seed."""
    times: int | None = None
    """How often at most; None is for ever."""
    after: int = 0
    """The number of matching requests that pass first."""
    after_state: bool = False
    """Do the work first and fail then: the client cannot know that it happened."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("status", 100, 999),
            ("delay", 0, _LONGEST),
            ("size", 0, _LARGEST),
            ("share", 0, 1),
            ("times", 0, inf),
            ("after", 0, inf),
        ):
            number = getattr(self, name)
            if number is not None and not least <= number <= most:
                raise ValueError(f"{name}: {_text(number)} is not {_span(least, most)}")
        headers: Mapping[Any, Any] = self.headers
        for header, value in headers.items():
            if not (isinstance(value, str) and value.isprintable() and _TOKEN.fullmatch(header)):
                raise ValueError(f"headers: {header!r}: {value!r} is not a header of one line")

    @property
    def replaces(self) -> bool:
        """Whether the response is built here, not by the endpoint."""
        return self.status is not None or self.body is not None or self.html or self.empty or self.size > 0

    def response(self, took: float, request_id: str) -> Response:
        """The response in place of the usual one."""
        status = self.status or (502 if self.html else 504 if self.empty else 500)
        response = Response(status, media="text/html" if self.html else "application/json")
        if status == 429:
            response.headers |= {"X-RateLimit-State": "THROTTLED", "X-RateLimit-Period-In-Sec": "1"}
        if self.empty:
            response.raw = b""
        elif self.html:
            response.raw = _page(status, self.size)
        elif isinstance(self.body, str):
            response.raw = self.body.encode(errors="replace").ljust(self.size)
        elif self.body is not None:
            response.raw = json.dumps(self.body).encode().ljust(self.size)
        else:
            response.raw = self._error(status, took, request_id)
        return response

    def _error(self, status: int, took: float, request_id: str) -> bytes:
        message = MESSAGE if status == 429 else _phrase(status)
        document = {"message": message, "took": took, "requestId": request_id}
        if self.code is not None:
            document = {"code": self.code, **document}
        missing = self.size - len(json.dumps(document))
        document["message"] = message + "." * max(0, missing)
        return json.dumps(document).encode()

    @classmethod
    def from_json(cls, document: object, name: str) -> Fault:
        """Read a fault from JSON, where every field has the name that it has here.

        Args:
            document: A decoded JSON object.
            name: What errors call it.

        Raises:
            ValueError: A field is unknown or has a value that does not fit; the text names it.
        """
        if not isinstance(document, dict):
            raise ValueError(f"{name}: should be an object")
        by_name = {each.name: each for each in fields(cls)}
        for key, value in document.items():
            if key not in by_name:
                raise ValueError(f"{name}.{key}: no such field; there are {', '.join(by_name)}")
            if not isinstance(value, _TYPES.get(key, object)) or (isinstance(value, bool) and key not in _FLAGS):
                raise ValueError(f"{name}.{key}: {_text(value)} does not fit")
        try:
            return cls(**document)
        except ValueError as error:
            raise ValueError(f"{name}.{error}") from None


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LARGEST = 2**30
"""Bytes of a padded body."""
_LONGEST = 86_400.0
"""Seconds: a delay beyond a day is a slip."""


def _text(value: object) -> str:
    """A value in an error; numbers of thousands of digits have no decimal text."""
    try:
        text = repr(value)
    except ValueError:
        return "a number without end"
    return text if len(text) <= 60 else f"{text[:60]}..."


def _span(least: float, most: float) -> str:
    return f"{least} or more" if most == inf else f"from {least} to {most:g}"


_FLAGS = ("html", "empty", "reset", "truncate", "after_state", "body")
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(_FLAGS[:-1], bool),
    "route": str,
    "status": int,
    "code": int,
    "size": int,
    "times": int,
    "after": int,
    "delay": (int, float),
    "share": (int, float),
    "headers": dict,
}


class Faults:
    """The faults of a sandbox; the first that applies wins."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._active: list[_Countdown] = []

    def add(self, *faults: Fault) -> None:
        """Inject *faults* from now on, after those that are there."""
        self._active += [_Countdown(fault) for fault in faults]

    def clear(self) -> None:
        """Inject nothing any more."""
        self._active.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any."""
        for order in self._active:
            if fnmatchcase(f"{method} {path}", order.fault.route) and order.strikes(self._random):
                return order.fault
        return None


class _Countdown:
    """A fault, and how often it still passes and strikes."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._skip = fault.after
        self._remaining = fault.times

    def strikes(self, random: Random) -> bool:
        if self._remaining == 0:
            return False
        if self._skip > 0:
            self._skip -= 1
            return False
        if self.fault.share < 1 and random.random() >= self.fault.share:
            return False
        if self._remaining is not None:
            self._remaining -= 1
        return True


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _page(status: int, size: int) -> bytes:
    title = f"{status} {_phrase(status)}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    padding = "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    return (page + padding * -(-max(0, size - len(page)) // len(padding))).encode()
