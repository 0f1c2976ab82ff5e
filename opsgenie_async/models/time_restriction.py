"""When something applies: the same hours every day, or intervals of the week (routing rules, rotations, policies).

Hours and minutes are in the time zone of the rule or schedule with the restriction.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.models.base import Model, Tagged, Unknown
from opsgenie_async.models.common import Day

__all__ = ["DayInterval", "TimeOfDay", "TimeRestriction", "WeekInterval", "WeekdayAndTimeOfDay"]

HOURS = range(25)
"""24 is the end of the day: the Go SDK accepts it."""
MINUTES = range(60)


def _check_clock(interval: DayInterval | WeekInterval) -> None:
    for name, allowed in (("hour", HOURS), ("min", MINUTES)):
        for side in ("start", "end"):
            value = getattr(interval, f"{side}_{name}")
            if value not in allowed or isinstance(value, bool):
                raise ArgumentValueError(f"{side}_{name}: {value!r} is not a whole number from 0 to {allowed[-1]}")


@attrs.define(kw_only=True)
class DayInterval(Model):
    """An interval of every day; it ends on the next day if the end is not after the start."""

    start_hour: int
    start_min: int = 0
    end_hour: int
    end_min: int = 0

    def __attrs_post_init__(self) -> None:
        _check_clock(self)


@attrs.define(kw_only=True)
class WeekInterval(Model):
    """An interval of the week, from a day and time to a day and time."""

    start_day: Day | str
    start_hour: int
    start_min: int = 0
    end_day: Day | str
    end_hour: int
    end_min: int = 0

    def __attrs_post_init__(self) -> None:
        for name in ("start_day", "end_day"):
            if getattr(self, name) not in set(Day):
                raise ArgumentValueError(f"{name}: {getattr(self, name)!r} is not one of {', '.join(Day)}")
        _check_clock(self)


@attrs.define(kw_only=True)
class TimeOfDay(Tagged):
    """The same hours every day; also read from a list of one, as in the vendor's fixtures."""

    type: ClassVar[Literal["time-of-day"]] = "time-of-day"
    restriction: DayInterval

    @classmethod
    def _adapt(cls, document: dict[str, Any]) -> dict[str, Any]:
        several = document.get("restrictions")
        if document.get("restriction") is not None or not isinstance(several, list) or not several:
            return document
        hidden = {"restriction", "restrictions"} if len(several) == 1 else {"restriction"}
        return {**{key: value for key, value in document.items() if key not in hidden}, "restriction": several[0]}


@attrs.define(kw_only=True)
class WeekdayAndTimeOfDay(Tagged):
    """Intervals of the week."""

    type: ClassVar[Literal["weekday-and-time-of-day"]] = "weekday-and-time-of-day"
    restrictions: list[WeekInterval] = attrs.field(factory=list)


TimeRestriction: TypeAlias = TimeOfDay | WeekdayAndTimeOfDay | Unknown
