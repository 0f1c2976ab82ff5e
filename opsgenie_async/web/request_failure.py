"""What went wrong with a request, as a value, and what an alert says of it: pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b
from traceback import walk_tb
from types import MappingProxyType, TracebackType
from typing import Final, Literal, TypeAlias, TypedDict

import attrs

from opsgenie_async.models import EscalationRef, Priority, ScheduleRef, TeamRef, UserRef
from opsgenie_async.web.headers import redacted

__all__ = [
    "FIELDS",
    "AlertFields",
    "Field",
    "Fingerprint",
    "Kind",
    "RequestFailure",
    "alert_of",
    "alias_of",
    "cut",
    "fingerprint",
    "name_of",
    "place_of",
    "redacted",
    "text_of",
    "trace_of",
]

LONGEST_ALIAS = 512
LONGEST_MESSAGE = 130
LONGEST_DESCRIPTION = 15_000
LONGEST_DETAIL = 1_000
LONGEST_DETAILS = 8_000
"""Characters, by the Alert API page."""
MOST_FRAMES = 30

Kind: TypeAlias = Literal["exception", "status", "slow"]

Field: TypeAlias = Literal["method", "route", "path", "status", "seconds", "error", "traceback", "remote", "headers"]
FIELDS: Final[frozenset[Field]] = frozenset({"method", "route", "status", "seconds", "error", "traceback", "headers"})
"""What an alert tells unless it is said otherwise. A path can hold what a route does not: names, tokens."""


@attrs.frozen(kw_only=True)
class RequestFailure:
    """A request that did not go well.

    kind: an exception that nobody handled, a status that was asked to be told, or a slow answer.
    service: the name that `alert_on_errors` was given.
    method, route: as in "GET" and "/orders/{id}"; the route is "" where none matched. path: as it was asked for,
        without the query.
    status: of the answer, 500 for an exception. seconds: until the handler was done.
    error: the class of the exception, with its module unless it is a builtin; error_text: what it says.
    trace: the way to the exception, outermost first, as "orders.py:17 in show".
    remote: who asked. headers: of the request, redacted but for those that may be told.
    """

    kind: Kind
    service: str
    method: str
    route: str
    path: str
    status: int
    seconds: float
    error: str = ""
    error_text: str = ""
    trace: Sequence[str] = ()
    remote: str = ""
    headers: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}))

    @property
    def outline(self) -> RequestFailure:
        """The same trouble without all that may be long, for those that keep it."""
        return attrs.evolve(self, error_text="", trace=(), headers=MappingProxyType({}))

    @property
    def place(self) -> str:
        """Method and route, or what there is of them."""
        return place_of(self.method, self.route)

    @property
    def what(self) -> str:
        """What is wrong, in a word or two that do not change from one occurrence to the next."""
        if self.kind == "exception":
            return self.error
        return "slow" if self.kind == "slow" else str(self.status)


Fingerprint: TypeAlias = Callable[[RequestFailure], str]
"""Two troubles with the same one are the same alert, whose alias it is."""


class AlertFields(TypedDict, total=False):
    """What an alert can say, as `og.alerts.create` takes it."""

    message: str
    description: str
    responders: Sequence[UserRef | TeamRef | EscalationRef | ScheduleRef]
    visible_to: Sequence[UserRef | TeamRef]
    actions: Sequence[str]
    tags: Sequence[str]
    details: Mapping[str, str]
    entity: str
    source: str
    priority: Priority | str
    user: str
    note: str


def fingerprint(trouble: RequestFailure) -> str:
    """Service, method, route, and the class of the error, the status, or "slow"."""
    return f"{trouble.service}: {trouble.place}: {trouble.what}"


def place_of(method: str, route: str) -> str:
    """Where it happened, for people: "GET /orders/{id}"."""
    return f"{method} {route or '(no route)'}"


def name_of(error: BaseException | None) -> str:
    """The class of *error*, as "orders.OutOfStock" or "ValueError"; "" for none."""
    if error is None:
        return ""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def alias_of(print_: str) -> str:
    """A fingerprint as the API takes an alias; a long one is cut and told apart by a digest."""
    if len(print_) <= LONGEST_ALIAS:
        return print_
    digest = blake2b(print_.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{print_[: LONGEST_ALIAS - len(digest) - 1]} {digest}"


def text_of(error: BaseException | None) -> str:
    """What *error* says, no longer than an alert may be; "" for none, and for one that cannot say it."""
    if error is None:
        return ""
    try:
        return cut(str(error), LONGEST_DESCRIPTION)
    except Exception:  # noqa: BLE001  # the trouble is worth its alert whatever is wrong with its words
        return ""


def trace_of(traceback: TracebackType | None) -> list[str]:
    """The innermost frames; without source lines, which would have to be read from the disk."""
    frames = deque(walk_tb(traceback), MOST_FRAMES)
    return [f"{frame.f_code.co_filename}:{number} in {frame.f_code.co_name}" for frame, number in frames]


def alert_of(trouble: RequestFailure, fields: Collection[str]) -> AlertFields:
    """The alert for *trouble*, telling *fields* of it, cut to what the API takes."""
    says = trouble.error_text if "error" in fields else ""
    title = f"{trouble.place}: {_headline(trouble)}" + (f": {says}" if says else "")
    alert = AlertFields(
        message=cut(" ".join(title.split()), LONGEST_MESSAGE),
        source=trouble.service,
        entity=trouble.place,
        details=_details(trouble, fields),
    )
    if "traceback" in fields and trouble.trace:
        ending = f"{trouble.error}: {says}" if says else trouble.error
        alert["description"] = cut("\n".join([*trouble.trace, ending]), LONGEST_DESCRIPTION)
    return alert


def _headline(trouble: RequestFailure) -> str:
    return f"slow, {trouble.seconds:.1f} s" if trouble.kind == "slow" else trouble.what


def _details(trouble: RequestFailure, fields: Collection[str]) -> dict[str, str]:
    known = {
        "method": trouble.method,
        "route": trouble.route,
        "path": trouble.path,
        "status": str(trouble.status),
        "seconds": f"{trouble.seconds:.3f}",
        "error": trouble.error,
        "remote": trouble.remote,
    }
    told = {name: text for name, text in known.items() if name in fields and text}
    if "headers" in fields:
        told |= {f"header {name}": value for name, value in trouble.headers.items()}
    left = LONGEST_DETAILS
    details: dict[str, str] = {}
    for name, text in told.items():
        value = cut(text, LONGEST_DETAIL)
        left -= len(name) + len(value)
        if left < 0:
            break
        details[name] = value
    return details


def cut(text: str, longest: int) -> str:
    """The beginning of *text*, with a sign where something is left out."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
