"""Writes that are accepted first and processed later, in order, and their request status."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.clock import Clock
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc

__all__ = ["Processing"]

Effect = Callable[[], Doc]
"""Does the work and returns the request's status: `action`, `isSuccess`, `status`, and the ids of what it touched."""


class Processing:
    """A queue of accepted writes, processed by the sandbox's clock at the next request."""

    def __init__(self, clock: Clock, integration_id: str) -> None:
        self.delay = 0.0
        self._clock = clock
        self.integration_id = integration_id
        self._waiting: deque[tuple[float, str, str, Effect]] = deque()
        self._pending: set[tuple[str, str]] = set()
        self._results: dict[tuple[str, str], Doc] = {}

    def submit(self, family: str, request_id: str, effect: Effect) -> None:
        """Run *effect* after `delay` seconds; immediately without a delay."""
        self._waiting.append((self._clock.now() + self.delay, family, request_id, effect))
        self._pending.add((family, request_id))
        self.catch_up()

    def catch_up(self) -> None:
        """Process everything that is due, in the order of acceptance."""
        now = self._clock.now()
        while self._waiting and self._waiting[0][0] <= now:
            _, family, request_id, effect = self._waiting.popleft()
            status = effect()
            self._pending.discard((family, request_id))
            self._results[family, request_id] = {
                "success": status["isSuccess"],
                **status,
                "processedAt": dates.trim(self._clock.utc()),
                "integrationId": self.integration_id,
            }

    def status(self, family: str, request_id: str) -> Doc:
        """The status of the request; 404 while it waits, with another `X-Opsgenie-Errortype` than an unknown one."""
        self.catch_up()
        if (result := self._results.get((family, request_id))) is not None:
            return result
        if (family, request_id) in self._pending:
            headers = {"X-Opsgenie-Errortype": "RequestNotProcessed"}
            raise Refusal(404, "Request not found. It might not be processed, yet.", headers=headers)
        raise Refusal(404, f"Request [{request_id}] does not exist")
