"""The table of endpoints: a tree of path segments, so that an encoded slash inside a name never splits it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from opsgenie_async.sandbox.http.responses import Answer, Dialect, Refusal

if TYPE_CHECKING:
    from opsgenie_async.sandbox.http.context import Call

__all__ = [
    "ALERT",
    "CONFIGURATION",
    "FORM",
    "HEARTBEAT",
    "INCIDENT",
    "INTEGRATION_CONFIGURATION",
    "JSON",
    "SCHEDULE_ONCALLS",
    "SEARCH",
    "Handler",
    "Right",
    "Route",
    "Router",
    "Routes",
]

ALERT = "alert"
SEARCH = "search"
HEARTBEAT = "heartbeat"
INCIDENT = "incident"
SCHEDULE_ONCALLS = "schedule-oncalls"
INTEGRATION_CONFIGURATION = "integration-configuration"
CONFIGURATION = "configuration"

JSON = frozenset({"application/json"})
FORM = frozenset({"multipart/form-data"})

Handler = Callable[["Call"], Answer]


class Right(Enum):
    """What a key must be allowed to do."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


_RIGHT_OF = {"GET": Right.READ, "DELETE": Right.DELETE}


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: how it is reached, what it spends, what a key needs for it, and who answers."""

    method: str
    path: str
    handler: Handler
    domain: str | None
    right: Right
    configuration: bool
    dialect: Dialect
    media: frozenset[str]
    answers: frozenset[str]
    names: tuple[str, ...]


class Routes:
    """The endpoints of one API page, collected by decorators."""

    def __init__(self, *, domain: str | None = CONFIGURATION, dialect: Dialect = Dialect.V2) -> None:
        self.domain = domain
        self.dialect = dialect
        self.collected: list[Route] = []

    def on(
        self,
        method: str,
        path: str,
        *,
        domain: str | None = None,
        right: Right | None = None,
        configuration: bool | None = None,
        media: frozenset[str] = JSON,
        answers: frozenset[str] = JSON,
    ) -> Callable[[Handler], Handler]:
        """Answer *method* on *path* (`/v2/teams/{team}`) with the decorated function.

        What is not said follows from the rest: the right from the method, the rate domain from the page, and
        configuration access is needed for whatever spends one of the two configuration domains. *media* is what a body
        may be declared as, *answers* what an `Accept` header may ask for besides JSON (`text/calendar`).
        """
        spent = domain or self.domain
        needs = spent in (CONFIGURATION, INTEGRATION_CONFIGURATION) if configuration is None else configuration
        names = tuple(part[1 : part.index("}")] for part in path.split("/") if part.startswith("{"))

        def register(handler: Handler) -> Handler:
            allowed = right or _RIGHT_OF.get(method, Right.WRITE)
            route = Route(method, path, handler, spent, allowed, needs, self.dialect, media, answers, names)
            self.collected.append(route)
            return handler

        return register


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    suffixed: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """Finds the route of a raw path; fixed segments win over placeholders."""

    def __init__(self, pages: Iterable[Routes]) -> None:
        self._root = _Node()
        for page in pages:
            for route in page.collected:
                self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for part in route.path.strip("/").split("/"):
            if not part.startswith("{"):
                node = node.fixed.setdefault(part, _Node())
            elif part.endswith("}"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.suffixed.setdefault(part[part.index("}") + 1 :], _Node())
        if route.method in node.methods:
            raise ValueError(f"{route.method} {route.path} is there twice")
        node.methods[route.method] = route

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """The route and its decoded placeholders, else a 404 or 405 refusal."""
        path = raw_path.strip("/")
        parts = [unquote(part) if "%" in part else part for part in path.split("/")]
        values: list[str] = []
        node = _walk(self._root, parts, 0, values)
        if node is None:
            raise Refusal(404, "No handler found for this path")
        route = node.methods.get(method)
        if route is None:
            allow = ", ".join(sorted(node.methods))
            raise Refusal(405, f"Method {method} is not supported here", headers={"Allow": allow})
        return route, dict(zip(route.names, values, strict=True))


def _walk(node: _Node, parts: list[str], depth: int, values: list[str]) -> _Node | None:
    if depth == len(parts):
        return node if node.methods else None
    part = parts[depth]
    fixed = node.fixed.get(part)
    if fixed is not None:
        found = _walk(fixed, parts, depth + 1, values)
        if found is not None:
            return found
    if not part:
        return None
    for suffix, below in node.suffixed.items():
        if part.endswith(suffix) and len(part) > len(suffix):
            values.append(part.removesuffix(suffix))
            found = _walk(below, parts, depth + 1, values)
            if found is not None:
                return found
            values.pop()
    if node.any is not None:
        values.append(part)
        found = _walk(node.any, parts, depth + 1, values)
        if found is not None:
            return found
        values.pop()
    return None
