"""Small values that many pages of the API share."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.models.base import Model

__all__ = [
    "Day",
    "Duration",
    "Links",
    "PageDirection",
    "Priority",
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
    """How urgent an alert or incident is; P3 when not given."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"


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
    """Which way from its offset a listing of logs or notes goes; onwards when not given."""

    NEXT = "next"
    PREVIOUS = "prev"


class SortOrder(enum.StrEnum):
    """Which way a listing goes; what it is when not given is the page's choice."""

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
    """Where an entity is found: in the API and in the browser. Only the server writes it."""

    api: str = ""
    web: str = ""


@attrs.define(kw_only=True)
class Reference(Model):
    """What a write answers: as much of the identity of the entity as the API tells."""

    id: str = ""
    name: str = ""
    alias: str = ""


@attrs.define(kw_only=True)
class TeamMeta(Model):
    """A team by id or name; answers give both."""

    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class UserMeta(Model):
    """A user by id or username; answers give both."""

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
    """A rotation of a schedule by id or name; answers give both."""

    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")
