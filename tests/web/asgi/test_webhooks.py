"""Webhooks from the sandbox to an ASGI application, both on real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib

import pytest

from opsgenie_async import Alias
from opsgenie_async.sandbox import Webhook
from opsgenie_async.web import AlertNoteAdded
from opsgenie_async.web.asgi import ASGIPlugin

SECRET = "what only Opsgenie knows"
EVENT = {"action": "Create", "alert": {"alertId": "1", "message": "m"}}


@pytest.fixture
def events():
    return []


@pytest.fixture
def opsgenie(og):
    return ASGIPlugin(og)


@pytest.fixture
async def client(opsgenie, wrap, events, serve_asgi, sandbox):
    """An application that listens to the sandbox; `counters` count."""

    async def handle(scope, event):
        assert scope["state"]["opsgenie"] is opsgenie.client
        events.append(event)
        if getattr(event, "note", "") == "raise":
            raise ValueError

    counters = opsgenie.webhooks("/opsgenie", handle, secret=SECRET, header="X-Shop", max_size=5000)
    client = await serve_asgi(wrap(opsgenie), root_path="/behind")
    client.counters = counters
    sandbox.webhook = Webhook(url=f"{client.url}/opsgenie", headers={"X-Shop": SECRET})
    return client


async def post(client, body: bytes, *, secret: str = SECRET, **headers: str):
    return await client.request("POST", "/opsgenie", data=body, headers={"X-Shop": secret, **headers})


async def test_a_plain_function_handles_an_event_once(og):
    events = []
    opsgenie = ASGIPlugin(og)
    counters = opsgenie.webhooks("/opsgenie", lambda scope, event: events.append(event), secret=None)
    body = json.dumps({"action": "Close", "alert": {"alertId": "17", "message": "disk full"}}).encode()
    statuses = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        statuses.append(message.get("status"))

    for _ in range(2):
        scope = {"type": "http", "method": "POST", "path": "/opsgenie", "headers": []}
        await opsgenie.wrap(None)(scope, receive, send)
    await opsgenie._stop()

    assert (statuses[::2], len(events), counters.duplicates) == ([200, 200], 1, 1)


async def test_events_arrive(client, events, sandbox, og):
    await og.alerts.create(message="disk full", alias="disk")
    await og.alerts.add_note(Alias("disk"), note="on it", user="ann@example.com")
    await sandbox.webhooks_sent()

    assert [event.action for event in events] == ["Create", "AddNote"]
    assert isinstance(events[1], AlertNoteAdded)
    assert events[1].note == "on it"
    assert {delivery.status for delivery in sandbox.webhooks} == {200}
    assert (client.counters.delivered, client.counters.rejected) == (2, 0)
    assert (await client.get("/shop/fine")).text == "fine"


async def test_duplicates_are_handled_once(client, events):
    first, second = await post(client, json.dumps(EVENT).encode()), await post(client, json.dumps(EVENT).encode())

    assert [json.loads(answer.text)["result"] for answer in (first, second)] == ["delivered", "delivered before"]
    assert (len(events), client.counters.duplicates) == (1, 1)


async def test_a_handler_that_raises_fails_the_request_which_becomes_an_alert(opsgenie, client, sandbox):
    document = {"action": "AddNote", "alert": {"alertId": "1", "note": "raise"}}

    assert (await post(client, json.dumps(document).encode())).status == 500
    assert client.counters.failed == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"secret": "wrong"}, 401),
        (b"no JSON", {}, 400),
        (b"[]", {}, 422),
        (b"x" * 5001, {}, 413),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400),
        (b"{}", {"Content-Encoding": "snappy"}, 400),
        (gzip.compress(b"x" * 10**7), {"Content-Encoding": "gzip"}, 413),
        (gzip.compress(json.dumps(EVENT).encode()), {"Content-Encoding": "gzip"}, 200),
        (zlib.compress(json.dumps(EVENT).encode()), {"Content-Encoding": "deflate"}, 200),
    ],
    ids=["secret", "text", "list", "long", "no gzip", "cut off", "snappy", "bomb", "gzip", "deflate"],
)
async def test_what_is_no_webhook_is_rejected(client, body, headers, status):
    assert (await post(client, body, **headers)).status == status
    assert client.counters.rejected == (status != 200)


async def test_a_body_in_pieces_without_a_length(client, events):
    async def pieces():
        for letter in json.dumps(EVENT):
            yield letter.encode()

    assert (await post(client, pieces())).status == 200
    assert len(events) == 1


async def test_a_long_body_without_a_length(client):
    async def pieces():
        for _ in range(10):
            yield b"x" * 1000

    assert (await post(client, pieces())).status == 413


async def test_another_method(client):
    answer = await client.get("/opsgenie")

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_a_sender_that_goes_away(client, opsgenie, events):
    async def receive():
        return {"type": "http.disconnect"}

    messages = []
    scope = {"type": "http", "method": "POST", "path": "/opsgenie", "headers": [(b"x-shop", SECRET.encode())]}
    await opsgenie.wrap(None)(scope, receive, messages.append)

    assert (messages, events, client.counters.rejected) == ([], [], 0)


async def test_the_alert_of_a_handler_names_the_path(opsgenie, og, sandbox, serve_asgi):
    async def handle(scope, event):
        raise ValueError

    async def app(scope, receive, send):
        assert scope["type"] != "lifespan"

    opsgenie.alert_on_errors()
    opsgenie.webhooks("/hooks/opsgenie", handle, secret=None)
    client = await serve_asgi(opsgenie.wrap(app))
    await client.request("POST", "/hooks/opsgenie", json=EVENT)
    await client.stop()

    assert [alert["entity"] for alert in sandbox.account.alerts.values()] == ["POST /hooks/opsgenie"]


@pytest.mark.parametrize(("path", "secret"), [("opsgenie", "s"), ("/a", ""), ("/a", [])])
async def test_settings_are_checked_at_once(opsgenie, path, secret):
    with pytest.raises(ValueError):
        opsgenie.webhooks(path, asyncio.sleep, secret=secret)
    opsgenie.webhooks("/b", asyncio.sleep, secret=None)
    with pytest.raises(ValueError, match="in use"):
        opsgenie.webhooks("/b", asyncio.sleep, secret=None)
