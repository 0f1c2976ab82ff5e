"""The search language of alerts: which of four alerts a query finds, and what makes no sense."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.account.records import index
from opsgenie_async.sandbox.account.records.fields import ALERT
from opsgenie_async.sandbox.account.records.predicates import passes
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.behaviour.search.binding import bind
from opsgenie_async.sandbox.behaviour.search.syntax import QueryError, parse

BASE = {
    "alias": "",
    "status": "open",
    "acknowledged": False,
    "isSeen": False,
    "tags": [],
    "snoozed": False,
    "count": 1,
    "source": "",
    "owner": "",
    "priority": "P3",
    "teams": [],
    "responders": [],
    "integration": {"name": "API", "type": "API"},
    "report": {},
    "actions": [],
    "entity": "",
    "description": "",
    "details": {},
}
ALERTS = [
    BASE
    | {
        "tinyId": "1",
        "message": "Disk is full on db-1",
        "tags": ["Critical", "db"],
        "createdAt": "2026-01-01T10:00:00.000Z",
        "priority": "P1",
        "alias": "disk:db-1",
        "details": {"host": "db-1"},
    },
    BASE
    | {
        "tinyId": "2",
        "message": "CPU is hot",
        "tags": ["web"],
        "createdAt": "2026-01-02T10:00:00.000Z",
        "status": "closed",
        "owner": "ann@corp.example",
        "report": {"ackTime": 1500, "closedBy": "ann"},
    },
    BASE
    | {
        "tinyId": "3",
        "message": "not [good] at all?",
        "createdAt": "2026-01-02T23:59:59.999Z",
        "count": 12,
        "acknowledged": True,
        "teams": [{"id": "t1"}],
        "responders": [{"type": "team", "id": "t1"}],
    },
    BASE
    | {
        "tinyId": "10",
        "message": "Disk is slow",
        "tags": ["db", "a b"],
        "createdAt": "2026-01-03T00:00:00.000Z",
        "priority": "P5",
        "entity": "storage 4",
        "description": "very Slow",
    },
]


def matches(query: str) -> list[str]:
    test = bind(parse(query, ALERT), ALERT, Account())
    return [alert["tinyId"] for alert in ALERTS if passes(test, alert)]


@pytest.mark.parametrize(
    ("query", "tiny_ids"),
    [
        ("", "1 2 3 10"),
        ("  ", "1 2 3 10"),
        ("status:open", "1 3 10"),
        ("status : OPEN", "1 3 10"),
        ("status=closed", "2"),
        ("status!=closed", "1 3 10"),
        ("priority: P1", "1"),
        ("priority:(P1 OR P5)", "1 10"),
        ("priority > P3", "10"),
        ("priority <= P1", "1"),
        ("tag: db", "1 10"),
        ("tags: critical", "1"),
        ('tag: "a b"', "10"),
        ("tag: (db AND critical)", "1"),
        ("tag: (db NOT critical)", "10"),
        ("tag is null", "3"),
        ("tag IS NOT NULL", "1 2 10"),
        ("owner is null", "1 3 10"),
        ("owner: ANN@*", "2"),
        ("snoozedUntil is not null", ""),
        ("acknowledged: true", "3"),
        ("acknowledged: false AND NOT status: closed", "1 10"),
        ("isSeen:true", ""),
        ("count > 10", "3"),
        ("count >= 12", "3"),
        ("count < 2", "1 2 10"),
        ("count: 12", "3"),
        ("tinyId: 10", "10"),
        ("tinyId > 2", "3 10"),
        ("createdAt > 2026-01-02T10:00:00Z", "3 10"),
        ("createdAt >= 2026-01-02T12:00:00+02:00", "2 3 10"),
        ('createdAt < "2026-01-02T00:00:00Z"', "1"),
        ("createdAt > 1767348000000", "3 10"),
        ("createdAt: 1767348000000", "2"),
        ("createdAt: 02-01-2026", "2 3"),
        ("createdAt > 02-01-2026 createdAt < 03-01-2026", "2 3"),
        ("disk", "1 10"),
        ("DISK full", "1"),
        ("disk AND slow", "10"),
        ("disk or cpu", "1 2 10"),
        ('"is full"', "1"),
        ('"is slow" OR "is hot"', "2 10"),
        ("NOT disk", "2 3"),
        ("not not disk", "1 10"),
        ("message: d*k", "1 10"),
        ("message: hot", "2"),
        ("[good]", "3"),
        ("all?", "3"),
        ("description: slow", "10"),
        ("entity: storage", ""),
        ("entity: storage*", "10"),
        ("alias: disk:db-1", "1"),
        ("details.key: host", "1"),
        ("details.value: db-1", "1"),
        ("teams: t1", "3"),
        ("responders: T1", "3"),
        ("integration.name: api", "1 2 3 10"),
        ("report.ackTime > 1000", "2"),
        ("report.closedBy: ann", "2"),
        ("status: open AND (priority: P1 OR priority: P5) AND tag: db", "1 10"),
        ("status: closed OR status: open AND priority: P5", "2 10"),
        ("(status: closed OR status: open) AND priority: P5", "10"),
        ("((disk))", "1 10"),
        ("STATUS: open", "1 3 10"),
        ('"and"', ""),
        ("owner is not null and cpu", "2"),
    ],
)
def test_what_a_query_finds(query, tiny_ids):
    assert " ".join(matches(query)) == tiny_ids


@pytest.mark.parametrize(
    "query",
    [
        "status:",
        "weather: fine",
        "status: open AND",
        "AND disk",
        "(disk",
        "disk)",
        "()",
        "tag: ()",
        "NOT",
        "status is open",
        "count > many",
        "priority: high",
        "acknowledged: perhaps",
        "createdAt > tomorrow",
        "createdAt: 31-02-2026",
        "createdAt > 99999999999999999999",
        "message > a",
        ": open",
        "> 5",
        '"open',
        "!",
        "(" * 60 + "disk" + ")" * 60,
        "x" * 1001,
    ],
)
def test_a_query_that_makes_no_sense(query):
    with pytest.raises(QueryError):
        bind(parse(query, ALERT), ALERT, Account())


@pytest.fixture
async def filled(api, watch):
    for number, tag in enumerate(("db", "web", "db")):
        watch.seconds += 1
        await api("POST", "/v2/alerts", {"message": f"m{number}", "tags": [tag], "alias": f"a{number}"})


async def test_lists_and_counts_go_by_a_query(api, filled):
    query = quote("tag: db AND createdAt > 2026-01-01T00:16:42Z")

    assert [each["message"] for each in await api.get(f"/v2/alerts?query={query}")] == ["m2"]
    assert await api.get(f"/v2/alerts/count?query={query}") == {"count": 1}
    assert await api.get("/v2/alerts/count") == {"count": 3}
    for path in ("/v2/alerts", "/v2/alerts/count"):
        reply = await api("GET", f"{path}?query=weather%3Afine")
        assert (reply.status, set(reply.json["errors"])) == (422, {"query"})


@pytest.mark.parametrize(
    ("sort", "order", "messages"),
    [
        ("tinyId", "asc", "m0 m1 m2"),
        ("message", "desc", "m2 m1 m0"),
        ("report.ackTime", "asc", "m0 m2 m1"),
        ("snoozedUntil", "asc", "m0 m1 m2"),
        ("integration.name", "asc", "m0 m1 m2"),
    ],
)
async def test_alerts_are_sorted(api, filled, sort, order, messages):
    await api("POST", "/v2/alerts/a1/acknowledge?identifierType=alias")

    result = await api.get(f"/v2/alerts?sort={sort}&order={order}")
    assert " ".join(each["message"] for each in result) == messages


async def test_the_life_of_a_saved_search(api, sandbox, filled, watch):
    ann, team = sandbox.add_user("ann@corp.example"), sandbox.add_team("ops")
    body = {"name": "a/b", "query": "tag: db", "owner": {"username": "ann@corp.example"}, "teams": [{"name": "ops"}]}
    result = await api("POST", "/v2/alerts/saved-searches", body | {"description": "d"})

    short = {"id": result.data["id"], "name": "a/b"}
    assert (result.status, result.data, result.json["result"]) == (201, short, "Created")
    assert await api.get("/v2/alerts/saved-searches") == [short]
    search = await api.get("/v2/alerts/saved-searches/a%2Fb?identifierType=name")
    assert search == short | {
        "description": "d",
        "query": "tag: db",
        "owner": {"id": ann["id"]},
        "teams": [{"id": team["id"]}],
        "createdAt": "2026-01-01T00:16:43.000Z",
        "updatedAt": "2026-01-01T00:16:43.000Z",
    }
    assert (await api("POST", "/v2/alerts/saved-searches", body)).status == 409

    by_name = "searchIdentifier=a%2Fb&searchIdentifierType=name"
    assert await api.get(f"/v2/alerts/count?{by_name}") == {"count": 2}
    assert await api.get(f"/v2/alerts/count?searchIdentifier={search['id']}&query=m0") == {"count": 1}
    assert (await api("GET", "/v2/alerts?searchIdentifier=unknown")).status == 404
    assert (await api("GET", f"/v2/alerts?{by_name}x")).status == 422

    watch.seconds += 1
    changed = await api("PATCH", f"/v2/alerts/saved-searches/{search['id']}", body | {"name": "b", "query": "m1"})
    assert changed.data == search | {"name": "b", "query": "m1", "updatedAt": "2026-01-01T00:16:44.000Z"}
    assert await api.get(f"/v2/alerts/count?searchIdentifier={search['id']}") == {"count": 1}

    assert (await api("DELETE", "/v2/alerts/saved-searches/b?identifierType=name")).json["result"] == "Deleted"
    assert (await api("GET", f"/v2/alerts/saved-searches/{search['id']}")).status == 404


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"query": "x" * 1001}, {"query"}),
        ({"query": "weather: fine"}, {"query"}),
        ({"query": None}, {"query"}),
        ({"owner": {"id": "nobody"}}, {"owner"}),
        ({"owner": {}}, {"owner"}),
        ({"description": "x" * 15_001}, {"description"}),
        ({"teams": [{"name": "nowhere"}]}, {"teams"}),
        ({"teams": [{"name": "x"}] * 21}, {"teams"}),
    ],
)
async def test_every_wrong_field_of_a_saved_search_is_named(api, sandbox, change, fields):
    sandbox.add_user("ann@corp.example")
    body = {"name": "n", "query": "q", "owner": {"username": "ann@corp.example"}}
    result = (await api("POST", "/v2/alerts/saved-searches", body)).data

    for method, path in (("POST", ""), ("PATCH", f"/{result['id']}")):
        reply = await api(method, f"/v2/alerts/saved-searches{path}", body | {"name": "m"} | change)
        assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)


async def test_other_requests_are_answered_while_a_rare_field_is_indexed(monkeypatch):
    monkeypatch.setattr(index, "STEP", 10)
    async with (
        Sandbox(teams=2, seed=1, alerts=600) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url) as og,
    ):
        sandbox.limits.set({"search": [{"limit": 2, "periodInSeconds": 3600}]})
        user = next(iter(sandbox.account.users.values()))["username"]
        search = asyncio.create_task(og.alerts.count(query=f"recipients: {user}"))
        answers = 0
        while not search.done():
            await og.request("GET", "v2/account")
            answers += 1
        assert answers >= 3

        rows = (sandbox.account.alert_recipients.get(id, []) for id in sandbox.account.alerts)
        expected = sum(any(row["user"]["username"] == user for row in each) for each in rows)
        assert await search == await og.alerts.count(query=f"recipients: {user}") == expected  # a search counts once
