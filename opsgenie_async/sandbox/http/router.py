"""The router: a tree of path segments, so that an encoded slash in a name does not split it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import CONFIGURATION, INTEGRATION_CONFIGURATION
from opsgenie_async.sandbox.http.responses import Dialect, Response
from opsgenie_async.sandbox.http.route import JSON, Right, Route

__all__ = ["Endpoint", "Handler", "Router", "Routes"]

Handler = Callable[[Call], Response]

_RIGHT_OF = {"GET": Right.READ, "DELETE": Right.DELETE}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route and the function that answers it."""

    route: Route
    handler: Handler


class Routes:
    """The endpoints of one API page, collected by decorators."""

    def __init__(self, *, domain: str | None = CONFIGURATION, dialect: Dialect = Dialect.V2) -> None:
        self.domain = domain
        self.dialect = dialect
        self.endpoints: list[Endpoint] = []

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
        """Register the decorated function for *method* on *path* (`/v2/teams/{team}`).

        Args:
            method: The HTTP method.
            path: The path with placeholders; the last one can have a fixed suffix (`{name}.ics`).
            domain: The rate limit domain; by default that of the page.
            right: The permission that a key needs; by default that of the method.
            configuration: Whether a key needs configuration access; by default with one of the two configuration
                domains.
            media: The accepted content types of a body.
            answers: The content types that `Accept` may request besides JSON (`text/calendar`).
        """
        rate_domain = domain or self.domain
        needs = rate_domain in (CONFIGURATION, INTEGRATION_CONFIGURATION) if configuration is None else configuration
        names = tuple(part[1 : part.index("}")] for part in path.split("/") if part.startswith("{"))

        def register(handler: Handler) -> Handler:
            allowed = right or _RIGHT_OF.get(method, Right.WRITE)
            route = Route(method, path, rate_domain, allowed, needs, self.dialect, media, answers, names)
            self.endpoints.append(Endpoint(route, handler))
            return handler

        return register


@dataclass(slots=True)
class _Node:
    by_name: dict[str, _Node] = field(default_factory=dict)
    by_suffix: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    methods: dict[str, Endpoint] = field(default_factory=dict)


class Router:
    """A lookup of endpoints by raw path; fixed segments win over placeholders."""

    def __init__(self, pages: Iterable[Routes]) -> None:
        self._root = _Node()
        for page in pages:
            for endpoint in page.endpoints:
                self._add(endpoint)

    def _add(self, endpoint: Endpoint) -> None:
        node, route = self._root, endpoint.route
        for part in route.path.strip("/").split("/"):
            if not part.startswith("{"):
                node = node.by_name.setdefault(part, _Node())
            elif part.endswith("}"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.by_suffix.setdefault(part[part.index("}") + 1 :], _Node())
        if route.method in node.methods:
            raise ValueError(f"{route.method} {route.path} is there twice")
        node.methods[route.method] = endpoint

    def find(self, method: str, raw_path: str) -> tuple[Endpoint, dict[str, str]]:
        """The endpoint and its decoded placeholders, otherwise a 404 or 405."""
        path = raw_path.strip("/")
        parts = [unquote(part) if "%" in part else part for part in path.split("/")]
        values: list[str] = []
        node = _walk(self._root, parts, 0, values)
        if node is None:
            raise Refusal(404, "No handler found for this path")
        endpoint = node.methods.get(method)
        if endpoint is None:
            allow = ", ".join(sorted(node.methods))
            raise Refusal(405, f"Method {method} is not supported here", headers={"Allow": allow})
        return endpoint, dict(zip(endpoint.route.names, values, strict=True))


def _walk(node: _Node, parts: list[str], depth: int, values: list[str]) -> _Node | None:
    if depth == len(parts):
        return node if node.methods else None
    part = parts[depth]
    child = node.by_name.get(part)
    if child is not None:
        match = _walk(child, parts, depth + 1, values)
        if match is not None:
            return match
    if not part:
        return None
    for suffix, below in node.by_suffix.items():
        if part.endswith(suffix) and len(part) > len(suffix):
            values.append(part.removesuffix(suffix))
            match = _walk(below, parts, depth + 1, values)
            if match is not None:
                return match
            values.pop()
    if node.any is not None:
        values.append(part)
        match = _walk(node.any, parts, depth + 1, values)
        if match is not None:
            return match
        values.pop()
    return None
