"""The searchable fields of alerts, incidents and services, and the values of an item for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from opsgenie_async.sandbox.account.documents import Doc

__all__ = ["ALERT", "INCIDENT", "SERVICE", "Directory", "Field", "Kind", "milliseconds"]


class Kind(Enum):
    """The comparison of a field's values."""

    WORD = "word"
    PHRASE = "phrase"
    FLAG = "flag"
    NUMBER = "number"
    DATE = "date"


class Directory(Protocol):
    """The lookup of entity names."""

    users: dict[str, Doc]
    teams: dict[str, Doc]
    schedules: dict[str, Doc]
    escalations: dict[str, Doc]
    services: dict[str, Doc]


Values = Callable[[Doc], list[Any]]
"""What an item has under a field: texts without case, or numbers; nothing where it is empty."""
Names = Callable[[Directory], Mapping[str, list[str]]]
"""What is kept in an item (ids, usernames) to the further names that a query may use for it."""


def _no_names(account: Directory) -> Mapping[str, list[str]]:
    return {}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the search language."""

    name: str
    kind: Kind
    values: Values
    names: Names = _no_names
    indexed: bool = True
    rare: bool = False
    """Whether it is indexed only once somebody asks."""
    beside: bool = False
    """Whether it is kept beside the item, and changes without it."""
    alias_of: str = ""
    """The field that has the same values under another name, and one index with this."""

    @property
    def key(self) -> str:
        """Its name in the index."""
        return self.alias_of or self.name


def milliseconds(moment: datetime) -> float:
    """*moment* in milliseconds since 1970."""
    whole = int(moment.timestamp() // 1)
    return whole * 1000 + moment.microsecond / 1000


def _value(item: Doc, steps: list[str]) -> Any:
    value: Any = item
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _texts(path: str) -> Values:
    steps = path.split(".")

    def values(item: Doc) -> list[Any]:
        value = item.get(path) if len(steps) == 1 else _value(item, steps)
        if value is None or value == "":
            return []
        return [str(each).casefold() for each in value] if isinstance(value, list) else [str(value).casefold()]

    return values


def _flags(path: str) -> Values:
    return lambda item: ["true" if item.get(path) else "false"]


def _numbers(path: str) -> Values:
    steps = path.split(".")

    def values(item: Doc) -> list[Any]:
        try:
            number = int(str(_value(item, steps)).upper().removeprefix("P"))
        except ValueError:
            return []
        return [max(-(2**62), min(2**62, number))]

    return values


def _dates(path: str) -> Values:
    def values(item: Doc) -> list[Any]:
        text = item.get(path)
        try:
            return [int(milliseconds(datetime.fromisoformat(text)))] if text else []
        except (TypeError, ValueError, OverflowError):
            return []

    return values


def _ids(path: str) -> Values:
    return lambda item: [str(each.get("id", "")).casefold() for each in item.get(path) or []]


def _parts(path: str, part: Callable[[Doc], Any]) -> Values:
    return lambda item: [str(each).casefold() for each in part(item.get(path) or {})]


def _names_in(*tables: str) -> Names:
    def names(account: Directory) -> Mapping[str, list[str]]:
        entities = (entity for table in tables for entity in getattr(account, table).values())
        return {
            entity["id"].casefold(): [str(entity.get("username") or entity.get("name") or "").casefold()]
            for entity in entities
        }

    return names


def _users(account: Directory) -> Mapping[str, list[str]]:
    """Usernames of the query: items have usernames, a query may have ids as well."""
    return {each["username"].casefold(): [each["id"].casefold()] for each in account.users.values()}


def _words(*names: str) -> list[Field]:
    return [Field(name, Kind.WORD, _texts(name)) for name in names]


_ACTORS = ("acknowledgedBy", "closedBy")
_RESPONDERS = _names_in("users", "teams", "schedules", "escalations")
_COMMON = [
    Field("message", Kind.PHRASE, _texts("message")),
    Field("description", Kind.PHRASE, _texts("description"), rare=True),
    Field("status", Kind.WORD, _texts("status")),
    *_words("source", "actions"),
    Field("owner", Kind.WORD, _texts("owner"), _users),
    Field("isSeen", Kind.FLAG, _flags("isSeen")),
    *(Field(name, Kind.NUMBER, _numbers(name)) for name in ("tinyId", "priority")),
    *(Field(name, Kind.DATE, _dates(name)) for name in ("createdAt", "updatedAt")),
    Field("tag", Kind.WORD, _texts("tags")),
    Field("tags", Kind.WORD, _texts("tags"), alias_of="tag"),
    Field("responders", Kind.WORD, _ids("responders"), _RESPONDERS),
]


def _table(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


def _recipients(item: Doc) -> list[Any]:
    users = (row.get("user") or {} for row in item.get("recipients") or [])
    return [str(user.get("username") or "").casefold() for user in users]


ALERT = _table(
    *_COMMON,
    Field("alias", Kind.WORD, _texts("alias")),
    *_words("entity", "integration.name", "integration.type"),
    Field("alertId", Kind.WORD, _texts("id"), rare=True),
    *(Field(name, Kind.FLAG, _flags(name)) for name in ("acknowledged", "snoozed")),
    *(Field(name, Kind.NUMBER, _numbers(name)) for name in ("count", "report.ackTime", "report.closeTime")),
    *(Field(name, Kind.DATE, _dates(name)) for name in ("lastOccurredAt", "snoozedUntil")),
    *(Field(name, Kind.WORD, _texts(f"report.{name}"), _users) for name in _ACTORS),
    *(Field(f"report.{name}", Kind.WORD, _texts(f"report.{name}"), _users, alias_of=name) for name in _ACTORS),
    Field("teams", Kind.WORD, _ids("teams"), _names_in("teams")),
    Field("recipients", Kind.WORD, _recipients, _users, rare=True, beside=True),
    Field("details.key", Kind.WORD, _parts("details", dict.keys)),
    Field("details.value", Kind.WORD, _parts("details", dict.values)),
)
"""Of alerts; `recipients` are looked up beside the alert, under that name."""

INCIDENT = _table(
    *_COMMON,
    Field("incidentId", Kind.WORD, _texts("id")),
    Field("teams", Kind.WORD, _ids("teams"), _names_in("teams")),
    Field("ownerTeam", Kind.WORD, _texts("ownerTeam"), _names_in("teams")),
    Field("impactedServices", Kind.WORD, _texts("impactedServices"), _names_in("services")),
    *(Field(name, Kind.DATE, _dates(name)) for name in ("impactStartDate", "impactEndDate")),
    Field("insertedAt", Kind.DATE, _dates("createdAt"), alias_of="createdAt"),
    Field("details.key", Kind.WORD, _parts("extraProperties", dict.keys)),
    Field("details.value", Kind.WORD, _parts("extraProperties", dict.values)),
)

SERVICE = _table(
    Field("name", Kind.WORD, _texts("name"), indexed=False),
    Field("description", Kind.PHRASE, _texts("description"), indexed=False),
    *(Field(name, Kind.WORD, _texts("tags"), indexed=False) for name in ("tag", "tags")),
    Field("teamId", Kind.WORD, _texts("teamId"), _names_in("teams"), indexed=False),
    *(Field(name, Kind.WORD, _texts(name), indexed=False) for name in ("id", "visibility")),
)
