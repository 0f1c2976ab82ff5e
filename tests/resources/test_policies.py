"""`og.policies` and `og.legacy.policies`: the requests they make, and the answers of the documents they read."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.legacy import policy_models as v1
from opsgenie_async.legacy.policies import PolicyKind
from opsgenie_async.models import (
    AlertPolicy,
    AutoCloseAction,
    AutoRestartAction,
    Condition,
    DayInterval,
    DeduplicationAction,
    DeduplicationType,
    DelayAction,
    DelayOption,
    Duration,
    MatchAll,
    MatchAllConditions,
    NotificationPolicy,
    PolicyMeta,
    PolicyType,
    TeamRef,
    TimeOfDay,
    UserRef,
)
from tests.resources.exchange import exchange

Call = Callable[[Opsgenie], Awaitable[object]]

META = {"id": "p1", "name": "Calm", "type": "alert", "order": 0, "enabled": True}
FILTER = {
    "type": "match-all-conditions",
    "conditions": [{"field": "message", "not": False, "operation": "contains", "expectedValue": "test"}],
}
HOURS = {"type": "time-of-day", "restriction": {"startHour": 9, "startMin": 0, "endHour": 17, "endMin": 30}}
MAIN: dict[str, Any] = {
    "id": "p1",
    "name": "Calm",
    "enabled": True,
    "policyDescription": "at work",
    "filter": FILTER,
    "timeRestrictions": HOURS,
}
ALERT = {
    **MAIN,
    "type": "alert",
    "teamId": "t1",
    "message": "{{message}}",
    "continue": True,
    "alias": "{{alias}}",
    "alertDescription": "{{description}}",
    "entity": "{{entity}}",
    "source": "{{source}}",
    "actions": ["restart"],
    "ignoreOriginalActions": False,
    "details": {"region": "eu"},
    "ignoreOriginalDetails": False,
    "responders": [{"type": "user", "id": "u1", "username": "ann@corp.example"}],
    "ignoreOriginalResponders": True,
    "tags": ["calm"],
    "ignoreOriginalTags": False,
    "ignoreOriginalTeams": False,
    "priority": "P4",
}
NOTIFICATION = {
    **MAIN,
    "type": "notification",
    "teamId": "t1",
    "autoRestartAction": {"duration": {"timeAmount": 5, "timeUnit": "minutes"}, "maxRepeatCount": 3},
    "autoCloseAction": {"duration": {"timeAmount": 1, "timeUnit": "hours"}},
    "deduplicationAction": {"deduplicationActionType": "value-based", "count": 2, "duration": None},
    "delayAction": {"delayOption": "next-time", "untilHour": 8, "untilMinute": 0},
    "suppress": False,
}


def scope() -> dict[str, Any]:
    return {
        "policy_description": "at work",
        "filter": MatchAllConditions(
            conditions=[Condition(field="message", operation="contains", expected_value="test")]
        ),
        "time_restrictions": TimeOfDay(restriction=DayInterval(start_hour=9, end_hour=17, end_min=30)),
    }


SCOPE_DOCUMENT = {"policyDescription": "at work", "filter": FILTER, "timeRestrictions": HOURS}


async def test_an_alert_policy_is_created_in_its_team():
    answer = await exchange(
        lambda og: og.policies.create(
            type=PolicyType.ALERT,
            name="Calm",
            enabled=True,
            team_id="t1",
            message="{{message}}",
            continue_=True,
            details={"region": "eu"},
            responders=[TeamRef(name="ops")],
            ignore_original_responders=True,
            **scope(),
        ),
        data=META,
        result="Created",
    )

    assert (answer.line, answer.query) == ("POST /v2/policies", {"teamId": "t1"})
    assert answer.body == {
        "type": "alert",
        "name": "Calm",
        "enabled": True,
        **SCOPE_DOCUMENT,
        "message": "{{message}}",
        "continue": True,
        "details": {"region": "eu"},
        "responders": [{"type": "team", "name": "ops"}],
        "ignoreOriginalResponders": True,
    }
    assert answer.result == PolicyMeta(id="p1", name="Calm", type=PolicyType.ALERT, order=0)


async def test_a_notification_policy_is_replaced():
    answer = await exchange(
        lambda og: og.policies.update(
            PolicyMeta(id="p1"),
            type="notification",
            name="Calm",
            enabled=False,
            team_id="t1",
            auto_restart_action=AutoRestartAction(duration=Duration(time_amount=5), max_repeat_count=3),
            auto_close_action=AutoCloseAction(duration=Duration(time_amount=1, time_unit="hours")),
            deduplication_action=DeduplicationAction(deduplication_action_type=DeduplicationType.VALUE_BASED, count=2),
            delay_action=DelayAction(delay_option=DelayOption.NEXT_TIME, until_hour=8, until_minute=0),
            suppress=False,
        ),
        result="Updated",
    )

    assert (answer.line, answer.query, answer.result) == ("PUT /v2/policies/p1", {"teamId": "t1"}, None)
    assert answer.body == {
        "type": "notification",
        "name": "Calm",
        "enabled": False,
        "autoRestartAction": {"duration": {"timeAmount": 5, "timeUnit": "minutes"}, "maxRepeatCount": 3},
        "autoCloseAction": {"duration": {"timeAmount": 1, "timeUnit": "hours"}},
        "deduplicationAction": {"deduplicationActionType": "value-based", "count": 2},
        "delayAction": {"delayOption": "next-time", "untilHour": 8, "untilMinute": 0},
        "suppress": False,
    }


async def test_both_kinds_are_read_whole():
    answer = await exchange(lambda og: og.policies.get("p1"), data=ALERT)
    assert (answer.line, answer.query) == ("GET /v2/policies/p1", {})
    assert isinstance(answer.result, AlertPolicy)
    assert (answer.result.continue_, answer.result.alert_description) == (True, "{{description}}")
    assert answer.result.responders == [UserRef(id="u1", username="ann@corp.example")]

    answer = await exchange(lambda og: og.policies.get("p1", team_id="t1"), data=NOTIFICATION)
    assert answer.query == {"teamId": "t1"}
    assert isinstance(answer.result, NotificationPolicy)
    assert answer.result.delay_action == DelayAction(delay_option="next-time", until_hour=8, until_minute=0)
    assert answer.result.auto_restart_action == AutoRestartAction(duration=Duration(time_amount=5), max_repeat_count=3)
    assert answer.result.time_restrictions == scope()["time_restrictions"]


async def test_the_kinds_have_lists_of_their_own():
    answer = await exchange(lambda og: og.policies.list_alert_policies(), data=[META])
    assert (answer.line, answer.query) == ("GET /v2/policies/alert", {})
    assert answer.result == [PolicyMeta(id="p1", name="Calm", type="alert", order=0)]

    answer = await exchange(
        lambda og: og.policies.list_notification_policies(team_id="t1"), data=[{**META, "type": "notification"}]
    )
    assert (answer.line, answer.query) == ("GET /v2/policies/notification", {"teamId": "t1"})
    assert answer.result == [PolicyMeta(id="p1", name="Calm", type="notification", order=0)]


@pytest.mark.parametrize(
    ("call", "line", "body"),
    [
        (lambda og: og.policies.enable("p1", team_id="t1"), "POST /v2/policies/p1/enable", None),
        (lambda og: og.policies.disable("p1", team_id="t1"), "POST /v2/policies/p1/disable", None),
        (lambda og: og.policies.delete("p1", team_id="t1"), "DELETE /v2/policies/p1", None),
        (
            lambda og: og.policies.change_order("p1", target_index=0, team_id="t1"),
            "POST /v2/policies/p1/change-order",
            {"targetIndex": 0},
        ),
    ],
)
async def test_the_team_stands_in_the_query_of_every_write(call: Call, line: str, body: object):
    answer = await exchange(call, result="done")

    assert (answer.line, answer.query, answer.body, answer.result) == (line, {"teamId": "t1"}, body, None)


V1_MAIN = {**MAIN, "id": "p1"}
DURATION = {"timeAmount": 5, "timeUnit": "minutes"}


async def test_v1_creates_one_policy_an_effect():
    answer = await exchange(
        lambda og: og.legacy.policies.create(
            type=PolicyKind.DELAY,
            name="Calm",
            enabled=True,
            delay_option=DelayOption.NEXT_WEEKDAY,
            until_hour=0,
            until_minute=30,
            **scope(),
        ),
        data={**META, "type": "notification-delay"},
    )

    assert (answer.line, answer.query) == ("POST /v1/policies", {})
    assert answer.body == {
        "type": "notification-delay",
        "name": "Calm",
        "enabled": True,
        "delayOption": "next-weekday",
        "untilHour": 0,
        "untilMinute": 30,
        **SCOPE_DOCUMENT,
    }
    assert answer.result == PolicyMeta(id="p1", name="Calm", type="notification-delay", order=0)


async def test_v1_replaces_a_policy():
    answer = await exchange(
        lambda og: og.legacy.policies.update(
            "p1", type="modify", name="Calm", message="{{message}}", alert_actions=["restart"], filter=MatchAll()
        ),
        result="Updated",
    )

    assert (answer.line, answer.result) == ("PUT /v1/policies/p1", None)
    assert answer.body == {
        "type": "modify",
        "name": "Calm",
        "message": "{{message}}",
        "alertActions": ["restart"],
        "filter": {"type": "match-all"},
    }


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (
            {
                "type": "modify",
                "message": "m",
                "continue": False,
                "alertActions": ["a"],
                "ignoreOriginalAlertActions": True,
                "recipients": [{"type": "all"}],
                "ignoreOriginalRecipients": False,
            },
            v1.ModifyPolicy,
        ),
        ({"type": "auto-close", "duration": DURATION}, v1.AutoClosePolicy),
        ({"type": "auto-restart-notifications", "duration": DURATION, "maxRepeatCount": 2}, v1.AutoRestartPolicy),
        (
            {
                "type": "notification-deduplication",
                "deduplicationActionType": "frequency-based",
                "count": 5,
                "duration": DURATION,
            },
            v1.DeduplicationPolicy,
        ),
        ({"type": "notification-delay", "delayOption": "for-duration", "duration": DURATION}, v1.DelayPolicy),
        ({"type": "notification-suppress"}, v1.SuppressPolicy),
        ({"type": "notification-renotify"}, v1.RenotifyPolicy),
    ],
)
async def test_v1_reads_each_kind_whole(document: dict[str, object], kind: type):
    answer = await exchange(lambda og: og.legacy.policies.get("p1"), data={**V1_MAIN, **document})

    assert answer.line == "GET /v1/policies/p1"
    assert type(answer.result) is kind


@pytest.mark.parametrize(
    ("call", "line", "body"),
    [
        (lambda og: og.legacy.policies.enable("p1"), "POST /v1/policies/p1/enable", None),
        (lambda og: og.legacy.policies.disable("p1"), "POST /v1/policies/p1/disable", None),
        (lambda og: og.legacy.policies.delete("p1"), "DELETE /v1/policies/p1", None),
        (
            lambda og: og.legacy.policies.change_order("p1", target_index=3),
            "POST /v1/policies/p1/change-order",
            {"targetIndex": 3},
        ),
    ],
)
async def test_v1_writes_answer_nothing(call: Call, line: str, body: object):
    answer = await exchange(call, result="done")

    assert (answer.line, answer.query, answer.body, answer.result) == (line, {}, body, None)


async def test_v1_lists_policies():
    answer = await exchange(lambda og: og.legacy.policies.list(), data=[{**META, "type": "modify"}])

    assert answer.line == "GET /v1/policies"
    assert answer.result == [PolicyMeta(id="p1", name="Calm", type="modify", order=0)]
