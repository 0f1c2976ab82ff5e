"""Routing rules of generated teams: over an account, every condition field meets every operation it allows."""

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


def conditions(dice: SeededRandom) -> Iterator[Doc]:
    """Conditions without end that pass through every field and operation before one comes again."""
    pairs = [(field, operation) for field, operations in OPERATIONS.items() for operation in operations]
    dice.shuffle(pairs)
    for field, operation in itertools.cycle(pairs):
        condition: Doc = {"field": field}
        if field == "extra-properties" and operation in TEXT:
            condition["key"] = dice.choice(("region", "service", "customer tier"))
        condition |= {"not": dice.chance(0.2), "operation": operation}
        condition |= {"expectedValue": _expected(dice, field, operation), "order": 0}
        yield condition


def _expected(dice: SeededRandom, field: str, operation: str) -> str:
    if operation == "is-empty":
        return ""
    if field == "priority":
        return dice.choice(("P1", "P2", "P3", "P4", "P5"))
    if operation == "matches":
        return f".*{dice.choice(names.ALERT_WORDS)}.*"
    return dice.choice(names.ALERT_WORDS)


def routing_rules(dice: SeededRandom, zone: str, notified: list[Doc], endless: Iterator[Doc]) -> list[Doc]:
    """One to four rules with conditions drawn from *endless* that notify one of *notified*, then the default rule."""
    default = {
        "id": dice.uuid(),
        "name": "Default Routing Rule",
        "isDefault": True,
        "criteria": {"type": "match-all"},
        "timezone": zone,
        "notify": next((doc for doc in notified if doc["type"] == "escalation"), {"type": "none"}),
    }
    return [_rule(dice, number, zone, notified, endless) for number in range(1, dice.randint(2, 5))] + [default]


def _rule(dice: SeededRandom, number: int, zone: str, notified: list[Doc], endless: Iterator[Doc]) -> Doc:
    rule: Doc = {
        "id": dice.uuid(),
        "name": dice.choice(("", f"Rule {number}", f"{dice.choice(names.ALERT_WORDS)} ({number})")),
        "isDefault": False,
        "criteria": {"type": "match-all"},
        "timezone": zone if dice.chance(0.7) else dice.choice(names.ZONES),
    }
    if dice.chance(0.9):
        rule["criteria"] = {
            "type": dice.choice(("match-any-condition", "match-all-conditions")),
            "conditions": list(itertools.islice(endless, dice.randint(1, 4))),
        }
    if dice.chance(0.4):
        rule["timeRestriction"] = _restriction(dice)
    rule["notify"] = {"type": "none"} if dice.chance(0.15) else dict(dice.choice(notified))
    return rule


def _restriction(dice: SeededRandom) -> Doc:
    if dice.chance(0.5):
        return {"type": "time-of-day", "restriction": _frame(dice)}
    first = dice.randint(0, 3)
    days = DAYS[first : first + 2 * dice.randint(1, 2)]
    frames = [{"startDay": day, "endDay": dice.choice((day, after)), **_frame(dice)} for day, after in _pairs(days)]
    return {"type": "weekday-and-time-of-day", "restrictions": frames}


def _frame(dice: SeededRandom) -> Doc:
    start = dice.randint(6, 12)
    end = dice.randint(start + 4, 23)
    return {"startHour": start, "startMin": dice.choice(QUARTERS), "endHour": end, "endMin": dice.choice(QUARTERS)}


def _pairs(days: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return zip(days[::2], days[1::2], strict=True)
