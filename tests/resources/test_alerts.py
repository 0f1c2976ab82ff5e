"""`og.alerts`: the requests it makes, and the answers of the documents it reads."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from opsgenie_async import Alias, Config, Name, Opsgenie, OutcomeUnknown, Pending, TinyId
from opsgenie_async.models import (
    Alert,
    AlertAttachment,
    AlertIntegration,
    AlertLog,
    AlertNote,
    AlertRecipient,
    AlertReport,
    AlertSort,
    EscalationRef,
    PageDirection,
    Priority,
    Reference,
    SavedSearch,
    ScheduleRef,
    SortOrder,
    TeamRef,
    UserMeta,
    UserRef,
)
from opsgenie_async.resources.alerts import ActionFields
from tests.http.server import Echo, ReceivedRequest
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

Call = Callable[[Opsgenie], Awaitable[object]]

ACTION: ActionFields = {"user": "Ann", "note": "seen", "source": "a b"}
UNTIL = datetime(2026, 2, 1, 20, 30, tzinfo=timezone(timedelta(hours=2)))
DOCUMENT = {
    "id": "70413a06-38d6-4c85-92b8-5ebc900d42e2",
    "tinyId": "1791",
    "alias": "event_573",
    "message": "Our servers are in danger",
    "status": "open",
    "acknowledged": False,
    "isSeen": True,
    "seen": True,
    "tags": ["OverwriteQuietHours", "Critical"],
    "snoozed": True,
    "snoozedUntil": "2017-04-03T20:32:35.143Z",
    "count": 79,
    "lastOccurredAt": "2017-04-03T20:05:50.894Z",
    "createdAt": "2017-03-21T20:32:52.353Z",
    "updatedAt": "2017-04-03T20:32:57.301Z",
    "source": "Isengard",
    "owner": "morpheus@opsgenie.com",
    "ownerTeamId": "t1",
    "priority": "P5",
    "teams": [{"id": "t1"}],
    "responders": [{"id": "4513b7ea", "type": "team"}, {"id": "bb4d9938", "type": "user"}],
    "integration": {"id": "4513b7ea", "name": "Nebuchadnezzar", "type": "API"},
    "report": {
        "ackTime": 15702,
        "closeTime": 60503,
        "acknowledgedBy": "agent_smith@opsgenie.com",
        "closedBy": "neo@opsgenie.com",
    },
    "actions": ["Restart", "Ping"],
    "entity": "EC2",
    "description": "Example description",
    "details": {"serverName": "Zion", "region": "Oregon"},
}


@pytest.mark.parametrize(
    ("call", "line", "body"),
    [
        (lambda og: og.alerts.acknowledge("a", **ACTION), "POST /v2/alerts/a/acknowledge", ACTION),
        (lambda og: og.alerts.unacknowledge("a", **ACTION), "POST /v2/alerts/a/unacknowledge", ACTION),
        (lambda og: og.alerts.close("a"), "POST /v2/alerts/a/close", {}),
        (
            lambda og: og.alerts.snooze("a", end_time=UNTIL, note="later"),
            "POST /v2/alerts/a/snooze",
            {"endTime": "2026-02-01T20:30:00+02:00", "note": "later"},
        ),
        (
            lambda og: og.alerts.escalate("a", escalation=EscalationRef(name="e")),
            "POST /v2/alerts/a/escalate",
            {"escalation": {"type": "escalation", "name": "e"}},
        ),
        (
            lambda og: og.alerts.assign("a", owner=UserRef(username="ann@corp.example"), user="Bob"),
            "POST /v2/alerts/a/assign",
            {"owner": {"type": "user", "username": "ann@corp.example"}, "user": "Bob"},
        ),
        (
            lambda og: og.alerts.add_responder("a", responder=ScheduleRef(id="s1")),
            "POST /v2/alerts/a/responders",
            {"responder": {"type": "schedule", "id": "s1"}},
        ),
        (
            lambda og: og.alerts.add_team("a", team=TeamRef(name="ops")),
            "POST /v2/alerts/a/teams",
            {"team": {"type": "team", "name": "ops"}},
        ),
        (lambda og: og.alerts.execute_action("a", "re/start it"), "POST /v2/alerts/a/actions/re%2Fstart%20it", {}),
        (
            lambda og: og.alerts.add_note("a", note="n", user="Ann"),
            "POST /v2/alerts/a/notes",
            {"note": "n", "user": "Ann"},
        ),
        (lambda og: og.alerts.add_tags("a", tags=["x", "y"]), "POST /v2/alerts/a/tags", {"tags": ["x", "y"]}),
        (
            lambda og: og.alerts.add_details("a", details={"k": "v"}),
            "POST /v2/alerts/a/details",
            {"details": {"k": "v"}},
        ),
        (lambda og: og.alerts.update_message("a", message="m"), "PUT /v2/alerts/a/message", {"message": "m"}),
        (
            lambda og: og.alerts.update_description("a", description="d"),
            "PUT /v2/alerts/a/description",
            {"description": "d"},
        ),
        (
            lambda og: og.alerts.update_priority("a", priority=Priority.P1),
            "PUT /v2/alerts/a/priority",
            {"priority": "P1"},
        ),
    ],
)
async def test_what_is_done_to_an_alert_is_promised(call: Call, line: str, body: object):
    answer = await exchange(call, result="Request will be processed")

    assert (answer.line, answer.query, answer.body) == (line, {}, body)
    assert isinstance(answer.result, Pending)
    assert (answer.result.request_id, answer.result.result) == ("r", "Request will be processed")


@pytest.mark.parametrize(
    ("call", "line", "query"),
    [
        (
            lambda og: og.alerts.delete("a", user="Ann", source="s"),
            "DELETE /v2/alerts/a",
            {"user": "Ann", "source": "s"},
        ),
        (lambda og: og.alerts.remove_tags("a", tags=["x", "y z"]), "DELETE /v2/alerts/a/tags", {"tags": "x,y z"}),
        (
            lambda og: og.alerts.remove_details("a", keys=["k"], **ACTION),
            "DELETE /v2/alerts/a/details",
            {"keys": "k", **ACTION},
        ),
    ],
)
async def test_what_is_taken_away_is_named_in_the_query(call: Call, line: str, query: dict[str, str]):
    answer = await exchange(call)

    assert (answer.line, answer.query, answer.body) == (line, query, None)
    assert isinstance(answer.result, Pending)


@pytest.mark.parametrize(
    ("alert", "path", "kind"),
    [
        ("a", "a", ""),
        (Alias("db/1"), "db%2F1", "alias"),
        (TinyId("42"), "42", "tiny"),
        (Alert(id="a"), "a", ""),
    ],
)
async def test_an_alert_goes_by_id_alias_or_tiny_id(alert: str | Alias | TinyId | Alert, path: str, kind: str):
    answer = await exchange(lambda og: og.alerts.acknowledge(alert))
    assert answer.line == f"POST /v2/alerts/{path}/acknowledge"
    assert answer.query == ({"identifierType": kind} if kind else {})

    answer = await exchange(lambda og: og.alerts.list_attachments(alert), data=[])
    assert answer.line == f"GET /v2/alerts/{path}/attachments"
    assert answer.query == ({"alertIdentifierType": kind} if kind else {})


async def test_one_alert_is_read_whole():
    answer = await exchange(lambda og: og.alerts.get("a"), data=DOCUMENT)

    alert = answer.result
    assert isinstance(alert, Alert)
    assert (answer.line, alert.priority, alert.owner_team_id) == ("GET /v2/alerts/a", Priority.P5, "t1")
    assert alert.snoozed_until == datetime(2017, 4, 3, 20, 32, 35, 143000, UTC)
    assert alert.responders == [TeamRef(id="4513b7ea"), UserRef(id="bb4d9938")]
    assert alert.integration == AlertIntegration(id="4513b7ea", name="Nebuchadnezzar", type="API")
    assert alert.report == AlertReport(
        ack_time=15702, close_time=60503, acknowledged_by="agent_smith@opsgenie.com", closed_by="neo@opsgenie.com"
    )
    assert alert.details == {"serverName": "Zion", "region": "Oregon"}


async def test_a_listing_asks_for_full_pages_as_it_was_told():
    answer = await exchange(
        lambda og: og.alerts.list(
            query="status: open AND tag: a&b", sort=AlertSort.ACK_TIME, order=SortOrder.ASC, offset=20
        ),
        data=[DOCUMENT],
    )

    assert answer.line == "GET /v2/alerts"
    assert answer.query == {
        "query": "status: open AND tag: a&b",
        "sort": "report.ackTime",
        "order": "asc",
        "offset": "20",
        "limit": "100",
    }
    assert [each.tiny_id for each in answer.result] == ["1791"]


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ("s1", {"searchIdentifier": "s1"}),
        (Name("mine"), {"searchIdentifier": "mine", "searchIdentifierType": "name"}),
        (SavedSearch(id="s1", name="mine"), {"searchIdentifier": "s1"}),
        (Reference(id="s1"), {"searchIdentifier": "s1"}),
    ],
)
async def test_a_saved_search_stands_in_for_a_query(search: str | Name | SavedSearch, query: dict[str, str]):
    answer = await exchange(lambda og: og.alerts.list(search_identifier=search, page_size=5), data=[])
    assert answer.query == {**query, "limit": "5"}

    answer = await exchange(lambda og: og.alerts.count(search_identifier=search), data={"count": 7})
    assert (answer.line, answer.query, answer.result) == ("GET /v2/alerts/count", query, 7)


async def test_alerts_are_counted():
    answer = await exchange(lambda og: og.alerts.count(query="status: open"), data={"count": 0})

    assert (answer.query, answer.result) == ({"query": "status: open"}, 0)


async def test_recipients_tell_how_far_they_were_told():
    first = {
        "user": {"id": "u1", "username": "ann@corp.example"},
        "state": "action",
        "method": "Acknowledge",
        "createdAt": "2017-04-12T12:45:51.143Z",
        "updatedAt": "2017-04-12T13:45:51.143Z",
    }
    answer = await exchange(lambda og: og.alerts.list_recipients("a"), data=[first, {"state": "notactive"}])

    assert answer.line == "GET /v2/alerts/a/recipients"
    assert answer.result == [
        AlertRecipient(
            user=UserMeta(id="u1", username="ann@corp.example"),
            state="action",
            method="Acknowledge",
            created_at=datetime(2017, 4, 12, 12, 45, 51, 143000, UTC),
            updated_at=datetime(2017, 4, 12, 13, 45, 51, 143000, UTC),
        ),
        AlertRecipient(state="notactive"),
    ]


async def test_logs_and_notes_follow_their_tokens():
    pages = {
        None: ([{"log": "one", "type": "system", "offset": "2_a"}, {"log": "two", "offset": 3}], "3_b+"),
        "3_b+": ([{"log": "three", "owner": "System", "createdAt": "2017-05-24T14:24:20.844Z"}], None),
    }

    def answer(request: ReceivedRequest) -> web.Response:
        entries, following = pages[dict(parse_qsl(urlsplit(request.raw_path).query)).get("offset")]
        if "/notes" in request.raw_path:
            entries = [{"note": each["log"], **each} for each in entries]
            for each in entries:
                del each["log"]
                each.pop("type", None)
        paging = {"first": "https://api.opsgenie.com/v2/alerts/x/logs?limit=2"}
        if following:
            paging["next"] = "https://api.opsgenie.com/v2/alerts/x/logs?limit=2&direction=next&offset=3_b%2B"
        return web.json_response({"data": entries, "paging": paging, "took": 0.1, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        logs = await og.alerts.list_logs("a", page_size=2, order=SortOrder.DESC)
        notes = await og.alerts.list_notes("a", page_size=2, direction=PageDirection.NEXT)
        again = await og.alerts.list_logs("a", offset="3_b+", direction=PageDirection.NEXT)

    last = datetime(2017, 5, 24, 14, 24, 20, 844000, UTC)
    assert logs == [
        AlertLog(log="one", type="system", offset="2_a"),
        AlertLog(log="two", offset="3"),
        AlertLog(log="three", owner="System", created_at=last),
    ]
    assert notes[-1] == AlertNote(note="three", owner="System", created_at=last)
    assert list(unread_fields(logs + notes)) == []
    assert again == logs[2:]
    assert [each.raw_path for each in server.received] == [
        "/v2/alerts/a/logs?limit=2&order=desc",
        "/v2/alerts/a/logs?limit=2&direction=next&offset=3_b%2B",
        "/v2/alerts/a/notes?limit=2&direction=next",
        "/v2/alerts/a/notes?limit=2&direction=next&offset=3_b%2B",
        "/v2/alerts/a/logs?limit=100&offset=3_b%2B&direction=next",
    ]


@pytest.mark.parametrize(
    ("call", "line", "data", "result"),
    [
        (
            lambda og: og.alerts.list_attachments("a"),
            "GET /v2/alerts/a/attachments",
            [{"id": 1491, "name": "trinity.png"}, {"id": "2", "name": "b"}],
            [AlertAttachment(id="1491", name="trinity.png"), AlertAttachment(id="2", name="b")],
        ),
        (
            lambda og: og.alerts.get_attachment("a", AlertAttachment(id="1491")),
            "GET /v2/alerts/a/attachments/1491",
            {"name": "trinity.png", "url": "https://files.example/1?signature=s"},
            AlertAttachment(name="trinity.png", url="https://files.example/1?signature=s"),
        ),
        (
            lambda og: og.alerts.delete_attachment("a", "1491", user="Ann"),
            "DELETE /v2/alerts/a/attachments/1491",
            None,
            None,
        ),
    ],
)
async def test_attachments_have_ids_of_either_kind(call: Call, line: str, data: object, result: object):
    answer = await exchange(call, data=data)

    assert (answer.line, answer.result) == (line, result)
    assert answer.query == ({"user": "Ann"} if result is None else {})


def test_the_url_of_an_attachment_is_not_shown():
    assert "signature" not in repr(AlertAttachment(url="https://files.example/1?signature=s"))


async def test_all_of_an_alert_is_sent():
    answer = await exchange(
        lambda og: og.alerts.create(
            message="m",
            alias="a",
            description="d",
            responders=[TeamRef(name="ops"), UserRef(id="u1")],
            visible_to=[TeamRef(id="t1")],
            actions=["Restart"],
            tags=["x"],
            details={"k": "v"},
            entity="e",
            source="s",
            priority="P1",
            user="Ann",
            note="n",
        )
    )

    assert answer.body == {
        "message": "m",
        "alias": "a",
        "description": "d",
        "responders": [{"type": "team", "name": "ops"}, {"type": "user", "id": "u1"}],
        "visibleTo": [{"type": "team", "id": "t1"}],
        "actions": ["Restart"],
        "tags": ["x"],
        "details": {"k": "v"},
        "entity": "e",
        "source": "s",
        "priority": "P1",
        "user": "Ann",
        "note": "n",
    }
    assert isinstance(answer.result, Pending)
    assert answer.result.alias == "a"


ONCE: list[Call] = [
    lambda og: og.alerts.add_note("a", note="n"),
    lambda og: og.alerts.execute_action("a", "x"),
    lambda og: og.alerts.escalate("a", escalation=EscalationRef(id="e")),
    lambda og: og.alerts.add_responder("a", responder=UserRef(id="u")),
    lambda og: og.alerts.add_team("a", team=TeamRef(id="t")),
    lambda og: og.alerts.close("a", note="n"),
    lambda og: og.alerts.remove_tags("a", tags=["x"], note="n"),
    lambda og: og.alerts.add_attachment("a", file=b"x", file_name="x"),
]
AGAIN: list[Call] = [
    lambda og: og.alerts.close("a", user="Ann"),
    lambda og: og.alerts.snooze("a", end_time=UNTIL),
    lambda og: og.alerts.assign("a", owner=UserRef(id="u")),
    lambda og: og.alerts.add_tags("a", tags=["x"]),
    lambda og: og.alerts.remove_tags("a", tags=["x"]),
    lambda og: og.alerts.remove_details("a", keys=["x"]),
    lambda og: og.alerts.update_priority("a", priority="P2"),
]


@pytest.mark.parametrize(("call", "attempts"), [(call, 1) for call in ONCE] + [(call, 2) for call in AGAIN])
async def test_only_what_comes_to_the_same_is_repeated(call: Call, attempts: int):
    def answer(request: ReceivedRequest) -> web.Response:
        return web.Response(status=502) if len(server.received) == 1 else web.json_response({"requestId": "r"})

    config = Config(jitter=lambda bound: 0.0)
    async with Echo(answer) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        if attempts == 1:
            with pytest.raises(OutcomeUnknown):
                await call(og)
        else:
            await call(og)
    assert len(server.received) == attempts


async def test_a_moment_without_a_zone_is_refused():
    async with Opsgenie("key") as og:
        with pytest.raises(ValueError, match=r"^end_time: "):
            await og.alerts.snooze("a", end_time=datetime(2026, 1, 1))
