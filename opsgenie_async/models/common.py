"""Small values that many pages of the API share."""

from __future__ import annotations

import enum
from typing import Literal, TypeAlias

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.models.base import Model

__all__ = [
    "Day",
    "Duration",
    "Links",
    "PageDirection",
    "Priority",
    "PriorityLike",
    "Reference",
    "RotationMeta",
    "ScheduleMeta",
    "SortOrder",
    "TeamMeta",
    "TimeUnit",
    "UserMeta",
    "one_of",
]


class Priority(enum.StrEnum):
    """The priority of an alert or incident; P3 by default."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"


PriorityLike: TypeAlias = Priority | Literal["P1", "P2", "P3", "P4", "P5"]
"""A priority as an argument: there are no others than these, so that a type checker refuses "P9"."""


class Day(enum.StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class TimeUnit(enum.StrEnum):
    """The unit of a `Duration`; minutes when not given."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    MILLISECONDS = "miliseconds"  # spelled so in the OpenAPI file
    MICROSECONDS = "micros"
    NANOSECONDS = "nanos"


class PageDirection(enum.StrEnum):
    """The direction of a listing of logs or notes from its offset; forward when not given."""

    NEXT = "next"
    PREVIOUS = "prev"


class SortOrder(enum.StrEnum):
    """The sort order of a listing; the default depends on the page."""

    ASC = "asc"
    DESC = "desc"


def one_of(model: Model, *names: str) -> None:
    """Raise `ValueError` unless one of the attributes *names* is given."""
    if not any(getattr(model, name) for name in names):
        raise ArgumentValueError(f"{type(model).__name__}: give {' or '.join(names)}")


@attrs.define(kw_only=True)
class Duration(Model):
    """A length of time; an amount of 0 means at once."""

    time_amount: int
    time_unit: TimeUnit | str = TimeUnit.MINUTES


@attrs.define(kw_only=True)
class Links(Model):
    """The URLs of an entity in the API and the browser. Read-only."""

    api: str = ""
    web: str = ""


@attrs.define(kw_only=True)
class Reference(Model):
    """The response to a write: the identity of the entity, as far as the API returns it."""

    id: str = ""
    name: str = ""
    alias: str = ""


@attrs.define(kw_only=True)
class TeamMeta(Model):
    """A team by id or name; responses have both."""

    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class UserMeta(Model):
    """A user by id or username; responses have both."""

    id: str = ""
    username: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "username")


@attrs.define(kw_only=True)
class ScheduleMeta(Model):
    """The schedule that something belongs to (`_parent` on the wire)."""

    id: str = ""
    name: str = ""
    enabled: bool = True


@attrs.define(kw_only=True)
class RotationMeta(Model):
    """A rotation of a schedule by id or name; responses have both."""

    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")
