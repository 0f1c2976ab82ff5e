"""Injected failures: which requests fail, how, how often, and before or after they take effect."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from http import HTTPStatus
from math import inf
from random import Random
from typing import Any

from opsgenie_async.sandbox.http.limits import MESSAGE
from opsgenie_async.sandbox.http.responses import Response
from opsgenie_async.sandbox.http.route_patterns import check_pattern, matches

__all__ = ["Fault", "Faults"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A failure to inject.

    `status`, `body`, `html`, `empty` and `size` replace the response, `reset` drops it; otherwise it is the usual one,
    changed by `delay`, `headers` and `truncate`.

    Raises:
        ValueError: A field has an invalid value; the message names it.
    """

    route: str = "*"
    """The requests to match: a shell pattern for `METHOD /path`, percent-encoded and without the query."""
    status: int | None = None
    code: int | None = None
    """The API's code in a 403: 40301 or 40302."""
    body: Any = None
    """A JSON value or a str to replace the API's error body."""
    html: bool = False
    """A gateway's HTML page; 502 by default."""
    empty: bool = False
    """No body; 504 by default."""
    reset: bool = False
    """Reset the connection instead of responding."""
    truncate: bool = False
    """Send half of the announced body and close the connection; on its own, the request takes effect."""
    delay: float = 0.0
    """Real seconds to wait, before the request takes effect, or after it with `after_state`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    """Pad the body to this many bytes."""
    share: float = 1.0
    """The fraction of matching requests that fail, by the sandbox's random seed."""
    times: int | None = None
    """The maximum number of failures; None for no limit."""
    after: int = 0
    """The number of matching requests that pass first."""
    after_state: bool = False
    """Fail after the request takes effect: the client cannot know that it did."""

    def __post_init__(self) -> None:
        check_pattern("route", self.route)
        for name, kind in _TYPES.items():
            value = getattr(self, name)
            if not (value is None and name in _OPTIONAL) and not _is_of(kind, name, value):
                raise ValueError(f"{name}: {_text(value)} does not fit")
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
        """Whether the response comes from the fault, not from the endpoint."""
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
        """Read a fault from JSON, with the same field names.

        Args:
            document: A decoded JSON object.
            name: Its name in error messages.

        Raises:
            ValueError: A field is unknown or has an invalid value; the message names it.
        """
        if not isinstance(document, dict):
            raise ValueError(f"{name}: should be an object")
        by_name = {each.name: each for each in fields(cls)}
        for key, value in document.items():
            if key not in by_name:
                raise ValueError(f"{name}.{key}: no such field; there are {', '.join(by_name)}")
            if not _is_of(_TYPES.get(key, object), key, value):
                raise ValueError(f"{name}.{key}: {_text(value)} does not fit")
        try:
            return cls(**document)
        except ValueError as error:
            raise ValueError(f"{name}.{error}") from None


def _is_of(kind: type | tuple[type, ...], name: str, value: object) -> bool:
    return isinstance(value, kind) and not (isinstance(value, bool) and name not in _FLAGS)


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LARGEST = 2**30
"""Bytes of a padded body."""
_LONGEST = 86_400.0
"""Seconds: a delay beyond a day is a slip."""


def _text(value: object) -> str:
    """A value for an error message; Python refuses to print numbers of thousands of digits."""
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
    "headers": Mapping,
}
_OPTIONAL = ("status", "code", "times")


class Faults:
    """The faults of a sandbox; the first that applies wins."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._active: list[_Countdown] = []

    def add(self, *faults: Fault) -> None:
        """Inject *faults*, after the existing ones."""
        self._active += [_Countdown(fault) for fault in faults]

    def clear(self) -> None:
        """Remove all faults."""
        self._active.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any."""
        for order in self._active:
            if matches(order.fault.route, method, path) and order.strikes(self._random):
                return order.fault
        return None


class _Countdown:
    """A fault, and how many requests it still skips and affects."""

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
