"""The retry policy: whether a failed attempt is retried, and after how long. It decides and never sleeps.

| outcome                                                               | repeatable request | other request         |
|-----------------------------------------------------------------------|--------------------|-----------------------|
| could not connect (nothing was sent)                                  | again              | again                 |
| 429                                                                   | when admitted      | when admitted         |
| 503 with the API's own JSON body                                      | again              | again                 |
| 500, 502, 504, 503 of a gateway, timeout or broken off after sending  | again              | outcome unknown       |
| 501, 407 (a proxy's CONNECT too), every other 4xx                     | raised             | raised                |

429 and 503 of the API itself mean "not executed": the Response page asks for a retry of both, the first after a wait.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from typing import Self

import attrs
import backoff

from opsgenie_async.config import Config
from opsgenie_async.http.error_body import ErrorBody
from opsgenie_async.http.outcome import NoAnswer
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response

__all__ = ["Decision", "RetryPolicy", "exponential_waits"]


NO_DOMAIN = ("", "none")
"""Requests that spend no rate limit: no throttle makes them wait after a 429."""


class Decision(enum.Enum):
    """The decision about a call after a failed attempt."""

    AGAIN = "again"
    """After a backed-off wait."""
    AGAIN_WHEN_ADMITTED = "again when admitted"
    """When the throttle admits it: no wait of its own."""
    OUTCOME_UNKNOWN = "outcome unknown"
    REFUSED = "refused"


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """The table above, and a waiting sequence: exponential with full jitter. Times are seconds."""

    max_attempts: int
    factor: float
    longest: float
    jitter: Callable[[float], float] = backoff.full_jitter

    @classmethod
    def of(cls, config: Config) -> Self:
        """The policy that *config* describes."""
        return cls(
            max_attempts=config.max_attempts,
            factor=config.backoff_factor,
            longest=config.backoff_max,
            jitter=config.jitter,
        )

    def decide(self, request: Request, outcome: Response | NoAnswer, error_body: ErrorBody | None) -> Decision:
        """Look up a failed *outcome* in the table; *error_body* is that of a response from 400."""
        if isinstance(outcome, NoAnswer) and outcome.final:
            return Decision.REFUSED
        if self.is_unclear(outcome, error_body):
            return Decision.AGAIN if request.repeatable else Decision.OUTCOME_UNKNOWN
        if isinstance(outcome, NoAnswer) or outcome.status == 503:
            return Decision.AGAIN
        if outcome.status == 429:
            return Decision.AGAIN_WHEN_ADMITTED if request.domain not in NO_DOMAIN else Decision.AGAIN
        return Decision.REFUSED

    def is_unclear(self, outcome: Response | NoAnswer, error_body: ErrorBody | None) -> bool:
        """Whether *outcome* leaves it unknown whether the server processed the request."""
        if isinstance(outcome, NoAnswer):
            return outcome.may_have_arrived
        if outcome.status == 503:
            return error_body is None or not error_body.from_api
        return outcome.status >= 500 and outcome.status != 501

    def waits(self) -> Iterator[float]:
        """The waits before the second, third... attempt, endlessly."""
        return exponential_waits(self.factor, self.longest, self.jitter)


def exponential_waits(first: float, longest: float, jitter: Callable[[float], float] | None = None) -> Iterator[float]:
    """Yield doubling waits, endlessly.

    Args:
        first: Seconds of the first wait.
        longest: Seconds of the longest wait.
        jitter: Computes each wait from its bound; by default the bound itself.
    """
    bounds = backoff.expo(factor=first, max_value=longest)
    next(bounds)  # backoff's generators begin with a None that primes them
    for bound in bounds:
        yield bound if jitter is None else jitter(bound)
