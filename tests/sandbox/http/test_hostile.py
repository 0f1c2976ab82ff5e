"""Whatever comes in, the sandbox answers, never with 500, and works on afterwards."""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import json
import re
import socket
import time
import zlib
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.intake import DEEPEST, STRANGER
from opsgenie_async.sandbox.http.intake import JSON as MOST
from opsgenie_async.sandbox.http.route import Route
from opsgenie_async.sandbox.routes import PAGES

ROUTES = [endpoint.route for page in PAGES for endpoint in page.endpoints]
DEEP: Any = []
for _ in range(DEEPEST - 8):
    DEEP = [DEEP]
VALUES: list[Any] = [
    *(None, True, -1, 0, 10**9, 10**12, 10**400, 1.5, -1e308, "", "x", "?\0\r\n", "é" * 20, "x" * 30_000, "\ud800"),
    *([], {}, ["x"], [None], [[]], {"x": []}, [{}], {"type": ["x"]}, {"type": {}}, {"id": ["x"]}, {"name": {}}, DEEP),
    *({"type": "user", "id": 5}, "1900-01-01T00:00:00Z", "2999-12-31T23:59:59-18:00", "9999-12-31T23:59:59Z"),
    *("0001-01-01T00:00:00+14:00", "../../etc/passwd", "*" * 500, "(" * 500),
]
TEXTS = [
    *(
        "",
        "x",
        "-1",
        "0",
        "9" * 19,
        "9" * 5000,
        "1e400",
        "%C3%A9",
        "%ED%A0%80",
        "%00",
        "%0D%0A",
        "[]",
        "%D9%A3",
        "%C2%B2",
    ),
    *("2999-12-31T23:59:59Z", "0001-01-01T00:00:00-14:00", "9999-12-31%2023:59", "0001-01-01%2000:00", "months", "366"),
    *("asc", "id", "name", "tiny", "createdAt%20%3E%201", "(" * 60, "*" * 900, "NOT%20" * 200, "true", "../../etc"),
]
PARAMETERS = (
    *("identifierType", "query", "offset", "limit", "order", "sort", "direction", "date", "interval", "intervalUnit"),
    *("teamId", "expand", "flat", "time", "timezone", "name", "expires", "signature", "scheduleIdentifierType", "tags"),
)
NAMES = (
    "name",
    "message",
    "type",
    "id",
    "username",
    "rules",
    "participants",
    "date",
    "details",
    "tags",
    "time",
    "filter",
)
HEADERS = [
    {"Authorization": "Basic é"},
    {"Authorization": "Basic " + "=" * 50},
    {"Authorization": "GenieKey \xff"},
    {"Authorization": ""},
    {"Accept": "é/*;q=x,,;"},
    {"Content-Type": "multipart/form-data; boundary=" + "é" * 20},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": ";;;"},
    {"Range": "bytes=-"},
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "deflate"},
    {"Content-Encoding": "br"},
]


@pytest.fixture
async def account() -> Any:
    async with Sandbox(teams=3, seed=5) as sandbox:
        sandbox.add_alert(sandbox._world.clock.utc(), "alert")
        yield sandbox


class Caller:
    """Sends what a client never would, and fails on every 500."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        key = {"Authorization": f"GenieKey {self.sandbox.api_key}"}
        if path.startswith("/api/"):
            key = {"Authorization": f"Bearer {self.sandbox.dx_token}"}
        if "/json/" in path and method == "POST" and isinstance(body, dict):
            body = {**body, "apiKey": self.sandbox.api_key}
        elif "/json/" in path:
            path += f"{'&' if '?' in path else '?'}apiKey={self.sandbox.api_key}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        url = URL(self.sandbox.url + path, encoded=True)
        start = time.process_time()
        request = {"Content-Type": "application/json", **key, **headers}
        async with self.session.request(method, url, data=io.BytesIO(raw), headers=request) as response:
            text = await response.text(errors="replace")
        assert response.status < 500, (method, path, body, headers, text)
        assert not re.search("Infinity|NaN", text), (method, path, body)
        assert time.process_time() - start < 5, (method, path, body)
        return response.status


@pytest.fixture
async def caller(account: Sandbox) -> Any:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield Caller(account, session)


def _ids(sandbox: Sandbox) -> dict[str, list[str]]:
    """Values for placeholders; the rest is made up."""
    account = sandbox.account
    names = ("alerts", "incidents", "teams", "schedules", "escalations", "users", "services", "heartbeats")
    return {name[:-1]: [*getattr(account, name)] for name in (*names, "integrations")}


def _path(route: Route, ids: dict[str, list[str]], random: Random) -> str:
    def value(match: re.Match[str]) -> str:
        known = ids.get(match[1])
        return quote(random.choice(known), safe="") if known and random.random() < 0.8 else random.choice(TEXTS) or "x"

    return re.sub(r"\{(\w+)\}", value, route.path)


@pytest.mark.parametrize("seed", range(2))
async def test_every_route_takes_any_request(account, caller, seed):
    ids, random = _ids(account), Random(seed)

    async def attack(route: Route) -> None:
        query = "&".join(f"{random.choice(PARAMETERS)}={random.choice(TEXTS)}" for _ in range(random.randint(0, 3)))
        body = random.choice(
            [None, {random.choice(NAMES): random.choice(VALUES) for _ in range(3)}, random.choice(VALUES)]
        )
        headers = random.choice(HEADERS) if random.random() < 0.3 else {}
        await caller(route.method, f"{_path(route, ids, random)}?{query}", body, **headers)

    for route in ROUTES:
        await attack(route)
    await _assert_usable(account, caller)


async def _assert_usable(sandbox: Sandbox, caller: Caller) -> None:
    """Every listing answers as before."""
    for route in ROUTES:
        if route.method == "GET" and not route.names and not route.path.startswith("/v1/json/schedule/"):
            assert await caller("GET", route.path) in (200, 405, 422), route.path
    for id in sandbox.account.schedules:
        for part in ("on-calls", "next-on-calls", "timeline"):
            assert await caller("GET", f"/v2/schedules/{id}/{part}") == 200


def _bodies(sandbox: Sandbox) -> list[tuple[str, str, dict[str, Any]]]:
    account = sandbox.account
    team, schedule = (next(iter(table.values())) for table in (account.teams, account.schedules))
    tables = (account.services, account.escalations, account.integrations)
    service, escalation, integration = (next(iter(table)) for table in tables)
    username = next(iter(account.users.values()))["username"]
    user = {"type": "user", "username": username}
    team_reference = {"type": "team", "name": team["name"]}
    hours = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0}
    match = {
        "type": "match-any-condition",
        "conditions": [{"field": "message", "operation": "contains", "expectedValue": "x"}],
    }
    rotation = {
        "startDate": "2026-01-01T00:00:00Z",
        "endDate": "2027-01-01T00:00:00Z",
        "type": "weekly",
        "length": 2,
        "participants": [user],
        "timeRestriction": {"type": "time-of-day", "restriction": hours},
    }
    override = {"user": user, "startDate": "2026-01-01T00:00:00Z", "endDate": "2027-01-01T00:00:00Z"}
    rule = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}, "recipient": user}
    step = {"contact": {"method": "email", "to": username}, "sendAfter": {"timeAmount": 1}, "enabled": True}
    alert = {
        "message": "m",
        "responders": [user, team_reference],
        "details": {"k": "v"},
        "tags": ["t"],
        "priority": "P1",
    }
    window = {"type": "schedule", "startDate": "2026-01-01T00:00:00Z", "endDate": "2027-01-01T00:00:00Z"}
    frame = {"startDay": "monday", "startHour": 8, "startMinute": 0, "endDay": "friday", "endHour": 17, "endMinute": 0}
    v1 = {"startDate": "2013-02-10 18:00", "rotationType": "weekly", "rotationLength": 2, "participants": [username]}
    return [
        ("POST", "/v2/alerts", {**alert, "visibleTo": [team_reference], "actions": ["a"], "alias": "a", "note": "n"}),
        ("POST", "/v2/alerts/alert/snooze", {"endTime": "2999-01-01T00:00:00Z"}),
        ("POST", "/v2/alerts/alert/responders", {"responder": team_reference}),
        ("POST", "/v2/alerts/alert/details", {"details": {"a": "b"}}),
        ("POST", "/v1/incidents/create", {**alert, "impactedServices": [service]}),
        ("POST", f"/v2/schedules/{schedule['id']}/rotations", rotation),
        ("POST", f"/v2/schedules/{schedule['id']}/overrides", override),
        (
            "POST",
            "/v2/schedules",
            {"name": "n", "timezone": "UTC", "rotations": [rotation], "ownerTeam": team_reference},
        ),
        ("POST", "/v2/escalations", {"name": "n", "rules": [rule], "repeat": {"waitInterval": 5, "count": 2}}),
        (
            "POST",
            f"/v2/teams/{team['id']}/routing-rules",
            {"criteria": match, "notify": {"type": "escalation", "id": escalation}},
        ),
        (
            "POST",
            f"/v2/users/{quote(username)}/notification-rules",
            {"name": "n", "actionType": "create-alert", "enabled": True, "steps": [step]},
        ),
        ("POST", "/v2/heartbeats", {"name": "n", "interval": 5, "intervalUnit": "minutes", "enabled": True}),
        ("POST", "/v2/integrations", {"type": "API", "name": "n", "ownerTeam": team_reference}),
        (
            "POST",
            "/v1/maintenance",
            {"time": window, "rules": [{"entity": {"id": integration, "type": "integration"}}]},
        ),
        (
            "POST",
            "/v2/forwarding-rules",
            {"fromUser": user, "toUser": user, **{k: override[k] for k in ("startDate", "endDate")}},
        ),
        ("POST", "/v1/services", {"name": "n", "teamId": team["id"], "tags": ["a"]}),
        ("POST", "/v1/json/schedule", {"name": "n", "timezone": "UTC", "rules": [{**v1, "restrictions": [frame]}]}),
        ("POST", "/api/incidents.upsert", {"reference_id": "r", "name": "n", "started_at": "2024-01-01T11:22:33"}),
    ]


def _places(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything in *document*."""
    members = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in members:
        yield (*above, key)
        yield from _places(value, (*above, key))


def _with(document: Any, position: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for key in position[:-1]:
        inner = inner[key]
    inner[position[-1]] = value
    return changed


@pytest.mark.parametrize("seed", range(2))
async def test_any_part_of_a_body_may_be_anything(account, caller, seed):
    random = Random(seed)
    attacks = [
        (method, path, _with(body, position, value))
        for method, path, body in _bodies(account)
        for position in _places(body)
        for value in VALUES
    ]
    statuses = [await caller(*attack) for attack in random.sample(attacks, 300)]

    assert 422 in statuses
    assert {200, 201, 202} & set(statuses)
    await _assert_usable(account, caller)


async def test_the_bodies_that_are_spoiled_are_taken_as_they_are(account, caller):
    for method, path, body in _bodies(account):
        assert await caller(method, path, body) in (200, 201, 202), path


@pytest.mark.parametrize(
    ("raw", "status", "headers"),
    [
        (b"[" * 100_000 + b"]" * 100_000, 400, {}),
        (b'{"message": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}", 400, {}),
        (b'{"message": "m", "details": {"n": 1e400}}', 400, {}),
        (b'{"message": "m", "details": {"n": ' + b"9" * 5000 + b"}}", 400, {}),
        (b'{"message": "\xff"}', 400, {}),
        (b"garbage", 400, {"Content-Encoding": "gzip"}),
        (gzip.compress(b'{"message": "m"}', mtime=0)[:-8], 400, {"Content-Encoding": "gzip"}),
        (b"garbage", 400, {"Content-Encoding": "deflate"}),
        (b"garbage", 415, {"Content-Encoding": "br"}),
        (gzip.compress(b'{"message": "m"}', mtime=0), 202, {"Content-Encoding": "gzip"}),
        (zlib.compress(b'{"message": "m"}'), 202, {"Content-Encoding": "deflate"}),
        (zlib.compress(b'{"message": "m"}')[2:-4], 202, {"Content-Encoding": "Deflate"}),
        (gzip.compress(b'{"message": "' + b"x" * MOST + b'"}', mtime=0), 413, {"Content-Encoding": "gzip"}),
        (b'{"message": "a \\uD83D\\uDE00 b \\ud800"}', 202, {}),
        (b'{"message": "' + b"[{" * 60 + b'"}', 202, {}),
    ],
)
async def test_bodies_that_are_no_document(account, caller, raw, status, headers):
    assert await caller("POST", "/v2/alerts", raw, **headers) == status


async def test_half_a_pair_of_a_character_is_a_question_mark(account, caller):
    await caller("POST", "/v2/alerts", b'{"message": "a \\uD83D\\uDE00 b \\ud800"}')

    assert account.alerts[-1]["message"] == "a \N{GRINNING FACE} b ?"


@pytest.mark.parametrize("authorization", ["Basic é", "Basic \xff", "Basic a", "GenieKey é", "é", "Basic"])
async def test_a_key_that_is_none_is_401(account, caller, authorization):
    assert await caller("GET", "/v2/teams", Authorization=authorization) == 401


async def test_a_stranger_is_refused_before_the_body_is_read(account, caller):
    """A hundred posts of ten megabytes leave nothing behind."""
    body = b"x" * 10_000_000
    for path in ("/v2/alerts", "/v2/alerts/alert/attachments", "/v1/json/schedule", "/nowhere"):
        for _ in range(3):
            assert await caller("POST", path, body, Authorization="GenieKey wrong") in (401, 404, 413)

    assert sum(each.size for each in account.received) <= 12 * STRANGER


async def test_what_is_kept_for_a_look_is_bounded(account, caller):
    for _ in range(12):
        assert await caller("POST", "/v2/alerts", b'{"message": "' + b"x" * 7_000_000 + b'"}') == 422

    assert sum(each.size for each in account.received) <= account._counters.CAPACITY_BYTES
    assert account.requests == 12
    assert account.received[-1].size > 7_000_000
    assert await caller("POST", "/v2/alerts", b"x" * (MOST + 1)) == 413


@pytest.mark.parametrize("length", [10**9, 10**12, 100_000, 1001])
async def test_a_turn_that_never_ends_is_refused(account, caller, length):
    schedule = next(iter(account.account.schedules))
    rotation = {"startDate": "2026-01-01T00:00:00Z", "type": "weekly", "participants": [{"type": "none"}]}

    path = f"/v2/schedules/{schedule}/rotations"
    assert await caller("POST", path, {**rotation, "length": length}) == 422
    assert await caller("POST", path, {**rotation, "length": 1000}) == 201


@pytest.mark.parametrize("interval", [525_601, 10**9, 10**12])
async def test_a_heartbeat_that_never_expires_is_refused(account, caller, interval):
    body = {"name": "n", "intervalUnit": "days", "enabled": True}
    assert await caller("POST", "/v2/heartbeats", {**body, "interval": interval}) == 422
    assert await caller("POST", "/v2/heartbeats", {**body, "interval": 525_600}) == 201
    assert await caller("GET", "/v2/heartbeats") == 200


async def test_who_is_next_is_known_soon_whatever_the_rotations(account, caller):
    """Hours beside decades, a hundred participants, restrictions by the day."""
    schedule = next(iter(account.account.schedules))
    people = [{"type": "user", "id": id} for id in account.account.users]
    hours = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0}
    for kind, length in (("weekly", 1000), ("hourly", 1), ("daily", 1000)):
        rotation = {"startDate": "2020-01-01T00:00:00Z", "type": kind, "length": length}
        restricted = {"timeRestriction": {"type": "time-of-day", "restriction": hours}}
        body = {**rotation, **restricted, "participants": (people * 100)[:100]}
        assert await caller("POST", f"/v2/schedules/{schedule}/rotations", body) == 201
        body["participants"] = people[:1] * 100
        assert await caller("POST", f"/v2/schedules/{schedule}/rotations", body) == 201

    start = time.process_time()
    assert await caller("GET", f"/v2/schedules/{schedule}/next-on-calls") == 200
    assert time.process_time() - start < 4


async def test_bytes_that_are_no_request(account, caller):
    """What aiohttp's parser refuses is refused, and the next connection works."""
    host, port = account.url.removeprefix("http://").split(":")
    for raw in (
        b"\xff\xfe\r\n\r\n",
        b"GET /\xff\xed\xa0\x80?\xff=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v2/alerts HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(raw)
        assert (await reader.readline()).split()[1][:1] == b"4"
        writer.close()
        await writer.wait_closed()
    with socket.create_connection((host, int(port))) as connection:
        connection.send(b"POST /v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    assert await caller("GET", "/v2/teams") == 200
