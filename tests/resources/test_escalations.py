"""`og.escalations`, against the sandbox."""

import pytest

from opsgenie_async import Conflict, Name, NotFound, Opsgenie, UnprocessableEntity
from opsgenie_async.models import (
    Duration,
    Escalation,
    EscalationCondition,
    EscalationRepeat,
    EscalationRule,
    NotifyType,
    Reference,
    ScheduleRef,
    TeamMeta,
    TeamRef,
    TimeUnit,
    UserRef,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.reading import unread_fields


def rule(recipient: UserRef | TeamRef | ScheduleRef, minutes: int) -> EscalationRule:
    return EscalationRule(
        condition=EscalationCondition.IF_NOT_ACKED,
        notify_type=NotifyType.DEFAULT,
        delay=Duration(time_amount=minutes, time_unit=TimeUnit.MINUTES),
        recipient=recipient,
    )


async def test_the_life_of_an_escalation(og: Opsgenie, sandbox: Sandbox):
    ops, ann = sandbox.add_team("ops"), sandbox.add_user("ann@corp.example")
    repeat = EscalationRepeat(wait_interval=10, count=2, reset_recipient_states=True, close_alert_after_all=False)

    result = await og.escalations.create(
        name="a/b",
        description="d",
        rules=[rule(TeamRef(name="ops"), 0), rule(UserRef(username="ann@corp.example"), 15)],
        owner_team=TeamMeta(name="ops"),
        repeat=repeat,
    )
    assert result == Reference(id=result.id, name="a/b")

    there = await og.escalations.get(Name("a/b"))
    assert there == Escalation(
        id=result.id,
        name="a/b",
        description="d",
        rules=[
            rule(TeamRef(id=ops["id"], name="ops"), 0),
            rule(UserRef(id=ann["id"], username="ann@corp.example"), 15),
        ],
        owner_team=TeamMeta(id=ops["id"], name="ops"),
        repeat=repeat,
    )
    assert list(unread_fields(there)) == []
    with pytest.raises(Conflict):
        await og.escalations.create(name="a/b", rules=there.rules)

    assert await og.escalations.update(there, name="ab", rules=there.rules[:1]) == Reference(id=result.id, name="ab")
    await og.escalations.update(Name("ab"), description=None, owner_team=None, repeat=None)
    after = await og.escalations.get(result)
    assert (after.rules, after.description, after.owner_team) == (there.rules[:1], "", None)

    await og.escalations.delete(Name("ab"))
    with pytest.raises(NotFound):
        await og.escalations.get(result)


async def test_a_recipient_must_be_there(og: Opsgenie):
    with pytest.raises(UnprocessableEntity):
        await og.escalations.create(name="e", rules=[rule(ScheduleRef(name="nowhere"), 0)])
