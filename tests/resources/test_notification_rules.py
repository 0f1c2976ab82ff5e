"""`og.notification_rules` and `og.notification_rule_steps`: their requests, and the answers of the documents."""

from collections.abc import Awaitable, Callable

import pytest

from opsgenie_async import NotFound, Opsgenie
from opsgenie_async.models import (
    Condition,
    ContactMeta,
    ContactMethod,
    DayInterval,
    Duration,
    MatchAll,
    MatchAnyCondition,
    NotificationAction,
    NotificationRepeat,
    NotificationRule,
    NotificationRuleMeta,
    NotificationRuleStep,
    NotificationRuleStepParent,
    NotificationRuleType,
    NotifyTime,
    Reference,
    ScheduleRef,
    TimeOfDay,
    User,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

RULES = "/v2/users/u1/notification-rules"
META = {"id": "r1", "name": "New ones", "actionType": "create-alert", "order": 2, "enabled": True}
READ_META = NotificationRuleMeta(
    id="r1", name="New ones", action_type=NotificationAction.CREATE_ALERT, order=2, enabled=True
)
EMAIL = ContactMeta(method=ContactMethod.EMAIL, to="ann@corp.example")
STEP = {
    "id": "s1",
    "contact": {"method": "email", "to": "ann@corp.example"},
    "sendAfter": {"timeAmount": 0, "timeUnit": "minutes"},
    "enabled": True,
}

Call = Callable[[Opsgenie], Awaitable[object]]


async def test_a_rule_is_made_of_everything_that_the_page_names():
    answer = await exchange(
        lambda og: og.notification_rules.create(
            "u1",
            name="Shifts",
            action_type=NotificationAction.SCHEDULE_START,
            enabled=True,
            criteria=MatchAnyCondition(conditions=[Condition(field="tags", operation="contains", expected_value="x")]),
            notification_time=[NotifyTime.JUST_BEFORE, NotifyTime.ONE_DAY_AGO],
            time_restriction=TimeOfDay(restriction=DayInterval(start_hour=8, end_hour=18)),
            schedules=[ScheduleRef(name="night")],
            order=0,
            steps=[NotificationRuleStep(contact=EMAIL, send_after=Duration(time_amount=0))],
            repeat=NotificationRepeat(loop_after=5),
        ),
        data=META,
        result="Created",
    )

    assert answer.line == f"POST {RULES}"
    assert answer.body == {
        "name": "Shifts",
        "actionType": "schedule-start",
        "enabled": True,
        "criteria": {
            "type": "match-any-condition",
            "conditions": [{"field": "tags", "operation": "contains", "not": False, "expectedValue": "x"}],
        },
        "notificationTime": ["just-before", "1-day-ago"],
        "timeRestriction": {
            "type": "time-of-day",
            "restriction": {"startHour": 8, "startMin": 0, "endHour": 18, "endMin": 0},
        },
        "schedules": [{"type": "schedule", "name": "night"}],
        "order": 0,
        "steps": [
            {
                "contact": {"method": "email", "to": "ann@corp.example"},
                "sendAfter": {"timeAmount": 0, "timeUnit": "minutes"},
                "enabled": True,
            }
        ],
        "repeat": {"loopAfter": 5, "enabled": True},
    }
    assert answer.result == READ_META


@pytest.mark.parametrize(
    ("call", "line", "body", "answer", "result"),
    [
        (lambda og: og.notification_rules.list("u1"), f"GET {RULES}", None, {"data": [META]}, [READ_META]),
        (
            lambda og: og.notification_rules.update(
                "u1", READ_META, name="N", time_restriction=None, repeat=None, order=0, enabled=False
            ),
            f"PATCH {RULES}/r1",
            {"name": "N", "timeRestriction": None, "repeat": None, "order": 0, "enabled": False},
            {"data": META, "result": "Updated"},
            READ_META,
        ),
        (
            lambda og: og.notification_rules.enable("u1", "r1"),
            f"POST {RULES}/r1/enable",
            None,
            {"data": {"id": "r1", "name": "New ones"}, "result": "Enabled"},
            Reference(id="r1", name="New ones"),
        ),
        (
            lambda og: og.notification_rules.disable("u1", "r1"),
            f"POST {RULES}/r1/disable",
            None,
            {"data": {"id": "r1"}, "result": "Disabled"},
            Reference(id="r1"),
        ),
        (
            lambda og: og.notification_rules.change_order("u1", "r1", order=3),
            f"POST {RULES}/r1/change-order",
            {"order": 3},
            {"result": "Changed"},
            None,
        ),
        (
            lambda og: og.notification_rules.copy_to(
                "u1", to_users=["bob@corp.example"], rule_types=[NotificationRuleType.NEW_ALERT, "all"]
            ),
            f"POST {RULES}/copy-to",
            {"toUsers": ["bob@corp.example"], "ruleTypes": ["new-alert", "all"]},
            {"result": "Copied"},
            None,
        ),
        (
            lambda og: og.notification_rules.delete("u1", "r1"),
            f"DELETE {RULES}/r1",
            None,
            {"result": "Deleted"},
            None,
        ),
        (
            lambda og: og.notification_rule_steps.create("u1", "r1", contact=EMAIL, enabled=False),
            f"POST {RULES}/r1/steps",
            {"contact": {"method": "email", "to": "ann@corp.example"}, "enabled": False},
            {"data": {"id": "s1"}, "result": "Created"},
            Reference(id="s1"),
        ),
        (
            lambda og: og.notification_rule_steps.update("u1", "r1", "s1", send_after=Duration(time_amount=0)),
            f"PATCH {RULES}/r1/steps/s1",
            {"sendAfter": {"timeAmount": 0, "timeUnit": "minutes"}},
            {"data": {"id": "s1"}, "result": "Updated"},
            Reference(id="s1"),
        ),
        (
            lambda og: og.notification_rule_steps.enable("u1", "r1", "s1"),
            f"POST {RULES}/r1/steps/s1/enable",
            None,
            {"data": {"id": "s1"}, "result": "Enabled"},
            Reference(id="s1"),
        ),
        (
            lambda og: og.notification_rule_steps.disable("u1", "r1", "s1"),
            f"POST {RULES}/r1/steps/s1/disable",
            None,
            {"data": {"id": "s1"}, "result": "Disabled"},
            Reference(id="s1"),
        ),
        (
            lambda og: og.notification_rule_steps.list("u1", "r1"),
            f"GET {RULES}/r1/steps",
            None,
            {"data": [STEP]},
            [NotificationRuleStep(id="s1", contact=EMAIL, send_after=Duration(time_amount=0))],
        ),
        (
            lambda og: og.notification_rule_steps.get("u1", "r1", "s1"),
            f"GET {RULES}/r1/steps/s1",
            None,
            {"data": {**STEP, "_parent": {"id": "r1", "name": "New ones"}}},
            NotificationRuleStep(
                id="s1",
                contact=EMAIL,
                send_after=Duration(time_amount=0),
                parent=NotificationRuleStepParent(id="r1", name="New ones"),
            ),
        ),
        (
            lambda og: og.notification_rule_steps.delete("u1", "r1", "s1"),
            f"DELETE {RULES}/r1/steps/s1",
            None,
            {"result": "Deleted"},
            None,
        ),
    ],
)
async def test_the_other_operations(call: Call, line: str, body: object, answer: dict[str, object], result: object):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, {}, body)
    assert reply.result == result


async def test_one_rule_is_read_with_everything_in_it():
    answer = await exchange(
        lambda og: og.notification_rules.get("u1", "r1"),
        data={
            **META,
            "criteria": {"type": "match-all"},
            "notificationTime": ["15-minutes-ago", "2-hours-ago"],
            "timeRestriction": None,
            "schedules": [{"type": "schedule", "id": "x", "name": "night"}],
            "steps": [STEP],
            "repeat": {"loopAfter": 0, "enabled": False},
        },
    )

    assert answer.line == f"GET {RULES}/r1"
    assert answer.result == NotificationRule(
        id="r1",
        name="New ones",
        action_type=NotificationAction.CREATE_ALERT,
        order=2,
        criteria=MatchAll(),
        notification_time=[NotifyTime.FIFTEEN_MINUTES_AGO, "2-hours-ago"],
        schedules=[ScheduleRef(id="x", name="night")],
        steps=[NotificationRuleStep(id="s1", contact=EMAIL, send_after=Duration(time_amount=0))],
        repeat=NotificationRepeat(loop_after=0, enabled=False),
    )


@pytest.fixture
async def ann(og: Opsgenie, sandbox: Sandbox) -> User:
    """Somebody without rules of her own but those that everybody begins with."""
    return await og.users.get(sandbox.add_user("ann@corp.example")["id"])


async def test_the_sandbox_agrees_about_rules(og: Opsgenie, sandbox: Sandbox, ann: User):
    night = sandbox.add_schedule("night")
    result = await og.notification_rules.create(
        ann,
        name="Shifts",
        action_type=NotificationAction.SCHEDULE_START,
        enabled=True,
        notification_time=[NotifyTime.ONE_HOUR_AGO],
        time_restriction=TimeOfDay(restriction=DayInterval(start_hour=8, end_hour=18)),
        schedules=[ScheduleRef(name="night")],
        steps=[NotificationRuleStep(contact=EMAIL)],
        repeat=NotificationRepeat(loop_after=5),
    )
    assert (result.name, result.action_type, result.enabled) == ("Shifts", NotificationAction.SCHEDULE_START, True)

    there = await og.notification_rules.get(ann, result)
    assert there.schedules == [ScheduleRef(id=night["id"], name="night")]
    assert there.time_restriction == TimeOfDay(restriction=DayInterval(start_hour=8, end_hour=18))
    assert [step.contact for step in there.steps] == [EMAIL]
    assert there.repeat == NotificationRepeat(loop_after=5)

    await og.notification_rules.update(ann, result, name="Turns", time_restriction=None, repeat=None)
    await og.notification_rules.disable(ann, result)
    changed = await og.notification_rules.get(ann, result)
    assert (changed.name, changed.enabled, changed.time_restriction, changed.repeat) == ("Turns", False, None, None)
    assert [step.contact for step in changed.steps] == [EMAIL]
    await og.notification_rules.enable(ann, result)
    listed = await og.notification_rules.list(ann)
    assert [each.enabled for each in listed if each.id == result.id] == [True]
    assert list(unread_fields([result, there, changed, listed])) == []

    await og.notification_rules.delete(ann, result)
    with pytest.raises(NotFound):
        await og.notification_rules.get(ann, result)


async def test_the_sandbox_agrees_about_order_and_copies(og: Opsgenie, sandbox: Sandbox, ann: User):
    bob = sandbox.add_user("bob@corp.example")["id"]
    action = NotificationAction.CLOSED_ALERT
    result = [
        await og.notification_rules.create(ann, name=name, action_type=action, enabled=True) for name in ("a", "b", "c")
    ]

    await og.notification_rules.change_order(ann, result[2], order=0)
    rules = [each for each in await og.notification_rules.list(ann) if each.action_type == action]
    assert [each.name for each in sorted(rules, key=lambda rule: rule.order)][:3] == ["c", "a", "b"]

    await og.notification_rules.copy_to(
        ann, to_users=["bob@corp.example"], rule_types=[NotificationRuleType.CLOSED_ALERT]
    )
    copied = [each.name for each in await og.notification_rules.list(bob) if each.action_type == action]
    assert sorted(copied) == sorted(each.name for each in rules)


async def test_the_sandbox_agrees_about_steps(og: Opsgenie, ann: User):
    rule = await og.notification_rules.create(
        ann, name="new", action_type=NotificationAction.CREATE_ALERT, enabled=True
    )
    steps = og.notification_rule_steps

    result = await steps.create(ann, rule, contact=EMAIL, enabled=True, send_after=Duration(time_amount=0))
    there = await steps.get(ann, rule, result)
    assert (there.contact, there.send_after, there.enabled) == (EMAIL, Duration(time_amount=0), True)
    assert there.parent == NotificationRuleStepParent(id=rule.id, name="new")
    await steps.update(ann, rule, result, send_after=Duration(time_amount=5))
    await steps.disable(ann, rule, result)
    listed = await steps.list(ann, rule)
    assert [(step.id, step.send_after, step.enabled) for step in listed] == [
        (result.id, Duration(time_amount=5), False)
    ]
    await steps.enable(ann, rule, result)
    assert (await steps.get(ann, rule, result)).enabled is True
    assert list(unread_fields([there, listed])) == []
    await steps.delete(ann, rule, result)
    assert await steps.list(ann, rule) == []
