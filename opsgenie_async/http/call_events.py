"""The events of a call for hooks and observers, built from its state."""

from __future__ import annotations

from itertools import count
from typing import Literal

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.events import Announcer, AttemptEnded, CallEnded, CallStarted, Waiting
from opsgenie_async.http.call import Call
from opsgenie_async.http.observation import sendable
from opsgenie_async.http.outcome import NoAnswer
from opsgenie_async.http.response import Response

__all__ = ["CallEvents"]

_call_ids = count(1)


class CallEvents:
    """The announcement of events of calls to *base_url*."""

    __slots__ = ("_announce", "_base_url")

    def __init__(self, announce: Announcer, base_url: str) -> None:
        self._announce = announce
        self._base_url = base_url

    def start(self, call: Call) -> None:
        """Announce the start of *call*, and add the headers of observers to it."""
        call.id = next(_call_ids)
        request = call.request
        start = CallStarted(call=request.call, call_id=call.id, domain=request.domain, base_url=self._base_url)
        self._announce.start(start)
        if start.headers:
            call.headers = sendable(start.headers)

    def wait(self, call: Call, cause: Literal["backoff", "throttle"], seconds: float) -> None:
        """Announce a wait of *seconds*: before the next attempt, or for the throttle."""
        request = call.request
        self._announce(
            Waiting(
                call=request.call,
                domain=request.domain,
                attempt=call.attempts + (cause == "backoff"),  # a throttled attempt is counted already
                cause=cause,
                seconds=seconds,
                call_id=call.id,
            )
        )

    def end_attempt(self, call: Call, outcome: Response | NoAnswer, elapsed: float) -> None:
        """Announce the outcome of an attempt that took *elapsed* seconds."""
        request = call.request
        self._announce(
            AttemptEnded(
                call=request.call,
                domain=request.domain,
                attempt=call.attempts,
                status=outcome.status,
                reason=outcome.reason if isinstance(outcome, NoAnswer) else "",
                request_id=outcome.request_id if isinstance(outcome, Response) else "",
                elapsed=elapsed,
                call_id=call.id,
            )
        )

    def end(self, call: Call, outcome: Response | BaseException | None, elapsed: float) -> None:
        """Announce the end of *call* after *elapsed* seconds."""
        known = outcome if isinstance(outcome, Response | OpsgenieError) else None
        request = call.request
        self._announce(
            CallEnded(
                call=request.call,
                domain=request.domain,
                attempts=call.attempts,
                status=known.status if known else None,
                error=type(outcome).__name__ if isinstance(outcome, BaseException) else "",
                request_id=known.request_id if known else "",
                elapsed=elapsed,
                waited=call.waited,
                call_id=call.id,
            )
        )
