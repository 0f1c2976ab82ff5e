"""Validation rules beyond the type of a field: enumerations, lengths, bounds, dates, time zones.

They come only from the API pages: the sandbox has its own rules, and a test compares both.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from opsgenie_async.json_text import Json
from opsgenie_async.suggestion import closest
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, Rule


def words(*choices: str) -> Rule:
    """One of the API's words."""

    def rule(value: Json) -> str:
        if not isinstance(value, str) or value in choices:
            return ""
        near = closest(value.casefold(), choices)
        hint = f", is {near!r} meant?" if near else ""
        return f"{value!r} is not one of {', '.join(choices)}{hint}"

    return rule


def longest(most: int) -> Rule:
    """A text with at most so many characters."""

    def rule(value: Json) -> str:
        return f"longer than {most} characters" if isinstance(value, str) and len(value) > most else ""

    return rule


def not_empty(value: Json) -> str:
    """A non-empty text."""
    return "empty" if value == "" else ""


def name_of_up_to(most: int) -> Rule:
    """A non-empty name with at most so many characters."""
    return lambda value: not_empty(value) or longest(most)(value)


def number(least: int, most: int | None = None) -> Rule:
    """A whole number within bounds."""
    bounds = f"{least} to {most}" if most is not None else f"{least} or more"

    def rule(value: Json) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            return ""
        return "" if value >= least and (most is None or value <= most) else f"expected {bounds}, got {value}"

    return rule


def items(least: int, most: int | None = None) -> Rule:
    """A list with a number of items within bounds."""

    def rule(value: Json) -> str:
        if not isinstance(value, list):
            return ""
        if len(value) < least:
            return "empty" if least == 1 else f"expected {least} or more, got {len(value)}"
        return f"expected {most} or less, got {len(value)}" if most is not None and len(value) > most else ""

    return rule


def timezone(value: Json) -> str:
    """The name of a time zone."""
    return "" if not isinstance(value, str) or is_timezone(value) else f"unknown time zone {value!r}"


@functools.cache
def load_timezones() -> Mapping[str, ZoneInfo]:
    """The system's time zones by case-folded name, read once, so that nothing waits for the disk later."""
    zones = {}
    for name in available_timezones():
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            zones[name.casefold()] = ZoneInfo(name)
    return zones


def is_timezone(name: str) -> bool:
    """Whether there is a time zone of this name; without a tz database, every plausible name is accepted."""
    zones = load_timezones()
    zone = zones.get(name.casefold())
    return zone.key == name if zone is not None else not zones and bool(name.strip())


def date(value: Json) -> str:
    """A date with an offset."""
    if not isinstance(value, str):
        return ""
    return "" if moment(value) is not None else "expected a date with an offset, such as 2026-01-05T08:00:00Z"


def moment(text: Json, *, half_hours: bool = False) -> datetime | None:
    """The time, rounded to seconds or half hours; None if it is not a date with an offset."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        if at is None or at.tzinfo is None:
            return None
        at = at.astimezone(UTC).replace(microsecond=0)
        if half_hours:
            return at.replace(minute=0, second=0) + timedelta(minutes=30 * ((at.minute + 15) // 30))
        return at
    except (ValueError, OverflowError):
        return None


def reference_to(*types: str) -> Rule:
    """A reference to one of these types."""

    def rule(value: Json) -> str:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            return ""
        return "" if kind in (*types, "group") else f"a {kind} cannot stand here, only {', '.join(types)}"

    return rule


def texts(value: Json) -> str:
    """A map of texts."""
    if isinstance(value, dict):
        for name, each in value.items():
            if not isinstance(each, str):
                return f"{name!r}: expected text"
    return ""


def characters(most: int) -> Rule:
    """A map of texts with at most so many characters in total."""

    def rule(value: Json) -> str:
        strings = [*value, *value.values()] if isinstance(value, dict) else []
        many = sum(len(each) for each in strings if isinstance(each, str))
        return texts(value) or (f"longer than {most} characters in all" if many > most else "")

    return rule


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("days", "hours", "minutes", "seconds", "miliseconds", "micros", "nanos", "day", "hour", "minute", "second")
PRIORITY = words("P1", "P2", "P3", "P4", "P5")
METHOD = words("email", "sms", "voice", "mobile")
MATCH = ("match-all", "match-any-condition", "match-all-conditions")
TEXT = frozenset({"contains", "equals", "starts-with", "ends-with", "matches", "is-empty", "equals-ignore-whitespace"})
LIST = frozenset({"contains", "is-empty", "matches"})
MAP = frozenset({"contains", "contains-key", "contains-value", "is-empty"})
NUMBER = frozenset({"matches", "equals", "greater-than", "less-than"})
OPERATIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("message", "alias", "description", "source", "entity"), TEXT),
    **dict.fromkeys(("tags", "actions", "recipients", "responders"), LIST),
    **dict.fromkeys(("extra-properties", "details"), MAP),
    "teams": LIST | TEXT,
    "priority": NUMBER,
}
"""By the field of a condition, how it can be compared (Team Routing Rule API page)."""
RECIPIENTS = ("user", "team", "escalation", "schedule")
"""Valid values of `type` of a responder or recipient, but for groups, which are v1's."""
RESPONDERS = reference_to(*RECIPIENTS)
ANYBODY = reference_to(*RECIPIENTS, "all", "none")
INCIDENT: Mapping[str, Rule] = {
    "message": name_of_up_to(130),
    "description": longest(10_000),
    "tags": items(0, 20),
    "tags[]": longest(50),
    "details": characters(8000),
    "priority": PRIORITY,
    "stakeholderProperties.message": name_of_up_to(130),
}
STAKEHOLDER_DEFAULTS: Mapping[str, Json] = {"enable": True, "description": ""}
"""What absent members of `stakeholderProperties` mean."""
DURATION: Mapping[str, Rule] = {"timeAmount": number(1), "timeUnit": words(*UNITS)}


def under(path: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The same rules for the members of an object."""
    return {f"{path}.{name}": rule for name, rule in rules.items()}


def missing(kind: Kind, fields: Fields) -> tuple[str, ...]:
    """The missing fields of a new entity; the default routing rule is never new."""
    if fields.get("isDefault") is True:
        return ()
    return tuple(name for name in kind.required_when_new if fields.get(name) is None)


def lacking_fields(kind: Kind, fields: Fields, at: str) -> Iterator[Complaint]:
    """The missing fields required to create entities of *kind*, with their paths."""
    for field in missing(kind, fields):
        yield f"{at}.{field}", f"missing: a new {kind.noun} needs it"


def breaches(kind: Kind, fields: Fields, at: str) -> Iterator[Complaint]:
    """All violations of the API's rules in the fields of an entity, with their paths."""
    for needed in kind.required:
        path, _, name = needed.replace("[]", ".[]").rpartition(".")
        for place, holder in values_at(fields, path.split("."), at) if path else ((at, fields),):
            if isinstance(holder, Mapping) and holder.get(name) is None:
                yield f"{place}.{name}", "missing"
    for path, rule in kind.rules.items():
        for place, value in values_at(fields, steps(path), at):
            if value is not None and (error := rule(value)):
                yield place, error
    for name in ("timeRestriction", "timeRestrictions"):
        if isinstance(value := fields.get(name), dict):
            yield from _restriction(value, f"{at}.{name}")
    for name in ("criteria", "filter"):
        if isinstance(value := fields.get(name), dict):
            yield from criteria(value.get("type"), value.get("conditions"), f"{at}.{name}")
    yield from end_after_start(fields, at)
    if kind.check is not None:
        yield from kind.check(fields, at)


def values_at(value: object, path: Sequence[str], at: str = "") -> Iterator[tuple[str, Json]]:
    """The values at a path, with their full paths below *at*; a step "[]" stands for each item of a list."""
    step, rest = path[0], path[1:]
    if step == "[]":
        values = [(f"{at}[{index}]", each) for index, each in enumerate(value)] if isinstance(value, list) else []
    elif isinstance(value, Mapping) and step in value:
        values = [(f"{at}.{step}" if at else step, value[step])]
    else:
        return
    for place, each in values:
        if rest:
            yield from values_at(each, rest, place)
        else:
            yield place, each


def steps(path: str) -> Sequence[str]:
    """The steps of a path such as `members[].role`."""
    return path.replace("[]", ".[]").split(".")


def _restriction(value: Fields, at: str) -> Iterator[Complaint]:
    """A time of day, or intervals of the week: each with start and end, to the minute."""
    kind = value.get("type")
    if kind == "time-of-day":
        if value.get("restriction") is None:
            yield f"{at}.restriction", "missing"
        yield from _interval(value.get("restriction"), f"{at}.restriction", days=False)
    elif kind == "weekday-and-time-of-day":
        stretches = value.get("restrictions")
        if not isinstance(stretches, list) or not stretches:
            yield f"{at}.restrictions", "missing" if stretches is None else "empty"
            return
        if len(stretches) > 15:
            yield f"{at}.restrictions", f"expected 15 or less, got {len(stretches)}"
        for index, each in enumerate(stretches):
            yield from _interval(each, f"{at}.restrictions[{index}]", days=True)


def _interval(value: Json, at: str, *, days: bool) -> Iterator[Complaint]:
    if not isinstance(value, dict):
        return
    for side in ("start", "end"):
        for name, rule in (("Hour", number(0, 24)), ("Min", number(0, 59)), ("Day", words(*DAYS))):
            if name == "Day" and not days:
                continue
            field = f"{side}{name}"
            if value.get(field) is None:
                yield f"{at}.{field}", "missing"
            elif error := rule(value[field]):
                yield f"{at}.{field}", error


def criteria(match: Json, conditions: Json, at: str) -> Iterator[Complaint]:
    """Conditions are required by some match types, and each operation must be valid for its field."""
    if match not in MATCH[1:]:
        return
    if not isinstance(conditions, list) or not conditions:
        if conditions is None or conditions == []:
            yield f"{at}.conditions", "missing" if conditions is None else "empty"
        return
    for index, each in enumerate(conditions):
        if not isinstance(each, dict):
            continue
        field, operation, place = each.get("field"), each.get("operation"), f"{at}.conditions[{index}]"
        if isinstance(field, str) and (error := words(*OPERATIONS)(field)):
            yield f"{place}.field", error
        elif isinstance(operation, str) and (error := words(*sorted(TEXT | MAP | NUMBER))(operation)):
            yield f"{place}.operation", error
        elif isinstance(field, str) and isinstance(operation, str):
            allowed = OPERATIONS[field] | (TEXT if field == "extra-properties" and each.get("key") else frozenset())
            if operation not in allowed:
                yield f"{place}.operation", f"{operation!r} does not go with {field!r}"
        if isinstance(order := each.get("order"), int) and (error := number(0)(order)):
            yield f"{place}.order", error


def end_after_start(times: Json | Fields, at: str) -> Iterator[Complaint]:
    """A period ends after it starts."""
    if not isinstance(times, Mapping):
        return
    start, end = moment(times.get("startDate")), moment(times.get("endDate"))
    if start is not None and end is not None and end <= start:
        yield f"{at}.endDate", "not after the start"
