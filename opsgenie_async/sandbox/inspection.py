"""Inspection for tests: the requests received, and the present state of the account."""

from __future__ import annotations

from copy import deepcopy
from fnmatch import fnmatchcase

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.http.processing import Processing
from opsgenie_async.sandbox.http.recorder import Counters, Received

__all__ = ["Inspection"]


class Inspection:
    """Copies of documents, in the words of the API's answers: changing one changes nothing."""

    account: Account
    _counters: Counters
    _processing: Processing

    @property
    def alerts(self) -> list[Doc]:
        """The alerts as they are, oldest first; accepted writes that are due have been done."""
        self._processing.catch_up()
        return [*self.account.alerts.documents()]

    @property
    def incidents(self) -> list[Doc]:
        """The incidents as they are, oldest first; accepted writes that are due have been done."""
        self._processing.catch_up()
        return [*self.account.incidents.documents()]

    @property
    def dx_incidents(self) -> list[Doc]:
        """The DX incidents as they are after all upserts, in the order of their first one."""
        return deepcopy([*self.account.dx_incidents.values()])

    @property
    def requests(self) -> int:
        """The number of requests, refused ones and faults included."""
        return self._counters.requests

    @property
    def received(self) -> list[Received]:
        """The last requests (at most ten thousand), oldest first."""
        return [*self._counters.received]

    def requests_to(self, route: str) -> list[Received]:
        """Return the requests of `received` that match a route.

        Args:
            route: A shell pattern over `METHOD /path`.
        """
        return [each for each in self._counters.received if fnmatchcase(f"{each.method} {each.path}", route)]
