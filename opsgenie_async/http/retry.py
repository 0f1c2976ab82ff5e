"""Whether a failed attempt is made again, and how long to wait before it: decides, never sleeps.

| outcome                                                               | repeatable request | other request         |
|-----------------------------------------------------------------------|--------------------|-----------------------|
| could not connect (nothing was sent)                                  | again              | again                 |
| 429                                                                   | again, by the lane | again, by the lane    |
| 503 with the API's own JSON body                                      | again              | again                 |
| 500, 502, 504, 503 of a gateway, timeout or broken off after sending  | again              | outcome unknown       |
| 501, 407 (a proxy's CONNECT too), every other 4xx                     | raised             | raised                |

429 and 503 of the API itself mean "not executed": the Response page asks for a retry of both, the first after a wait.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import attrs
import backoff

from opsgenie_async.http.error_body import ErrorBody
from opsgenie_async.http.outcome import NoAnswer
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response

__all__ = ["Fate", "RetryPolicy"]


NO_DOMAIN = ("", "none")
"""Requests that spend no rate limit: there is no lane that would make them wait after a 429."""


class Fate(enum.Enum):
    """What becomes of a call after an attempt."""

    AGAIN = "again"
    """After a backed-off wait."""
    AGAIN_BY_LANE = "again by lane"
    """When the rate-limit lane lets it through: no wait of its own."""
    OUTCOME_UNKNOWN = "outcome unknown"
    REFUSED = "refused"


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """The table above, and a waiting sequence: exponential with full jitter. Times are seconds."""

    max_attempts: int
    factor: float
    longest: float
    jitter: Callable[[float], float] = backoff.full_jitter

    def fate(self, request: Request, outcome: Response | NoAnswer, said: ErrorBody | None) -> Fate:
        """Look *outcome*, not one of success, up in the table; *said* is the body of an answer of 400 and above."""
        if isinstance(outcome, NoAnswer) and outcome.final:
            return Fate.REFUSED
        if self.unclear(outcome, said):
            return Fate.AGAIN if request.repeatable else Fate.OUTCOME_UNKNOWN
        if isinstance(outcome, NoAnswer) or outcome.status == 503:
            return Fate.AGAIN
        if outcome.status == 429:
            return Fate.AGAIN_BY_LANE if request.domain not in NO_DOMAIN else Fate.AGAIN
        return Fate.REFUSED

    def unclear(self, outcome: Response | NoAnswer, said: ErrorBody | None) -> bool:
        """Whether *outcome* leaves open if the server did what was asked."""
        if isinstance(outcome, NoAnswer):
            return outcome.sent
        if outcome.status == 503:
            return said is None or not said.from_api
        return outcome.status >= 500 and outcome.status != 501

    def waits(self) -> Iterator[float]:
        """Yield the waits before the second, third... attempt, without an end."""
        bounds = backoff.expo(factor=self.factor, max_value=self.longest)
        next(bounds)  # backoff's generators begin with a None that primes them
        for bound in bounds:
            yield self.jitter(bound)
