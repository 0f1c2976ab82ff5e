"""Endpoints that the account's plan does not include (402), or that the vendor has withdrawn (410)."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http.route_patterns import check_pattern, matches

__all__ = ["Entitlements"]


class Entitlements:
    """The refused endpoints, for all keys."""

    def __init__(self) -> None:
        self._denied: list[str] = []
        self._withdrawn: list[str] = []
        self._forbidden: list[str] = []
        self.read_only = False

    def deny(self, resource: str) -> None:
        """Refuse with 402 every path whose first segment after the version starts with *resource* (`incident`)."""
        self._denied.append(resource)

    def withdraw(self, route: str) -> None:
        """Refuse with 410 requests that match *route*, a shell pattern for `METHOD /path`."""
        check_pattern("route", route)
        self._withdrawn.append(route)

    def forbid(self, route: str) -> None:
        """Refuse with 403 requests that match *route*, a shell pattern for `METHOD /path`."""
        check_pattern("route", route)
        self._forbidden.append(route)

    def check(self, method: str, path: str) -> None:
        """Refuse denied and withdrawn operations and, in an archive, all writes."""
        if self.read_only and method not in ("GET", "HEAD"):
            raise Refusal(403, "This is an archive, which can be read and not changed", code=40301)
        if self._denied and path.strip("/").partition("/")[2].startswith(tuple(self._denied)):
            raise Refusal(402, "Your plan does not allow this action")
        if any(matches(pattern, method, path) for pattern in self._withdrawn):
            raise Refusal(410, "This feature is deprecated")
        if any(matches(pattern, method, path) for pattern in self._forbidden):
            raise Refusal(403, "You are not authorized to access this entity", code=40301)
