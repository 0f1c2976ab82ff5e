"""The fields of policies in both versions of the API, and the order of policies in a list."""

from __future__ import annotations

from collections.abc import Iterator

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks import shapes
from opsgenie_async.sandbox.checks.validate import Check, integer, items, one_of, record, text, texts, time_unit

__all__ = [
    "ALERT_FIELDS",
    "COUNT",
    "DEDUPLICATIONS",
    "DELAYS",
    "DURATION",
    "IGNORES",
    "UNTIL",
    "defaults",
    "policy_content",
    "reorder",
    "until",
]

DEDUPLICATIONS = ("value-based", "frequency-based")
DELAYS = ("for-duration", "next-time", "next-weekday", *(f"next-{day}" for day in shapes.DAYS))
DURATION = record(
    {
        "timeAmount": integer(1),
        "timeUnit": time_unit(),
    },
    mandatory=("timeAmount",),
)
COUNT = integer(2, 100)
UNTIL: dict[str, Check] = {"untilHour": integer(0, 23), "untilMinute": integer(0, 59)}


ALERT_FIELDS: dict[str, Check] = {
    "message": text(),
    "alias": text(512),
    "description": text(15_000),
    "entity": text(512),
    "source": text(100),
    "actions": items(text()),
    "tags": items(text()),
    "details": texts,
    "priority": one_of("P1", "P2", "P3", "P4", "P5"),
}
"""What a policy may make of an alert."""


IGNORES = tuple(f"ignoreOriginal{word}" for word in ("Actions", "Details", "Responders", "Tags", "Teams"))
"""What of an alert a policy can drop before it adds its own."""


def defaults(kind: str) -> Doc:
    """The defaults of a policy of *kind*."""
    if kind == "notification":
        return {"suppress": False}
    return {
        **{name: f"{{{{{name}}}}}" for name in ("message", "alias", "description", "entity", "source")},
        "actions": [],
        "tags": [],
        "details": {},
        "responders": [],
        "continue": False,
        **dict.fromkeys(IGNORES, False),
    }


def until(delay: Doc, name: str) -> Iterator[tuple[str, str]]:
    """Problems of a validated delay: a missing duration, or a missing time of day for its end."""
    option = delay.get("delayOption")
    mandatory = ("duration",) if option == "for-duration" else tuple(UNTIL)
    for key in mandatory:
        if delay.get(key) is None:
            yield f"{name}#{key}" if name else key, f"should not be empty for {option}"


def policy_content(policy: Doc) -> Doc:
    """Filter, description and time restriction in the form of responses."""
    content: Doc = {
        "policyDescription": policy.get("policyDescription") or "",
        "filter": shapes.normalize_criteria(policy.get("filter")),
    }
    if policy.get("timeRestrictions") is not None:
        content["timeRestrictions"] = shapes.normalize_restriction(policy["timeRestrictions"])
    return content


def reorder(policies: list[Doc], policy: Doc, index: int) -> list[Doc]:
    """*policies* with *policy* at *index*, or at the end if it is too large."""
    others = [each for each in policies if each is not policy]
    return [*others[:index], policy, *others[index:]]
