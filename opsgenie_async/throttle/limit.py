"""A limit that the user knows: at most so many requests in so many seconds."""

from __future__ import annotations

import math

import attrs

__all__ = ["Limit"]


def _countable(_limit: Limit, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name} must be a whole number of at least 1, not {value!r}")


def _lasting(_limit: Limit, attribute: attrs.Attribute[float], value: float) -> None:
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{attribute.name} must be a positive number of seconds, not {value!r}")


@attrs.frozen
class Limit:
    """At most *count* requests per *period* seconds."""

    count: int = attrs.field(validator=_countable)
    period: float = attrs.field(validator=_lasting)

    @property
    def rate(self) -> float:
        """Requests per second in the long run."""
        return self.count / self.period
