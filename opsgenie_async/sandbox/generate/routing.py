"""Routing rules of generated teams; an account has every condition field with every valid operation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.shapes import DAYS
from opsgenie_async.sandbox.generate import names

__all__ = ["OPERATIONS", "conditions", "routing_rules"]

TEXT = ("contains", "equals", "starts-with", "ends-with", "matches", "is-empty", "equals-ignore-whitespace")
LIST = ("contains", "is-empty")

OPERATIONS = {
    **dict.fromkeys(("message", "alias", "description", "source", "entity"), TEXT),
    **dict.fromkeys(("tags", "actions", "recipients", "teams"), LIST),
    "extra-properties": ("contains-key", "contains-value", *TEXT),
    "priority": ("matches", "equals", "greater-than", "less-than"),
}
"""Condition fields and what may be asked of them, as the Team Routing Rule API page groups them."""

QUARTERS = (0, 20, 30, 40, 45)
"""Minutes of routing restrictions: unlike those of rotations they keep any value."""


def conditions(rng: SeededRandom) -> Iterator[Doc]:
    """Endless conditions, with every field and operation before one is repeated."""
    pairs = [(field, operation) for field, operations in OPERATIONS.items() for operation in operations]
    rng.shuffle(pairs)
    for field, operation in itertools.cycle(pairs):
        condition: Doc = {"field": field}
        if field == "extra-properties" and operation in TEXT:
            condition["key"] = rng.choice(("region", "service", "customer tier"))
        condition |= {"not": rng.chance(0.2), "operation": operation}
        condition |= {"expectedValue": _expected_value(rng, field, operation), "order": 0}
        yield condition


def _expected_value(rng: SeededRandom, field: str, operation: str) -> str:
    if operation == "is-empty":
        return ""
    if field == "priority":
        return rng.choice(("P1", "P2", "P3", "P4", "P5"))
    if operation == "matches":
        return f".*{rng.choice(names.ALERT_WORDS)}.*"
    return rng.choice(names.ALERT_WORDS)


def routing_rules(rng: SeededRandom, zone: str, targets: list[Doc], endless: Iterator[Doc]) -> list[Doc]:
    """One to four rules with conditions from *endless* that notify one of *targets*, then the default rule."""
    default = {
        "id": rng.uuid(),
        "name": "Default Routing Rule",
        "isDefault": True,
        "criteria": {"type": "match-all"},
        "timezone": zone,
        "notify": next((doc for doc in targets if doc["type"] == "escalation"), {"type": "none"}),
    }
    return [_rule(rng, number, zone, targets, endless) for number in range(1, rng.randint(2, 5))] + [default]


def _rule(rng: SeededRandom, number: int, zone: str, targets: list[Doc], endless: Iterator[Doc]) -> Doc:
    rule: Doc = {
        "id": rng.uuid(),
        "name": rng.choice(("", f"Rule {number}", f"{rng.choice(names.ALERT_WORDS)} ({number})")),
        "isDefault": False,
        "criteria": {"type": "match-all"},
        "timezone": zone if rng.chance(0.7) else rng.choice(names.ZONES),
    }
    if rng.chance(0.9):
        rule["criteria"] = {
            "type": rng.choice(("match-any-condition", "match-all-conditions")),
            "conditions": list(itertools.islice(endless, rng.randint(1, 4))),
        }
    if rng.chance(0.4):
        rule["timeRestriction"] = _restriction(rng)
    rule["notify"] = {"type": "none"} if rng.chance(0.15) else dict(rng.choice(targets))
    return rule


def _restriction(rng: SeededRandom) -> Doc:
    if rng.chance(0.5):
        return {"type": "time-of-day", "restriction": _frame(rng)}
    first = rng.randint(0, 3)
    days = DAYS[first : first + 2 * rng.randint(1, 2)]
    frames = [{"startDay": day, "endDay": rng.choice((day, after)), **_frame(rng)} for day, after in _pairs(days)]
    return {"type": "weekday-and-time-of-day", "restrictions": frames}


def _frame(rng: SeededRandom) -> Doc:
    start = rng.randint(6, 12)
    end = rng.randint(start + 4, 23)
    return {"startHour": start, "startMin": rng.choice(QUARTERS), "endHour": end, "endMin": rng.choice(QUARTERS)}


def _pairs(days: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return zip(days[::2], days[1::2], strict=True)
