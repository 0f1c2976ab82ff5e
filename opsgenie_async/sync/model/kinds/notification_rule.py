"""When and how a user is notified (Notification Rule API)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.models.notification_rule import NotificationRule
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.rules import METHOD, UNITS, not_empty, number, reference_to, values_at, words

DELAYED = ("create-alert", "assigned-alert")
"""Rules whose steps have a time."""
OF_SHIFTS = ("schedule-start", "schedule-end")
"""Rules that say how long before a shift starts or ends."""
AT_ONCE = ("acknowledged-alert", "closed-alert", "renotified-alert", "add-note", *OF_SHIFTS, "incoming-call-routing")
"""Rules whose steps have none: the API drops it."""
STEP_DEFAULTS: Mapping[str, Json] = {"enabled": True}


def _normalize(document: dict[str, Json]) -> dict[str, Json]:
    """A notification rule without what is the account's, ids of steps, and delays where they mean nothing."""
    steps = document.get("steps")
    if not isinstance(steps, list):
        return document
    excluded = ("id", "_parent", "sendAfter") if document.get("actionType") in AT_ONCE else ("id", "_parent")
    plain: list[Json] = [
        {name: value for name, value in step.items() if name not in excluded} if isinstance(step, dict) else step
        for step in steps
    ]
    return {**document, "steps": plain}


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    """A delay is for the steps of new and assigned alerts, a time before for shifts; there they are required."""
    action = fields.get("actionType")
    for path, step in values_at(fields, ["steps", "[]"], at):
        if isinstance(step, dict):
            delay = step.get("sendAfter")
            if action in DELAYED and delay is None:
                yield f"{path}.sendAfter", "missing"
            elif action in AT_ONCE and delay is not None:
                yield f"{path}.sendAfter", f"only steps of {' and '.join(DELAYED)} rules have a delay"
    if action in OF_SHIFTS and not (times := fields.get("notificationTime")):
        yield f"{at}.notificationTime", "missing" if times is None else "empty"


NOTIFICATION_RULE = Kind(
    name="notification_rule",
    parent="user",
    section="notificationRules",
    path="/v2/users/{parent}/notification-rules",
    model=NotificationRule,
    stage=8,
    summary_only=True,
    read_only=frozenset({"order"}),
    normalize=_normalize,
    personal=True,
    identity=("actionType", "name"),
    defaults={"criteria": {"type": "match-all"}, "notificationTime": [], "schedules": [], "steps": [], "enabled": True},
    immutable=frozenset({"actionType"}),
    order_field="order",
    references=(to("schedules[]"),),
    order_group="actionType",
    member_defaults={"steps[]": STEP_DEFAULTS},
    item_defaults={"steps": STEP_DEFAULTS},
    ignored_members={"steps[]": frozenset({"id"})},  # those of the account
    sets=frozenset({"notificationTime", "schedules"}),
    check=_check,
    rules={
        "name": not_empty,
        "actionType": words(*DELAYED, *AT_ONCE),
        "notificationTime[]": words("just-before", "15-minutes-ago", "1-hour-ago", "1-day-ago"),
        "schedules[]": reference_to("schedule"),
        "steps[].contact.method": METHOD,
        "steps[].contact.to": not_empty,
        "steps[].sendAfter.timeAmount": number(0),
        "steps[].sendAfter.timeUnit": words(*UNITS),
        "repeat.loopAfter": number(0),
    },
    required=("steps[].contact",),
    required_when_new=("name", "actionType", "enabled"),
)
