"""Values of webhooks in whatever form they come: numbers as text, null, moments, nesting, compression."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from opsgenie_async import Alias, ProtocolError
from opsgenie_async import web as plugin
from opsgenie_async.models import Priority
from opsgenie_async.web.webhook_events import ACTIONS, read_event
from tests.tables import each_row
from tests.web.events import SECRET, post


def relayed(value):
    """*value* as relays hand it on."""
    return {"whole": value, "float": float(value), "text": str(value), "exponent": f"{value:.15e}"}


@pytest.mark.parametrize("form", ["whole", "float", "text", "exponent"])
def test_a_number_is_read_in_whatever_form_a_relay_gave_it(form):
    event = read_event(
        {
            "action": "Escalate",
            "escalationTime": relayed(5)[form],
            "repeatCount": relayed(0)[form],
            "alert": {
                "alertId": relayed(52652)[form],
                "tinyId": relayed(23)[form],
                "priority": relayed(2)[form],
                "createdAt": relayed(1510825641455)[form],
                "updatedAt": relayed(1510825641455000000)[form],
                "teams": [relayed(7)[form], None],
                "details": {"till": relayed(4)[form], "open": True, "owner": None},
            },
        }
    )

    moment = datetime(2017, 11, 16, 9, 47, 21, 455000, UTC)
    near = timedelta(microseconds=0 if form in ("whole", "text") else 1_000_000)
    assert abs(event.alert.created_at - moment) <= near
    assert abs(event.alert.updated_at - moment) <= near
    assert (event.escalation_time, event.repeat_count) == (5, 0)
    assert event.alert.priority is Priority.P2
    if form != "exponent":  # of a text nobody knows that it was a number
        assert (event.alert.alert_id, event.alert.tiny_id) == ("52652", "23")
        assert (event.alert.teams, event.alert.details) == (["7"], {"till": "4", "open": "true"})


def test_one_that_a_relay_turned_into_text_as_a_whole():
    """Large numbers as text, ids and flags of the vendor's own, underscores before the names of some."""
    event = read_event(
        {
            "_alertFlowContext": {"traceId": "8b936e50", "requestId": "8b936e50", "_content": {}},
            "actorUserId": "477266bd",
            "integrationType": "Webhook",
            "integrationName": "to the shop",
            "alert": {
                "alertType": "0",
                "recipients": [],
                "userFullName": "Ann Ames",
                "source": "watch",
                "message": "till 4 is stuck",
                "priority": "2",
                "userId": "477266bd",
                "createdAt": "1510825641455",
                "teams": [],
                "insertedAt": "1510825641455000173",
                "updatedAt": "1.510825641455000173E18",
                "tags": ["env:live"],
                "tinyId": "5475",
                "alertId": "97260ae4",
                "entity": "",
            },
            "action": "Create",
            "source": {"name": "web", "type": "API"},
        }
    )

    assert event.alert.inserted_at == event.alert.updated_at == datetime(2017, 11, 16, 9, 47, 21, 455000, UTC)
    assert (event.actor_user_id, event.alert.user_full_name, event.alert.alert_type) == ("477266bd", "Ann Ames", "0")
    assert event.extra == {"_alertFlowContext": {"traceId": "8b936e50", "requestId": "8b936e50", "_content": {}}}


def every_scalar(document, path=()):
    """The path of each scalar in *document*."""
    for name, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(value, dict | list):
            yield from every_scalar(value, (*path, name))
        else:
            yield (*path, name)


WHOLE = {
    "action": "Create",
    "integrationId": "i",
    "actorUserId": "u",
    "source": {"name": "web", "type": "API"},
    "snoozeEndDate": 1510825641455,
    "alert": {
        "alertId": "1",
        "message": "m",
        "tinyId": "23",
        "priority": "P2",
        "oldPriority": "P3",
        "tags": ["a"],
        "responders": [{"id": "r", "type": "team", "name": "Ops"}],
        "addedTags": "a,b",
        "details": {"k": "v"},
        "createdAt": 1510825641455,
        "updatedAt": 1510825641455000173,
        "snoozedUntil": "2017-11-16T09:47:21Z",
    },
}


PATHS = [path for path in every_scalar(WHOLE) if path not in (("action",), ("alert", "alertId"))]


@each_row("path", PATHS)
@each_row("action", [*ACTIONS, "Restart"])
def test_null_anywhere_is_nothing(action, path):
    document = json.loads(json.dumps({**WHOLE, "action": action}))
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = None

    assert read_event(document).alert.alert_id == "1"


@pytest.mark.parametrize(
    "value", ["1e400", "1e999999999", "nan", "-inf", float("inf"), "9" * 300, {}, [], "1 2", "tomorrow", 10**30, "0x10"]
)
@pytest.mark.parametrize("field", ["createdAt", "updatedAt"])
def test_what_is_no_moment_is_refused_by_its_place(field, value):
    with pytest.raises(ProtocolError, match=field):
        read_event({"action": "Create", "alert": {"alertId": "1", field: value}})


@pytest.mark.parametrize(
    ("parent", "name"),
    [("alert", "snoozeEndDate"), ("alert", "snoozedUntil"), ("", "snoozeEndDate"), ("", "snoozedUntil")],
)
@pytest.mark.parametrize("value", [1893456000000, "1893456000000", 1.893456e12, "2030-01-01T00:00:00Z"])
def test_a_snooze_says_until_when(parent, name, value):
    document = {"action": "Snooze", "alert": {"alertId": "1"}}
    (document[parent] if parent else document)[name] = value

    event = read_event(document)

    assert isinstance(event, plugin.AlertSnoozed)
    assert event.until == datetime(2030, 1, 1, tzinfo=UTC)


async def test_a_snooze_by_the_api_says_until_when(door, sandbox, og, events):
    await og.alerts.create(message="disk", alias="disk")
    await og.alerts.snooze(Alias("disk"), end_time=datetime(2040, 1, 1, 12, 30, tzinfo=UTC))
    await sandbox.webhooks_sent()

    assert events[-1].until == datetime(2040, 1, 1, 12, 30, tzinfo=UTC)


def test_the_other_words_that_were_seen():
    ended = read_event({"action": "SnoozeEnded", "alert": {"alertId": "1"}})
    raised = read_event({"action": "UpdatePriority", "alert": {"alertId": "1", "priority": "P1", "oldPriority": 3}})

    assert isinstance(ended, plugin.AlertSnoozeEnded)
    assert isinstance(raised, plugin.AlertPriorityUpdated)
    assert (raised.priority, raised.previous) == (Priority.P1, Priority.P3)


def nested(depth, inside="alert"):
    hole = b'{"a":' * depth + b"1" + b"}" * depth
    return b'{"action": "Create", "alert": {"alertId": "1", "details": ' + hole + b"}}" if inside else hole


@pytest.mark.parametrize("depth", [101, 500, 800, 900, 1000])
@pytest.mark.parametrize("inside", ["alert", ""])
async def test_what_is_nested_without_an_end_is_refused(door, sandbox, events, depth, inside):
    assert await post(sandbox, nested(depth, inside)[:5000]) in (400, 422)
    assert await post(sandbox, b"[" * depth + b"]" * depth) in (400, 422)
    assert (events, door.rejected, door.failed) == ([], 2, 0)


async def send(sandbox, body, **headers):
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            sandbox.webhook.url, data=body, headers={"X-Shop": SECRET, **headers}, skip_auto_headers=["Content-Type"]
        ) as answer,
    ):
        return answer.status


GOOD = json.dumps({"action": "Create", "alert": {"alertId": "1"}}).encode()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"this is no gzip at all"),
        ("gzip", gzip.compress(GOOD)[:-20]),
        ("gzip", gzip.compress(GOOD)[:14] + b"garbage" * 9),
        ("deflate", b"\xff" * 40),
        ("gzip", gzip.compress(b"not JSON")),
    ],
    ids=["no gzip", "half of it", "garbage in it", "no deflate", "no JSON"],  # gzip writes the time into its header
)
async def test_what_cannot_be_decompressed_is_the_senders_fault(door, sandbox, events, coding, body):
    assert await send(sandbox, body, **{"Content-Encoding": coding}) in (400, 422)
    assert (events, door.failed) == ([], 0)


async def test_a_compressed_body_is_read_and_its_size_is_that_of_its_content(door, sandbox, events):
    assert await send(sandbox, gzip.compress(GOOD), **{"Content-Encoding": "gzip"}) == 200
    assert await send(sandbox, gzip.compress(b" " * 10**6), **{"Content-Encoding": "gzip"}) == 413
    assert len(events) == 1


@each_row(
    ("name", "value", "at"),
    [
        ("details", [1], "alert.details"),
        ("details", {"a": {}}, "alert.details.a"),
        ("teams", "Ops", "alert.teams"),
        ("teams", ["Ops", {}], r"alert.teams\[1\]"),
        ("addedTags", 7, "alert.addedTags"),
        ("addedTags", ["a", []], r"alert.addedTags\[1\]"),
        ("priority", True, "alert.priority"),
        ("priority", {}, "alert.priority"),
        ("message", [1], "alert.message"),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_place(name, value, at):
    with pytest.raises(ProtocolError, match=at):
        read_event({"action": "Create", "alert": {"alertId": "1", name: value}})


@each_row("value", [True, 1.5, "soon", "inf", [], 10**40])
def test_a_count_that_is_none_is_refused(value):
    with pytest.raises(ProtocolError, match="repeatCount"):
        read_event({"action": "Escalate", "alert": {"alertId": "1"}, "repeatCount": value})


def test_other_forms_of_texts_and_counts():
    alert = {"alertId": "1", "priority": "urgent", "message": 1.5, "details": {"load": 0.25}}
    event = read_event({"action": "Escalate", "alert": alert, "repeatCount": ""})

    assert (event.alert.priority, event.alert.message) == ("urgent", "1.5")
    assert (event.alert.details, event.repeat_count) == ({"load": "0.25"}, None)


@each_row(("value", "tags"), [("a, b,,", ["a", "b"]), (["a", 7, None], ["a", "7"]), ("", [])])
def test_tags_are_a_text_with_commas_or_a_list(value, tags):
    assert read_event({"action": "AddTags", "alert": {"alertId": "1", "addedTags": value}}).alert.added_tags == tags
