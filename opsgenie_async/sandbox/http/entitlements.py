"""What the account's plan does not include (402) and what the vendor has withdrawn (410)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from opsgenie_async.sandbox.account.refusal import Refusal

__all__ = ["Entitlements"]


class Entitlements:
    """Endpoints that exist and still refuse everybody."""

    def __init__(self) -> None:
        self._denied: list[str] = []
        self._withdrawn: list[str] = []
        self._forbidden: list[str] = []
        self.read_only = False

    def deny(self, resource: str) -> None:
        """Answer 402 to every path whose first word after the version starts with *resource* (`incident`)."""
        self._denied.append(resource)

    def withdraw(self, route: str) -> None:
        """Answer 410 to requests that match *route*, a shell pattern over `METHOD /path`."""
        self._withdrawn.append(route)

    def forbid(self, route: str) -> None:
        """Answer 403 to requests that match *route*, a shell pattern over `METHOD /path`."""
        self._forbidden.append(route)

    def check(self, method: str, path: str) -> None:
        """Refuse operations that are denied or withdrawn and, in an archive, all writes."""
        if self.read_only and method not in ("GET", "HEAD"):
            raise Refusal(403, "This is an archive, which can be read and not changed", code=40301)
        if self._denied and path.strip("/").partition("/")[2].startswith(tuple(self._denied)):
            raise Refusal(402, "Your plan does not allow this action")
        if any(fnmatchcase(f"{method} {path}", pattern) for pattern in self._withdrawn):
            raise Refusal(410, "This feature is deprecated")
        if any(fnmatchcase(f"{method} {path}", pattern) for pattern in self._forbidden):
            raise Refusal(403, "You are not authorized to access this entity", code=40301)
