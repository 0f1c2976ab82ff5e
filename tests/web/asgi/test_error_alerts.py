"""Error alerts of ASGI applications over real sockets: the promises of the aiohttp plug-in, kept for three kinds."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Fault
from opsgenie_async.web.asgi import ASGIPlugin
from tests.clocks import FakeClock
from tests.waiting import LIMIT
from tests.web.asgi.conftest import OutOfStock, shop

CREATE = "POST /v2/alerts"


def alerts(sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())


@pytest.fixture
def opsgenie(og):
    return ASGIPlugin(og)


@pytest.fixture
def route(kind):
    return "GET (no route)" if kind == "bare" else "GET /shop/{how}"


async def test_an_unhandled_exception_becomes_an_alert(opsgenie, wrap, route, sandbox, serve_asgi):
    counters = opsgenie.alert_on_errors(service="shop")
    client = await serve_asgi(wrap(opsgenie))

    assert (await client.get("/shop/raise?token=geheim", headers={"Authorization": "geheim"})).status == 500
    await client.stop()

    (alert,) = alerts(sandbox)
    assert alert["message"] == f"{route}: tests.web.asgi.conftest.OutOfStock: no more of 17"
    assert alert["alias"] == f"shop: {route}: tests.web.asgi.conftest.OutOfStock"
    assert (alert["source"], alert["entity"]) == ("shop", route)
    assert (alert["details"]["status"], alert["details"]["header authorization"]) == ("500", "[redacted]")
    assert "conftest.py" in alert["description"]
    assert alert["description"].endswith("OutOfStock: no more of 17")
    assert "geheim" not in str(alert)
    assert (counters.occurrences, counters.delivered) == (1, 1)


async def test_the_responses_are_those_without_it(opsgenie, wrap, route, sandbox, serve_asgi):
    opsgenie.alert_on_errors(statuses={404, 502, 503})
    client = await serve_asgi(wrap(opsgenie))

    assert "upstream" in (await client.get("/shop/http")).text
    assert (await client.get("/shop/status?status=503")).status == 503
    assert (await client.get("/shop/status?status=404")).status == 404
    assert (await client.get("/shop/fine")).text == "fine"
    await client.stop()

    assert sorted(alert["alias"] for alert in alerts(sandbox)) == [f"web: {route}: {s}" for s in (404, 502, 503)]


async def test_a_storm_is_one_alert_with_a_count(opsgenie, wrap, sandbox, serve_asgi):
    counters = opsgenie.alert_on_errors()
    client = await serve_asgi(wrap(opsgenie))

    await asyncio.gather(*(client.get("/shop/raise") for _ in range(50)))
    await client.stop()

    (alert,) = alerts(sandbox)
    assert alert["count"] == 50
    assert (counters.occurrences, counters.delivered, counters.dropped, counters.waiting) == (50, 50, 0, 0)


async def test_requests_do_not_wait_for_opsgenie_and_the_queue_is_bounded(opsgenie, wrap, sandbox, serve_asgi):
    sandbox.faults.add(Fault(route=CREATE, delay=60))
    counters = opsgenie.alert_on_errors(queue_size=5, flush=0)
    client = await serve_asgi(wrap(opsgenie))

    async with asyncio.timeout(LIMIT):
        for _ in range(8):
            await client.get("/shop/raise")
        assert (counters.waiting, counters.dropped) == (5, 3)
        await client.get("/shop/http")
        assert (counters.waiting, counters.dropped) == (5, 4)
        await client.stop()

    assert (counters.occurrences, counters.delivered, counters.dropped) == (9, 0, 9)


async def test_a_recovered_route_closes_its_alerts(opsgenie, wrap, sandbox, serve_asgi):
    counters = opsgenie.alert_on_errors(recovered_after=2)
    client = await serve_asgi(wrap(opsgenie))

    for how in ("raise", "fine", "fine"):
        await client.get(f"/shop/{how}")
    await client.stop()

    assert [alert["status"] for alert in alerts(sandbox)] == ["closed"]
    assert counters.closed == 1


async def test_without_a_client_no_request_fails(monkeypatch, wrap, serve_asgi, caplog):
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)
    opsgenie = ASGIPlugin()
    opsgenie.alert_on_errors()
    client = await serve_asgi(wrap(opsgenie), lifespan="off")

    assert (await client.get("/shop/http")).status == 502
    assert (await client.get("/shop/fine")).status == 200
    assert "OPSGENIE_API_KEY" in caplog.text
    assert "could not be queued" in caplog.text


async def test_ignored_routes(opsgenie, sandbox, serve_asgi):
    app = Starlette(routes=[Route(path, shop, name=name) for name, path in NAMES.items()])
    app.add_middleware(opsgenie.wrap)
    opsgenie.alert_on_errors(ignore=["/internal/*", "by-name"])
    client = await serve_asgi(app)

    for path in ("/internal/raise", "/named/raise", "/other/raise"):
        await client.get(path)
    await client.stop()

    assert [alert["entity"] for alert in alerts(sandbox)] == ["GET /other/{how}"]


NAMES = {"by-path": "/internal/{how}", "by-name": "/named/{how}", "other": "/other/{how}"}


async def broken() -> None:
    raise OutOfStock


async def test_the_route_has_the_prefixes_of_routers_and_mounts(opsgenie, sandbox, serve_asgi):
    app, inner, outer, mounted = FastAPI(), APIRouter(prefix="/inner"), APIRouter(prefix="/outer/{tenant}"), FastAPI()
    inner.get("/orders/{id}")(broken)
    mounted.get("/x/{y:path}")(broken)
    outer.include_router(inner)
    app.include_router(outer, prefix="/api")
    app.mount("/sub/{who}", mounted)
    opsgenie.alert_on_errors(statuses=(404, 500))
    client = await serve_asgi(opsgenie.wrap(app), root_path="/behind")

    for path in ("/api/outer/acme/inner/orders/7", "/sub/bob/x/7/8", "/sub/bob/none", "/none"):
        assert (await client.get(path)).status in (404, 500)
    await client.stop()

    assert [alert["entity"] for alert in alerts(sandbox)] == [
        "GET /api/outer/{tenant}/inner/orders/{id}",
        "GET /sub/{who}/x/{y}",
        "GET /sub/{who}",
        "GET (no route)",
    ]


async def test_the_route_of_starlette_in_mounts(opsgenie, sandbox, serve_asgi):
    app = Starlette(routes=[Mount("/m/{shop:int}", routes=[Route("/{how}", shop)]), Route("/{a}/{how}", shop)])
    app.add_middleware(opsgenie.wrap)
    opsgenie.alert_on_errors()
    client = await serve_asgi(app)

    for path in ("/m/9/raise", "/raise/raise"):
        await client.get(path)
    await client.stop()

    assert [alert["entity"] for alert in alerts(sandbox)] == ["GET /m/{shop}/{how}", "GET /{a}/{how}"]


async def test_the_route_of_another_framework_is_found_by_the_users_function(og, sandbox, serve_asgi):
    async def app(scope, receive, send):
        raise OutOfStock

    opsgenie = ASGIPlugin(og, route=lambda scope: scope["path"].partition("/orders/")[1] + "{id}")
    opsgenie.alert_on_errors()
    client = await serve_asgi(opsgenie.wrap(app))

    for number in range(3):
        await client.get(f"/orders/{number}")
    await client.stop()

    assert [(alert["entity"], alert["count"]) for alert in alerts(sandbox)] == [("GET /orders/{id}", 3)]


async def test_a_function_for_the_route_that_raises_costs_no_alert(og, sandbox):
    async def app(scope, receive, send):
        raise OutOfStock

    opsgenie = ASGIPlugin(og, route=lambda scope: scope["no such thing"])
    opsgenie.alert_on_errors()
    with pytest.raises(OutOfStock):
        await opsgenie.wrap(app)({"type": "http", "method": "GET", "path": "/1", "headers": []}, None, None)
    await opsgenie._stop()

    assert [alert["entity"] for alert in alerts(sandbox)] == ["GET (no route)"]


async def test_what_starlette_answers_and_raises_again_counts_once(opsgenie, sandbox, serve_asgi):
    app = Starlette(routes=[Route("/shop/{how}", shop)])
    counters = opsgenie.alert_on_errors()
    client = await serve_asgi(opsgenie.wrap(app))  # outside the middleware of Starlette that answers with 500

    assert (await client.get("/shop/raise")).status == 500
    await client.stop()

    assert [alert["message"].split(":")[1] for alert in alerts(sandbox)] == [" tests.web.asgi.conftest.OutOfStock"]
    assert counters.occurrences == 1


async def test_slow_is_the_time_until_the_response_begins(opsgenie, sandbox, serve_asgi):
    clock = FakeClock()

    async def slow(request):
        clock.seconds += 3
        return PlainTextResponse("")

    async def stream(request):
        async def chunks():
            clock.seconds += 3
            yield b"a"

        return StreamingResponse(chunks())

    async def later():
        clock.seconds += 3

    async def background(request):
        return PlainTextResponse("", background=BackgroundTask(later))

    app = Starlette(routes=[Route(f"/{each.__name__}", each) for each in (slow, stream, background)])
    opsgenie.alert_on_errors(slow_after=2, clock=clock)
    client = await serve_asgi(opsgenie.wrap(app))

    for path in ("/slow", "/stream", "/background"):
        assert (await client.get(path)).status == 200
    await client.stop()

    assert [alert["message"] for alert in alerts(sandbox)] == ["GET /slow: slow, 3.0 s"]


async def test_alerts_of_an_outage_are_sent_at_the_end_by_a_client_that_the_application_closes(sandbox, serve_asgi):
    """The flush comes before the application's own shutdown, which closes the client."""
    first = Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1))
    opsgenie = ASGIPlugin(first)
    counters = opsgenie.alert_on_errors()

    async def app(scope, receive, send):
        assert scope["type"] == "lifespan" or scope["path"] == "/raise"
        if scope["type"] != "lifespan":
            raise OutOfStock
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                await first.close()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    client = await serve_asgi(opsgenie.wrap(app))
    await client.get("/raise")
    await client.stop()

    assert (counters.delivered, counters.dropped) == (1, 0)


class ClientDisconnect(Exception):
    """As Starlette has it."""


@pytest.mark.parametrize(
    ("error", "symptoms"),
    [
        (ClientDisconnect(), []),
        (ExceptionGroup("tasks", [ExceptionGroup("more", [ClientDisconnect()]), ClientDisconnect()]), []),
        (ExceptionGroup("tasks", [ClientDisconnect(), KeyError(1)]), ["ExceptionGroup"]),
        (ExceptionGroup("tasks", [KeyError(1)]), ["KeyError"]),
    ],
    ids=["alone", "group", "both", "other"],
)
async def test_a_client_that_goes_away_is_nobodys_error(opsgenie, error, symptoms):
    async def app(scope, receive, send):
        raise error

    counters = opsgenie.alert_on_errors(fingerprint=lambda failure: events.append(failure.symptom) or "")
    events: list[str] = []
    with pytest.raises(type(error)):
        await opsgenie.wrap(app)({"type": "http", "method": "GET", "path": "/", "headers": []}, None, None)
    await opsgenie._stop()

    assert (events, counters.occurrences) == (symptoms, len(symptoms))


@pytest.mark.parametrize(
    ("messages", "error", "symptoms"),
    [
        (["websocket.accept", "websocket.close"], None, []),
        (["websocket.accept"], OutOfStock, ["tests.web.asgi.conftest.OutOfStock"]),
        (["websocket.close"], None, ["403"]),
        ([{"type": "websocket.http.response.start", "status": 503}], None, ["503"]),
    ],
    ids=["fine", "exception", "refusal", "denial"],
)
async def test_web_sockets(opsgenie, sandbox, messages, error, symptoms):
    async def app(scope, receive, send):
        scope["path_template"] = "/live/{topic}"
        for message in messages:
            await send({"type": message} if isinstance(message, str) else message)
        if error is not None:
            raise error

    async def send(message):
        pass

    opsgenie.alert_on_errors(statuses={403, 503}, slow_after=0)
    scope = {"type": "websocket", "path": "/live/7", "headers": [(b"x-request-id", b"17")], "client": ("::1", 5)}
    with pytest.raises(error) if error else pytest.MonkeyPatch.context():
        await opsgenie.wrap(app)(scope, None, send)
    await opsgenie._stop()

    assert [alert["alias"] for alert in alerts(sandbox)] == [f"web: WEBSOCKET /live/{{topic}}: {s}" for s in symptoms]


@pytest.mark.parametrize(("settings", "error"), [({"service": None}, TypeError), ({"queue_size": 0}, ValueError)])
async def test_settings_are_checked_at_once(opsgenie, settings, error):
    with pytest.raises(error, match=next(iter(settings))):
        opsgenie.alert_on_errors(**settings)


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (None, "500"),
        ({"type": "http.response.start", "status": 200, "headers": []}, "200"),
        ({"type": "http.response.start", "status": 503, "headers": []}, "503"),
        ({"type": "websocket.accept"}, "101"),
    ],
)
async def test_the_status_is_the_one_that_the_client_got(opsgenie, sandbox, message, status):
    async def app(scope, receive, send):
        if message is not None:
            await send(message)
        raise OutOfStock("no more of 17")

    async def send(message):
        pass

    opsgenie.alert_on_errors()
    kind = "websocket" if message and message["type"].startswith("websocket") else "http"
    with pytest.raises(OutOfStock):
        await opsgenie.wrap(app)({"type": kind, "method": "GET", "path": "/", "headers": []}, None, send)
    await opsgenie._stop()

    (alert,) = alerts(sandbox)
    assert alert["details"]["status"] == status
    assert "OutOfStock" in alert["message"]
