"""Parts of several entities: time restrictions, criteria, and references to recipients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.validate import (
    Check,
    Lenient,
    choice,
    flag,
    integer,
    items,
    one_of,
    record,
    semantic,
    text,
)

__all__ = [
    "criteria",
    "normalize_criteria",
    "normalize_restriction",
    "resolve_pointer",
    "restriction",
    "snap_restriction",
    "typed_pointer",
]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HOURS = {
    "startHour": integer(0, 24),
    "startMin": integer(0, 59),
    "endHour": integer(0, 24),
    "endMin": integer(0, 59),
}
_OF_DAY = record(_HOURS, mandatory=tuple(_HOURS))
_OF_WEEK = record(
    {**_HOURS, "startDay": one_of(*DAYS), "endDay": one_of(*DAYS)}, mandatory=(*_HOURS, "startDay", "endDay")
)
_MEMBER = {"time-of-day": "restriction", "weekday-and-time-of-day": "restrictions"}
_RESTRICTION: dict[str, Check] = {
    "time-of-day": record({"restriction": _OF_DAY}, mandatory=("restriction",)),
    "weekday-and-time-of-day": record({"restrictions": items(_OF_WEEK, least=1, most=15)}, mandatory=("restrictions",)),
}

_STRING = {"contains", "equals", "starts-with", "ends-with", "matches", "is-empty", "equals-ignore-whitespace"}
_LIST = {"contains", "is-empty", "matches"}
_MAP = {"contains", "contains-key", "contains-value", "is-empty"}
_NUMBER = {"matches", "equals", "greater-than", "less-than"}
_OPERATIONS = {
    "message": _STRING,
    "alias": _STRING,
    "description": _STRING,
    "source": _STRING,
    "entity": _STRING,
    "tags": _LIST,
    "actions": _LIST,
    "recipients": _LIST,
    "responders": _LIST,
    "teams": _LIST | _STRING,
    "extra-properties": _MAP,
    "details": _MAP,
    "priority": _NUMBER,
}
_CONDITION = record(
    {
        "field": one_of(*_OPERATIONS),
        "operation": one_of(*sorted(_STRING | _LIST | _MAP | _NUMBER)),
        "key": text(),
        "not": flag,
        "expectedValue": text(),
        "order": integer(0),
    },
    mandatory=("field", "operation"),
)


def _restriction(value: Any, name: str) -> Iterator[tuple[str, str]]:
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in _RESTRICTION:
        yield from _RESTRICTION[kind](value, name)
    else:
        yield f"{name}#type", choice(*_RESTRICTION)


def _with_object(value: Any) -> Any:
    """A `time-of-day` restriction with `restriction` in place of a list of one, which the vendor's Java SDK sends."""
    if not isinstance(value, dict) or value.get("type") != "time-of-day" or value.get("restriction") is not None:
        return value
    frames = value.get("restrictions")
    if not isinstance(frames, list) or len(frames) != 1:
        return value
    return {"type": value["type"], "restriction": frames[0]}


restriction = Lenient(_restriction, _with_object)
"""Either kind of `timeRestriction`."""


def normalize_restriction(value: Doc) -> Doc:
    """A validated restriction without undocumented members."""
    member = _MEMBER[value["type"]]
    frames = value[member]
    if member == "restriction":
        return {"type": value["type"], member: {key: frames[key] for key in _HOURS}}
    keys = ("startDay", "endDay", *_HOURS)
    return {"type": value["type"], member: [{key: each[key] for key in keys} for each in frames]}


def snap_restriction(value: Doc) -> Doc:
    """A validated restriction with minutes rounded to 00 or 30, as rotations store them."""
    snap = normalize_restriction(value)
    member = _MEMBER[snap["type"]]
    for each in [snap[member]] if member == "restriction" else snap[member]:
        for side in ("start", "end"):
            halves = (each[f"{side}Min"] + 15) // 30
            hour, each[f"{side}Min"] = each[f"{side}Hour"] + halves // 2, halves % 2 * 30
            each[f"{side}Hour"] = hour if hour <= 23 or halves < 2 else hour % 24
            if halves == 2 and hour >= 24 and f"{side}Day" in each:
                each[f"{side}Day"] = DAYS[(DAYS.index(each[f"{side}Day"]) + 1) % 7]
    return snap


def criteria(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Validate `criteria`: match-all, or another type with at least one condition with a valid operation."""
    if not isinstance(value, dict):
        yield name, "should be an object"
        return
    kind = value.get("type")
    if kind == "match-all":
        return
    if kind not in ("match-any-condition", "match-all-conditions"):
        yield f"{name}#type", choice("match-all", "match-any-condition", "match-all-conditions")
        return
    problems = list(record({"conditions": items(_CONDITION, least=1)}, mandatory=("conditions",))(value, name))
    yield from problems
    if not problems:
        for each in value["conditions"]:
            allowed = _OPERATIONS[each["field"]]
            if each["field"] == "extra-properties" and each.get("key"):
                allowed = _MAP | _STRING
            if each["operation"] not in allowed:
                yield f"{name}#conditions#operation", f"{each['operation']} cannot be used with {each['field']}"


def normalize_criteria(value: Doc | None) -> Doc:
    """Validated criteria in the form of responses: with defaults, match-all without conditions."""
    if value is None or value["type"] == "match-all":
        return {"type": "match-all"}
    conditions = []
    for each in value["conditions"]:
        condition: Doc = {"field": each["field"]}
        if each["field"] == "extra-properties" and each.get("key"):
            condition["key"] = each["key"]
        condition |= {
            "not": each.get("not") or False,
            "operation": each["operation"],
            "expectedValue": each.get("expectedValue") or "",
            "order": each.get("order") or 0,
        }
        conditions.append(condition)
    return {"type": value["type"], "conditions": conditions}


def typed_pointer(*kinds: str) -> Check:
    """Validate a reference with a type and, unless that is `none` or `all`, an identifier."""

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield name, "should be an object"
        elif kind not in kinds:
            yield f"{name}#type", choice(*kinds)
        elif kind not in ("none", "all"):
            labels = ("id", "username") if kind == "user" else ("id", "name")
            if not any(isinstance(value.get(label), str) and value[label] for label in labels):
                yield name, f"{' or '.join(labels)} should be provided"

    return check


def resolve_pointer(account: Account, value: Doc, name: str) -> Doc:
    """A validated typed reference in the form of responses; 422 if it does not exist."""
    kind = str(value["type"])
    if kind in ("none", "all"):
        return {"type": kind}
    entity = lookup.target(account, kind, value)
    if entity is None:
        raise semantic({name: f"{kind} does not exist"})
    return lookup.reference(kind, entity)
