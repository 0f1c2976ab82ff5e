"""Webhooks from the sandbox to an application, both on real sockets."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from opsgenie_async import Alias, ProtocolError
from opsgenie_async import web as plugin
from opsgenie_async.models import EscalationRef, Priority, TeamRef, UserRef
from opsgenie_async.sandbox import Webhook
from opsgenie_async.web.webhook_events import ACTIONS, read_event
from tests.waiting import until
from tests.web.events import SECRET, post


async def test_every_action_of_the_api_arrives_as_its_event(door, sandbox, og, events):
    sandbox.add_team("Ops", members=("ann@example.com",))
    escalation = next(iter(sandbox.account.escalations.values()))
    alert = Alias("disk")
    by = {"user": "ann@example.com", "source": "bot"}

    await og.alerts.create(
        message="disk full", alias="disk", priority="P1", description="d" * 2000, details={"k": "v"}, actions=["purge"]
    )
    await og.alerts.acknowledge(alert, **by)
    await og.alerts.unacknowledge(alert, **by)
    await og.alerts.add_note(alert, note="on it", user="ann@example.com")
    await og.alerts.add_tags(alert, tags=["a", "b"])
    await og.alerts.remove_tags(alert, tags=["a"])
    await og.alerts.add_responder(alert, responder=UserRef(username="ann@example.com"))
    await og.alerts.add_responder(alert, responder=TeamRef(name="Ops"))
    await og.alerts.add_team(alert, team=TeamRef(name="Ops"))
    await og.alerts.assign(alert, owner=UserRef(username="ann@example.com"))
    await og.alerts.assign(alert, owner=UserRef(username="ann@example.com"), user="ann@example.com")
    await og.alerts.escalate(alert, escalation=EscalationRef(id=escalation["id"]))
    await og.alerts.snooze(alert, end_time=datetime(2030, 1, 1, tzinfo=UTC))
    await og.alerts.execute_action(alert, "purge")
    await og.alerts.update_priority(alert, priority="P5")
    id = (await og.alerts.get(alert)).id
    await og.alerts.close(alert)
    await og.alerts.delete(id)
    await sandbox.webhooks_sent()

    assert [type(event).__name__ for event in events] == [
        "AlertCreated",
        "AlertAcknowledged",
        "AlertUnacknowledged",
        "AlertNoteAdded",
        "AlertTagsAdded",
        "AlertTagsRemoved",
        "AlertRecipientAdded",
        "AlertTeamAdded",
        "AlertTeamAdded",
        "AlertOwnershipAssigned",
        "AlertOwnershipTaken",
        "AlertEscalated",
        "AlertSnoozed",
        "OtherAction",
        "AlertPriorityUpdated",
        "AlertClosed",
        "AlertDeleted",
    ]
    assert {event.alert.alert_id for event in events} == {id}
    created, acknowledged, _, note, tagged, untagged, recipient, team, _, assigned, total, escalated, *rest = events
    assert (created.alert.message, created.alert.priority, created.alert.alias) == ("disk full", Priority.P1, "disk")
    assert (created.alert.description, created.alert.details) == ("d" * 1000, {"k": "v"})
    assert (acknowledged.alert.username, acknowledged.source.name) == ("ann@example.com", "bot")
    assert acknowledged.alert.description == ""
    assert note.note == "on it"
    assert (tagged.tags, tagged.alert.tags) == (["a", "b"], ["a", "b"])
    assert (untagged.tags, untagged.alert.tags) == (["a"], ["b"])
    assert (recipient.recipient, team.team) == ("ann@example.com", "Ops")
    assert (assigned.owner, total.owner) == ("ann@example.com", "ann@example.com")
    assert (escalated.escalation_name, escalated.escalation_id) == (escalation["name"], escalation["id"])
    assert escalated.escalation_time == 0
    assert [event.action for event in rest] == ["Snooze", "purge", "UpdatePriority", "Close", "Delete"]
    assert rest[1].alert.details == {"k": "v"}
    assert {delivery.status for delivery in sandbox.webhooks} == {200}
    assert (door.delivered, door.duplicates, door.rejected, door.failed) == (17, 0, 0, 0)


@pytest.mark.parametrize("action", [*ACTIONS, "Restart the server"])
async def test_the_sandbox_sends_any_action_on_demand(door, sandbox, events, action):
    assert await sandbox.send_webhook(action) == 200

    (event,) = events
    assert type(event) is ACTIONS.get(action, plugin.OtherAction)
    assert event.action == action


async def test_both_epoch_units_are_moments(door, sandbox, events, clock):
    """`createdAt` is sent in milliseconds, `updatedAt` in nanoseconds."""
    await sandbox.send_webhook("Acknowledge")

    request, alert = sandbox.webhooks[0].document["alert"], events[0].alert
    assert request["updatedAt"] > request["createdAt"] * 1000
    assert alert.created_at == clock.utc()
    assert abs(alert.updated_at - clock.utc()) < timedelta(seconds=1)


@pytest.mark.parametrize("name", ["createdAt", "updatedAt", "insertedAt", "snoozedUntil"])
async def test_an_empty_moment_is_none(name):
    document = {"action": "Create", "alert": {"alertId": "1", name: ""}}

    event = read_event(document)

    assert (event.alert.created_at, event.alert.updated_at, event.alert.inserted_at) == (None, None, None)
    assert event.to_dict()["alert"] == document["alert"]


async def test_the_vendor_pages_sample():
    event = read_event(
        {
            "source": {"name": "web", "type": "API"},
            "alert": {
                "updatedAt": 1420452193166002000,
                "tags": ["tag1", "tag2"],
                "teams": ["team1"],
                "recipients": ["recipient1"],
                "message": "test alert",
                "alertId": "052652ac-5d1c-464a-812a-7dd18bbfba8c",
                "tinyId": "23",
                "createdAt": 1420452191104,
                "entity": None,
                "priority": 3,
            },
            "action": "Create",
            "integrationId": "37c8f316",
            "integrationName": "Integration1",
            "alertFlowContext": {"requestId": "df3ad546"},
        }
    )

    assert event.alert.created_at == datetime(2015, 1, 5, 10, 3, 11, 104000, UTC)
    assert event.alert.updated_at == datetime(2015, 1, 5, 10, 3, 13, 166002, UTC)
    assert (event.alert.priority, event.alert.entity) == (Priority.P3, "")
    assert event.alert_flow_context == {"requestId": "df3ad546"}
    assert event.extra == {}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "body"),
        ({"alert": {"alertId": "1"}}, "action"),
        ({"action": 7, "alert": {"alertId": "1"}}, "action"),
        ({"action": "Create"}, "alert"),
        ({"action": "Create", "alert": {}}, "alertId"),
        ({"action": "Create", "alert": {"alertId": "1", "createdAt": "today"}}, "createdAt"),
        ({"action": "Create", "alert": {"alertId": "1", "createdAt": True}}, "createdAt"),
        ({"action": "Create", "alert": {"alertId": "1", "updatedAt": 10**40}}, "updatedAt"),
        ({"action": "AddTags", "alert": {"alertId": "1", "addedTags": 5}}, "addedTags"),
    ],
)
def test_what_is_no_webhook_is_refused_by_its_place(document, path):
    with pytest.raises(ProtocolError, match=path):
        read_event(document)


@pytest.mark.parametrize("header", ["", "wrong", "what only Opsgenie know", SECRET + "s", "ünïcode"])
async def test_a_wrong_secret_is_refused_before_anything_is_read(door, sandbox, events, header):
    sandbox.webhook = Webhook(url=sandbox.webhook.url, headers={"X-Shop": header} if header else {})

    assert await sandbox.send_webhook("Create") == 401
    assert events == []
    assert door.rejected == 1


async def test_two_secrets_while_one_replaces_the_other(sandbox, serve, events):
    app = web.Application()
    plugin.webhooks(app, "/", events, secret=["old", "new"])
    url = str((await serve(app)).make_url("/"))

    for secret in ("old", "new"):
        sandbox.webhook = Webhook(url=url, headers={"X-Opsgenie-Secret": secret})
        assert await sandbox.send_webhook("Create") == 200
    sandbox.webhook = Webhook(url=url, headers={"X-Opsgenie-Secret": "other"})
    assert await sandbox.send_webhook("Create") == 401


@pytest.mark.parametrize("secret", ["", [], ["a", ""]])
async def test_an_empty_secret_is_no_secret(secret, events):
    with pytest.raises(ValueError, match="secret"):
        plugin.webhooks(web.Application(), "/", events, secret=secret)


async def test_without_a_secret_everybody_is_heard(sandbox, serve, events):
    app = web.Application()
    plugin.webhooks(app, "/", events, secret=None)
    sandbox.webhook = Webhook(url=str((await serve(app)).make_url("/")))

    assert await sandbox.send_webhook("Create") == 200


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_long_is_not_read(door, sandbox, events, chunked):
    async def pieces():
        for _ in range(60):
            yield b" " * 100

    assert await post(sandbox, pieces() if chunked else b" " * 6000) == 413
    assert (events, door.rejected) == ([], 1)


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"", 400), (b"[" * 5000, 400), (b'{"action": 1}', 422)])
async def test_what_is_no_webhook_is_refused(door, sandbox, events, body, status):
    assert await post(sandbox, body) == status
    assert (events, door.rejected) == ([], 1)


async def test_the_same_delivery_again_goes_no_further(door, sandbox, events):
    await sandbox.send_webhook("Acknowledge")

    assert await sandbox.repeat_webhook(sandbox.webhooks[0]) == 200
    assert (len(events), door.delivered, door.duplicates) == (1, 1, 1)


async def test_its_spelling_does_not_matter(door, sandbox, events):
    await sandbox.send_webhook("Acknowledge")
    backwards = dict(reversed(sandbox.webhooks[0].document.items()))

    assert await post(sandbox, json.dumps(backwards, indent=4).encode()) == 200
    assert len(events) == 1


async def test_the_same_action_twice_is_two_events(door, sandbox, og, events):
    """On a clock that stands still: the nanoseconds differ all the same."""
    await og.alerts.create(message="disk", alias="disk")
    for _ in range(2):
        await og.alerts.acknowledge(Alias("disk"))
    await sandbox.webhooks_sent()

    assert len(events) == 3


async def test_after_a_while_it_is_forgotten(door, sandbox, events, clock):
    await sandbox.send_webhook("Acknowledge")
    await clock.advance(3599)
    await sandbox.repeat_webhook(sandbox.webhooks[0])
    assert len(events) == 1

    await clock.advance(1)
    await sandbox.repeat_webhook(sandbox.webhooks[0])

    assert len(events) == 2


async def test_only_so_many_are_remembered(sandbox, serve, events):
    app = web.Application()
    plugin.webhooks(app, "/", events, secret=None, most_remembered=2)
    sandbox.webhook = Webhook(url=str((await serve(app)).make_url("/")))
    for action in ("Create", "Acknowledge", "Close"):
        await sandbox.send_webhook(action)

    await sandbox.repeat_webhook(sandbox.webhooks[2])
    await sandbox.repeat_webhook(sandbox.webhooks[0])

    assert [event.action for event in events] == ["Create", "Acknowledge", "Close", "Create"]


async def test_a_handler_that_fails_makes_opsgenie_send_it_again(door, sandbox, events):
    async def fail_once(event):
        events.before = None
        raise OSError("no disk")

    events.before = fail_once

    assert await sandbox.send_webhook("Create") == 500
    assert await sandbox.repeat_webhook(sandbox.webhooks[0]) == 200
    assert (len(events), door.failed, door.delivered, door.duplicates) == (1, 1, 1, 0)


@pytest.mark.parametrize("works", [True, False])
async def test_one_that_comes_while_its_handler_runs_has_the_same_outcome(door, sandbox, events, works, monkeypatch):
    """When the first handler fails, the second delivery is handled in its place."""
    running, go_on = asyncio.Event(), asyncio.Event()

    async def wait(event):
        events.before = None
        running.set()
        await go_on.wait()
        if not works:
            raise OSError("no disk")

    events.before = wait
    body = json.dumps({"action": "Create", "alert": {"alertId": "1"}}).encode()
    first = asyncio.create_task(post(sandbox, body))
    await running.wait()
    look_up, arrivals = door._deliveries.get, []
    monkeypatch.setattr(door._deliveries, "get", lambda digest: arrivals.append(digest) or look_up(digest))
    second = asyncio.create_task(post(sandbox, body))
    await until(lambda: arrivals)
    assert not second.done()
    go_on.set()

    assert (await first, await second) == ((200, 200) if works else (500, 200))
    assert len(events) == 1


async def test_a_target_that_is_not_there_stops_nothing(sandbox, og, unused_tcp_port):
    sandbox.webhook = Webhook(url=f"http://127.0.0.1:{unused_tcp_port}/")

    await og.alerts.create(message="disk")
    await sandbox.webhooks_sent()

    assert [delivery.status for delivery in sandbox.webhooks] == [None]


async def test_sending_without_a_target_says_so(sandbox):
    with pytest.raises(RuntimeError, match=r"sandbox\.webhook"):
        await sandbox.send_webhook("Create")
