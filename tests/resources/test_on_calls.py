"""`og.on_calls`: its requests and the crossed words of its answers, then the same against the sandbox."""

from datetime import datetime, timedelta, timezone

import pytest

from opsgenie_async import Name, Opsgenie
from opsgenie_async.models import (
    FlatNextOnCall,
    FlatOnCall,
    NextOnCall,
    NotifyType,
    OnCall,
    OnCallParticipant,
    ScheduleMeta,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

PARENT = {"id": "s1", "name": "night", "enabled": True}
READ_PARENT = ScheduleMeta(id="s1", name="night", enabled=True)
NOON = datetime(2026, 2, 2, 12, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("forwarded", [{"id": "u2", "name": "bob", "type": "user"}, [{"id": "u2", "name": "bob"}]])
async def test_participants_are_nested(forwarded: object):
    answer = await exchange(
        lambda og: og.on_calls.get(Name("a/b"), date=NOON),
        data={
            "_parent": PARENT,
            "onCallParticipants": [
                {
                    "id": "e1",
                    "name": "up",
                    "type": "escalation",
                    "onCallParticipants": [
                        {
                            "id": "u1",
                            "name": "ann",
                            "type": "user",
                            "escalationTime": 0,
                            "notifyType": "next",
                            "forwardedFrom": forwarded,
                        },
                        {"id": "t1", "name": "ops", "type": "team", "onCallParticipants": []},
                    ],
                }
            ],
        },
    )

    assert answer.line == "GET /v2/schedules/a%2Fb/on-calls"
    assert answer.query == {"scheduleIdentifierType": "name", "flat": "false", "date": "2026-02-02T12:00:00+02:00"}
    kind = "user" if isinstance(forwarded, dict) else ""
    assert answer.result == OnCall(
        parent=READ_PARENT,
        on_call_participants=[
            OnCallParticipant(
                id="e1",
                name="up",
                type="escalation",
                on_call_participants=[
                    OnCallParticipant(
                        id="u1",
                        name="ann",
                        type="user",
                        escalation_time=0,
                        notify_type=NotifyType.NEXT,
                        forwarded_from=[OnCallParticipant(id="u2", name="bob", type=kind)],
                    ),
                    OnCallParticipant(id="t1", name="ops", type="team"),
                ],
            )
        ],
    )


async def test_flat_answers_hold_usernames():
    answer = await exchange(
        lambda og: og.on_calls.get("s1", flat=True), data={"_parent": PARENT, "onCallRecipients": ["ann", "bob"]}
    )

    assert (answer.line, answer.query) == ("GET /v2/schedules/s1/on-calls", {"flat": "true"})
    assert answer.result == FlatOnCall(parent=READ_PARENT, on_call_recipients=["ann", "bob"])


async def test_all_schedules_at_once():
    answer = await exchange(
        lambda og: og.on_calls.list(), data=[{"_parent": PARENT, "onCallParticipants": [{"name": "ann"}]}]
    )
    assert (answer.line, answer.query) == ("GET /v2/schedules/on-calls", {"flat": "false"})
    assert answer.result == [OnCall(parent=READ_PARENT, on_call_participants=[OnCallParticipant(name="ann")])]

    answer = await exchange(
        lambda og: og.on_calls.list(flat=True, date=NOON), data=[{"_parent": PARENT, "onCallRecipients": ["ann"]}]
    )
    assert answer.query == {"flat": "true", "date": "2026-02-02T12:00:00+02:00"}
    assert answer.result == [FlatOnCall(parent=READ_PARENT, on_call_recipients=["ann"])]


async def test_the_next_ones_have_the_words_crossed():
    answer = await exchange(
        lambda og: og.on_calls.get_next("s1"),
        data={
            "_parent": PARENT,
            "nextOnCallRecipients": [{"name": "ann"}],
            "exactNextOnCallRecipients": [{"name": "bob"}],
        },
    )
    assert (answer.line, answer.query) == ("GET /v2/schedules/s1/next-on-calls", {"flat": "false"})
    assert answer.result == NextOnCall(
        parent=READ_PARENT,
        next_on_call_recipients=[OnCallParticipant(name="ann")],
        exact_next_on_call_recipients=[OnCallParticipant(name="bob")],
    )

    answer = await exchange(
        lambda og: og.on_calls.get_next("s1", flat=True, date=NOON),
        data={"_parent": PARENT, "nextOnCallParticipants": ["ann"], "exactNextOnCallParticipants": ["bob"]},
    )
    assert answer.result == FlatNextOnCall(
        parent=READ_PARENT, next_on_call_participants=["ann"], exact_next_on_call_participants=["bob"]
    )


async def test_a_moment_is_aware(og: Opsgenie):
    with pytest.raises(ValueError, match="date"):
        await og.on_calls.get("s1", date=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="date"):
        og.on_calls.list(date=datetime(2026, 1, 1))


async def test_the_sandbox_agrees(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_schedule("n/ight", participants=("ann@corp.example", "bob@corp.example"))
    where = Name("n/ight")

    now = await og.on_calls.get(where)
    (ann,) = now.on_call_participants
    flat = await og.on_calls.get(where, flat=True)
    following = await og.on_calls.get_next(where)
    flat_following = await og.on_calls.get_next(where, flat=True)

    assert flat.on_call_recipients == [ann.name]
    assert {ann.name, *flat_following.next_on_call_participants} == {"ann@corp.example", "bob@corp.example"}
    assert [one.name for one in following.next_on_call_recipients] == flat_following.next_on_call_participants
    everywhere = await og.on_calls.list()
    assert now in everywhere
    assert flat in await og.on_calls.list(flat=True)
    assert list(unread_fields([now, flat, following, flat_following, everywhere])) == []


async def test_a_user_has_a_calendar(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_schedule("night", participants=("ann@corp.example",))

    calendar = await og.on_calls.export_user("ann@corp.example")

    assert calendar.startswith(b"BEGIN:VCALENDAR")
    assert b"night" in calendar
