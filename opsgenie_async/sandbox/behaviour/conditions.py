"""The evaluation of a rule's conditions for an alert."""

from __future__ import annotations

import re
from collections.abc import Callable

from opsgenie_async.sandbox.account.state import Doc

__all__ = ["matches"]


def _number(text: str) -> float:
    try:
        return float(text.upper().removeprefix("P"))
    except ValueError:
        return float("nan")


def _matches(value: str, pattern: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except (re.error, RecursionError, OverflowError):
        return False


_OPERATIONS: dict[str, Callable[[str, str], bool]] = {
    "matches": _matches,
    "contains": lambda have, want: want in have,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
    "equals": str.__eq__,
    "equals-ignore-whitespace": lambda have, want: "".join(have.split()) == "".join(want.split()),
    "is-empty": lambda have, want: not have,
    "greater-than": lambda have, want: _number(have) > _number(want),
    "less-than": lambda have, want: _number(have) < _number(want),
}
_WHOLE = {"contains": str.__eq__}
"""A list contains what is one of its members."""


def matches(rule: Doc, alert: Doc) -> bool:
    """Whether *alert* meets the conditions of *rule*: its `conditionMatchType` and `conditions`."""
    results = (_meets(condition, alert) for condition in rule["conditions"])
    return any(results) if rule["conditionMatchType"] == "match-any-condition" else all(results)


def _meets(condition: Doc, alert: Doc) -> bool:
    field, operation = condition["field"], condition["operation"]
    expected_value = condition["expectedValue"]
    value = alert["details"] if field in ("extra-properties", "details") else alert.get(field, "")
    if isinstance(value, dict) and condition.get("key"):
        value = value.get(condition["key"], "")
    elif isinstance(value, dict):
        keys, values = ([str(part) for part in parts] for parts in (value.keys(), value.values()))
        value = {"contains-key": keys, "contains-value": values}.get(operation, keys + values)
    if isinstance(value, list):
        members = [str(each.get("id", "")) if isinstance(each, dict) else str(each) for each in value]
        compare = _WHOLE.get(operation) or _OPERATIONS.get(operation, str.__eq__)
        result = not members if operation == "is-empty" else any(compare(each, expected_value) for each in members)
    else:
        result = _OPERATIONS[operation](str(value), expected_value)
    return result is not condition["not"]
