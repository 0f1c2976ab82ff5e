"""Inspection for tests: the received requests, and the current state of the account."""

from __future__ import annotations

from copy import deepcopy

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.http.processing import Processing
from opsgenie_async.sandbox.http.recorder import Counters, RecordedRequest
from opsgenie_async.sandbox.http.route_patterns import check_pattern, matches

__all__ = ["Inspection"]


class Inspection:
    """Copies of the account's entities, as in the API's responses: changing one has no effect."""

    account: Account
    _counters: Counters
    _processing: Processing

    @property
    def alerts(self) -> list[Doc]:
        """The current alerts, oldest first; accepted writes that are due have been processed."""
        self._processing.catch_up()
        return [*self.account.alerts.documents()]

    @property
    def incidents(self) -> list[Doc]:
        """The current incidents, oldest first; accepted writes that are due have been processed."""
        self._processing.catch_up()
        return [*self.account.incidents.documents()]

    @property
    def dx_incidents(self) -> list[Doc]:
        """The DX incidents after all upserts, in the order of their first one."""
        return deepcopy([*self.account.dx_incidents.values()])

    @property
    def requests(self) -> int:
        """The number of requests, including refused ones and faults."""
        return self._counters.requests

    @property
    def received(self) -> list[RecordedRequest]:
        """The last requests (at most ten thousand), oldest first."""
        return [*self._counters.received]

    def requests_to(self, route: str) -> list[RecordedRequest]:
        """Return the requests of `received` that match a route.

        Args:
            route: A shell pattern for `METHOD /path`.

        Raises:
            ValueError: No request can match it.
        """
        check_pattern("route", route)
        return [each for each in self._counters.received if matches(route, each.method, each.path)]
