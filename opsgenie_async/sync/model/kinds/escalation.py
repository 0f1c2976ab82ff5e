"""Escalations (Escalation API)."""

from __future__ import annotations

from opsgenie_async.json_text import Json
from opsgenie_async.models.escalation import Escalation
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import UNITS, items, not_empty, number, reference_to, words


def _is_empty(repeat: Json) -> bool:
    """An empty one is answered by none (field notes, row 8)."""
    return repeat is None or (isinstance(repeat, dict) and all(each is None for each in repeat.values()))


ESCALATION = Kind(
    name="escalation",
    folder="escalations",
    section="escalation",
    path="/v2/escalations",
    model=Escalation,
    stage=4,
    defaults={"description": ""},
    references=(to("ownerTeam", "team"), to("rules[].recipient")),
    owner="ownerTeam",
    unique=True,
    typed=True,
    blocked_by_reference=True,
    companion_suffix="_escalation",
    companion_fields=("repeat",),
    companion_referrer="team_routing_rule",
    member_defaults={
        "repeat": {"waitInterval": 0, "count": 1, "resetRecipientStates": False, "closeAlertAfterAll": False}
    },
    equal={"repeat": lambda existing, desired: _is_empty(existing) and _is_empty(desired)},
    rules={
        "name": not_empty,
        "rules": items(1),
        "rules[].condition": words("if-not-acked", "if-not-closed"),
        "rules[].notifyType": words("default", "next", "previous", "users", "admins", "all", "random"),
        "rules[].delay.timeAmount": number(0),
        "rules[].delay.timeUnit": words(*UNITS),
        "rules[].recipient": reference_to("user", "team", "schedule"),
        "repeat.waitInterval": number(0),
        "repeat.count": number(0),
    },
    required=tuple(f"rules[].{name}" for name in ("condition", "notifyType", "delay", "recipient")),
    required_when_new=("rules",),
)
