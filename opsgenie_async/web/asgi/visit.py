"""A request of ASGI: its route, headers and client, whatever framework is behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.web.asgi.protocol import Scope

__all__ = ["ASGIVisit", "headers_of", "local_path", "route_of"]

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


class HasClient(Protocol):
    """A plug-in, whose client there is only while the application runs."""

    @property
    def client(self) -> Opsgenie: ...


@attrs.frozen
class ASGIVisit:
    """A request or web socket, after the application has seen it.

    Attributes:
        plugin: Has the client to send by.
        scope: The scope, with what the framework has added to it.
        root: The root path at the door, before any mount of the framework added to it.
        find_route: Finds the pattern of the route.
    """

    plugin: HasClient
    scope: Scope
    root: str
    find_route: Callable[[Scope, str], str]

    @property
    def client(self) -> Opsgenie:
        return self.plugin.client

    @property
    def method(self) -> str:
        return "WEBSOCKET" if self.scope["type"] == "websocket" else str(self.scope["method"])

    @property
    def route(self) -> str:
        return self.find_route(self.scope, self.root)

    @property
    def name(self) -> str:
        return str(getattr(self.scope.get("route"), "name", None) or "")

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def remote(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def headers(self) -> Mapping[str, str]:
        return headers_of(self.scope)


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers by their lower-case names; several values of one are joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope.get("headers") or ():
        name, value = bytes(raw_name).decode("latin-1").lower(), bytes(raw_value).decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def local_path(scope: Scope, root: str) -> str:
    """Return the path below *root*: servers differ in whether `path` has the root path in it."""
    path = str(scope["path"])
    return path[len(root) :] if root and path.startswith(root.rstrip("/") + "/") else path


def route_of(scope: Scope, root: str) -> str:
    """Return the pattern of the route, as in "/orders/{id}"; "" where none is known.

    Starlette and FastAPI give the route that was matched last, which lacks the prefix of mounts and of routers that are
    included; what stands before it in the path is the prefix, with the values of parameters. Litestar gives the whole.
    """
    template = scope.get("path_template")
    if isinstance(template, str):
        return template
    path, parameters = local_path(scope, root), scope.get("path_params") or {}
    route = scope.get("route")
    if route is None and "endpoint" in scope:  # Starlette before 1.0 gives only the endpoint
        route = _search(getattr(scope.get("router"), "routes", ()), scope["endpoint"])
    pattern = getattr(route, "path_format", None) or getattr(route, "path", None)
    if hasattr(route, "routes") or not isinstance(pattern, str):  # a mount at the most: below it no route matched
        mount = str(scope.get("root_path", ""))[len(root) :]
        return _with_parameters(mount, parameters)
    names = PARAMETER.findall(pattern)
    length = pattern.count("/") + sum(str(parameters.get(name, "")).count("/") for name in names)
    segments = path.split("/")
    prefix = "/".join(segments[: max(0, len(segments) - length)])
    return _with_parameters(prefix, {key: value for key, value in parameters.items() if key not in names}) + pattern


def _search(routes: Iterable[Any], endpoint: object) -> Any:
    """Find the route of *endpoint* among *routes*, and among those of their mounts."""
    for route in routes:
        if getattr(route, "endpoint", None) is endpoint:
            return route
        if inner := _search(getattr(route, "routes", None) or (), endpoint):
            return inner
    return None


def _with_parameters(path: str, parameters: Mapping[str, Any]) -> str:
    """Replace the values of *parameters* in *path* by their names, from the left to the right."""
    prefix, rest = "", path
    for name, value in parameters.items():
        before, separator, after = f"{rest}/".partition(f"/{value}/")
        if separator:
            prefix, rest = f"{prefix}{before}/{{{name}}}", f"/{after}".removesuffix("/")
    return prefix + rest
