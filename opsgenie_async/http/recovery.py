"""The steps after a failed attempt: the wait before the next one, or the error of the call."""

from __future__ import annotations

from collections.abc import Callable

from opsgenie_async.config import Config
from opsgenie_async.http.call import Call
from opsgenie_async.http.call_errors import attempt_error
from opsgenie_async.http.call_events import CallEvents
from opsgenie_async.http.outcome import NoAnswer, parse_error, retry_after
from opsgenie_async.http.response import Response
from opsgenie_async.http.retry import Decision, RetryPolicy

__all__ = ["Recovery"]


class Recovery:
    """The application of the retry policy to the calls of one transport."""

    def __init__(self, config: Config, redact: Callable[[str], str], events: CallEvents) -> None:
        self._policy = RetryPolicy.of(config)
        self._max_wait = config.max_wait
        self._clock = config.clock
        self._redact = redact
        self._events = events

    async def prepare_next(self, call: Call, outcome: Response | NoAnswer) -> None:
        """Return when the call may be attempted again.

        Args:
            call: The call with the failed attempt.
            outcome: The outcome of that attempt.

        Raises:
            OpsgenieError: The outcome is final, or there is no time left for another attempt.
        """
        error_body = parse_error(outcome)
        decision = self._policy.decide(call.request, outcome, error_body)
        unknown = decision is Decision.OUTCOME_UNKNOWN
        call.last = attempt_error(
            call, outcome, error_body, unknown=unknown, redact=self._redact, now=self._clock.utc()
        )
        if unknown or decision is Decision.REFUSED or call.attempts >= self._policy.max_attempts:
            raise call.last
        call.maybe_done |= self._policy.is_unclear(outcome, error_body)
        if decision is Decision.AGAIN:
            minimum = retry_after(outcome, self._clock.utc()) or 0.0
            call.waits = call.waits or self._policy.waits()
            await self._back_off(call, max(next(call.waits), minimum))

    async def _back_off(self, call: Call, wait: float) -> None:
        now = self._clock.now()
        if call.last is not None and (wait > self._max_wait or now + wait > call.deadline):
            raise call.last
        call.waited += wait
        self._events.wait(call, "backoff", wait)
        await self._clock.sleep_until(now + wait)
