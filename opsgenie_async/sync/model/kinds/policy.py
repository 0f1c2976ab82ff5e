"""Policies of alerts and of notifications, in a table for each team and one for the account (Policy API).

Three words: `policies` is a table, which the API does not know; `alert_policy` and `notification_policy` are what it
holds; and `policy` is what a reference calls either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.models.policy import AlertPolicy, NotificationPolicy
from opsgenie_async.models.team import Team
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, Rule, to
from opsgenie_async.sync.model.rules import (
    DAYS,
    DURATION,
    PRIORITY,
    RECIPIENTS,
    RESPONDERS,
    longest,
    name_of_up_to,
    not_empty,
    number,
    texts,
    under,
    words,
)

POLICIES = Kind(
    name="policies",
    folder="policies",
    section="policies",
    path="",
    model=Team,
    stage=9,
    identity=("team.name",),
    references=(to("team", "team"),),
    owner="team",
    unique=True,
    label="team.name",
    optional_name=True,
)


POLICY = "policy"
"""What a reference calls a policy of either kind."""
COMMON: Mapping[str, Rule] = {"name": name_of_up_to(100), "policyDescription": longest(200)}
ALERT_TEXTS: Mapping[str, Json] = {
    name: f"{{{{{name}}}}}" for name in ("alias", "description", "entity", "source", "message")
}


ALERT_POLICY = Kind(
    name="alert_policy",
    parent="policies",
    section="alertPolicies",
    path="/v2/policies/alert",
    collection_path="/v2/policies",
    parent_param="teamId",
    model=AlertPolicy,
    stage=9,
    summary_only=True,
    read_only=frozenset({"teamId", "order"}),
    update="PUT",
    defaults={
        **ALERT_TEXTS,
        **{name: [] for name in ("actions", "tags", "responders")},
        **{f"ignoreOriginal{word}": False for word in ("Actions", "Details", "Responders", "Tags", "Teams")},
        "filter": {"type": "match-all"},
        "policyDescription": "",
        "details": {},
        "continue": False,
    },
    sets=frozenset({"actions"}),
    order_field="targetIndex",
    references=(to("responders[]"),),
    reference_type=POLICY,
    typed=True,
    bare_types=frozenset(RECIPIENTS),  # field notes, row 10
    rules={
        **COMMON,
        "message": not_empty,
        "alias": longest(512),
        "description": longest(15_000),
        "entity": longest(512),
        "source": longest(100),
        "details": texts,
        "priority": PRIORITY,
        "responders[]": RESPONDERS,
    },
    required_when_new=("enabled", "message"),
)


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    delay = fields.get("delayAction")
    if isinstance(delay, dict) and isinstance(option := delay.get("delayOption"), str):
        for name in ("duration",) if option == "for-duration" else ("untilHour", "untilMinute"):
            if delay.get(name) is None:
                yield f"{at}.delayAction.{name}", f"missing: {option} needs it"
    if fields.get("suppress") is True:
        for name in ("autoRestartAction", "deduplicationAction", "delayAction"):
            if fields.get(name) is not None:
                yield f"{at}.{name}", "does not go with suppress"


NOTIFICATION_POLICY = Kind(
    name="notification_policy",
    parent="policies",
    section="notificationPolicies",
    path="/v2/policies/notification",
    collection_path="/v2/policies",
    parent_param="teamId",
    model=NotificationPolicy,
    stage=9,
    summary_only=True,
    read_only=frozenset({"teamId", "order"}),
    update="PUT",
    defaults={"filter": {"type": "match-all"}, "policyDescription": "", "suppress": False},
    order_field="targetIndex",
    reference_type=POLICY,
    typed=True,
    team_only=True,
    check=_check,
    rules={
        **COMMON,
        **under("autoRestartAction.duration", DURATION),
        "autoRestartAction.maxRepeatCount": number(1),
        **under("autoCloseAction.duration", DURATION),
        **under("deduplicationAction.duration", DURATION),
        "deduplicationAction.deduplicationActionType": words("value-based", "frequency-based"),
        "deduplicationAction.count": number(2, 100),
        **under("delayAction.duration", DURATION),
        "delayAction.delayOption": words("for-duration", "next-time", "next-weekday", *(f"next-{day}" for day in DAYS)),
        "delayAction.untilHour": number(0, 23),
        "delayAction.untilMinute": number(0, 59),
    },
    required=(
        *(f"autoRestartAction.{name}" for name in ("duration", "maxRepeatCount")),
        "autoCloseAction.duration",
        *(f"deduplicationAction.{name}" for name in ("deduplicationActionType", "count")),
        "delayAction.delayOption",
    ),
    required_when_new=("enabled",),
)
