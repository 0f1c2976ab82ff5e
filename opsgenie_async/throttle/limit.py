"""A known rate limit: at most so many requests in so many seconds."""

from __future__ import annotations

import attrs

from opsgenie_async.errors import ArgumentValueError

__all__ = ["Limit"]


MOST_CALLS = 10**9
SHORTEST, LONGEST = 0.001, 31_536_000.0
"""Seconds; beyond these there is a slip of the pen, or arithmetic that comes to nothing."""


def _check_count(_limit: Limit, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or not 1 <= value <= MOST_CALLS:
        raise ArgumentValueError(
            f"{attribute.name} must be a whole number of at least 1 and at most {MOST_CALLS}, not {value!r}"
        )


def _check_period(_limit: Limit, attribute: attrs.Attribute[float], value: float) -> None:
    if not SHORTEST <= value <= LONGEST:
        raise ArgumentValueError(f"{attribute.name} must be {SHORTEST} to {LONGEST} seconds, not {value!r}")


@attrs.frozen
class Limit:
    """At most *count* requests per *period* seconds."""

    count: int = attrs.field(validator=_check_count)
    period: float = attrs.field(validator=_check_period)

    @property
    def rate(self) -> float:
        """Requests per second in the long run."""
        return self.count / self.period
