"""What a test looks at afterwards: what came in, and what has become of it."""

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
        """The alerts as they stand, the oldest first; what was accepted and is due counts as done."""
        self._processing.catch_up()
        return [*self.account.alerts.documents()]

    @property
    def incidents(self) -> list[Doc]:
        """The incidents as they stand, the oldest first; what was accepted and is due counts as done."""
        self._processing.catch_up()
        return [*self.account.incidents.documents()]

    @property
    def dx_incidents(self) -> list[Doc]:
        """The incidents that DX was told of, as they stand after all upserts, the first one told first."""
        return deepcopy([*self.account.dx_incidents.values()])

    @property
    def requests(self) -> int:
        """How many requests came in, refused ones and faults included."""
        return self._counters.requests

    @property
    def received(self) -> list[Received]:
        """The last requests (at most ten thousand), oldest first."""
        return [*self._counters.received]

    def requests_to(self, route: str) -> list[Received]:
        """Those of `received` that match *route*, a shell pattern over `METHOD /path` as faults have it."""
        return [each for each in self._counters.received if fnmatchcase(f"{each.method} {each.path}", route)]
