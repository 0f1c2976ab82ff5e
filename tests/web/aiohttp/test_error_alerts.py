"""The error middleware over real sockets: what becomes an alert, what it says, and what it never does to a request."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault
from opsgenie_async.web import OPSGENIE, alert_on_errors, setup
from opsgenie_async.web.request_failure import error_name
from tests.waiting import until
from tests.web.shop import CREATE, OutOfStock, alerts


async def test_an_unhandled_exception_becomes_an_alert(app, sandbox, serve):
    counters = alert_on_errors(app, service="shop")
    client = await serve(app)

    assert (await client.get("/shop/raise?token=geheim")).status == 500
    await until(lambda: counters.delivered == 1)

    (alert,) = alerts(sandbox)
    assert alert["message"] == "GET /shop/{how}: tests.web.shop.OutOfStock: no more of 17"
    assert alert["alias"] == "shop: GET /shop/{how}: tests.web.shop.OutOfStock"
    assert (alert["source"], alert["entity"]) == ("shop", "GET /shop/{how}")
    assert alert["details"]["status"] == "500"
    assert "shop.py" in alert["description"]
    assert alert["description"].endswith("OutOfStock: no more of 17")
    assert "geheim" not in str(alert)


async def test_the_answer_is_the_one_without_it(app, serve):
    alert_on_errors(app)
    client = await serve(app)

    assert await (await client.get("/shop/http")).text() == "upstream"
    assert (await client.get("/shop/status?status=503")).status == 503
    assert (await client.get("/shop/gone")).status == 404
    assert await (await client.get("/shop/ok")).text() == "fine"


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("GET /stream HTTP/1.1\r\nHost: shop\r\n\r\n", 0),
        ("POST /read HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\n1", 0),
        ("GET /upstream HTTP/1.1\r\nHost: shop\r\n\r\n", 1),
    ],
    ids=["stream", "body", "upstream"],
)
async def test_a_client_that_goes_away_is_nobodys_error(app, serve, request_text, expected):
    ended = asyncio.Event()
    reached = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        reached.set()
        try:
            if request.path == "/upstream":
                raise ConnectionResetError("by the database")
            await request.read()
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b"x" * 2**20)
        finally:
            ended.set()

    app.router.add_route("*", "/{where:stream|read|upstream}", answer)
    counters = alert_on_errors(app)
    server = (await serve(app)).server
    _, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request_text.encode())
    await reached.wait()
    if expected:
        await ended.wait()
    writer.transport.abort()
    await ended.wait()

    assert counters.occurrences == expected


async def test_what_another_middleware_makes_good_is_no_trouble(app, sandbox, serve):
    """It is outside all that are there: what counts is what the client gets."""

    @web.middleware
    async def sold_out(request, handler):
        try:
            return await handler(request)
        except OutOfStock:
            return web.Response(status=409)

    app.middlewares.append(sold_out)
    counters = alert_on_errors(app)
    client = await serve(app)

    assert (await client.get("/shop/raise")).status == 409
    assert counters.occurrences == 0


@pytest.mark.parametrize(
    ("statuses", "alerted"),
    [(range(500, 600), {"500", "502", "503"}), ({404, 503}, {"404", "503", "500"}), ((), {"500"})],
)
async def test_the_statuses_are_the_users(app, sandbox, serve, statuses, alerted):
    """An unhandled exception is always told."""
    alert_on_errors(app, statuses=statuses)
    client = await serve(app)

    for path in ("/shop/raise", "/shop/http", "/shop/status?status=503", "/shop/gone", "/shop/status?status=404"):
        await client.get(path)
    await client.get("/shop/ok")
    await client.close()

    assert {alert["details"]["status"] for alert in alerts(sandbox)} == alerted


async def test_a_path_without_a_route_has_one_alert(app, sandbox, serve):
    alert_on_errors(app, statuses={404})
    client = await serve(app)

    await client.get("/wp-login.php")
    await client.get("/.env")
    await client.close()

    (alert,) = alerts(sandbox)
    assert (alert["alias"], alert["count"]) == ("web: GET (no route): 404", 2)


async def test_strange_methods_share_an_alert(app, sandbox, serve):
    alert_on_errors(app, statuses={404, 405}, recovered_after=1)
    client = await serve(app)

    for method in ("PROPFIND", "MKCOL", "LOCK"):
        assert (await client.request(method, "/nowhere")).status == 404
    await client.close()

    assert [(alert["alias"], alert["count"]) for alert in alerts(sandbox)] == [("web: OTHER (no route): 404", 3)]


async def test_slow_answers(app, sandbox, serve, clock):
    async def slow(request):
        await clock.sleep_until(clock.now() + 3)
        return web.Response()

    app.router.add_get("/slow", slow)
    alert_on_errors(app, slow_after=2, clock=clock)
    client = await serve(app)

    await client.get("/slow")
    await client.get("/health")
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["message"] == "GET /slow: slow, 3.0 s"
    assert alert["details"]["seconds"] == "3.000"


async def test_a_stream_may_take_its_time(app, sandbox, serve, clock):
    async def stream(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await clock.sleep_until(clock.now() + 3)
        await response.write_eof()
        return response

    app.router.add_get("/stream", stream)
    counters = alert_on_errors(app, slow_after=2, clock=clock)
    client = await serve(app)

    await (await client.get("/stream")).read()
    await client.close()

    assert counters.occurrences == 0


async def test_a_storm_is_one_alert_with_a_count(app, sandbox, serve):
    counters = alert_on_errors(app)
    client = await serve(app)

    await asyncio.gather(*(client.get("/shop/raise") for _ in range(50)))
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["count"] == 50
    assert (counters.occurrences, counters.delivered, counters.dropped, counters.waiting) == (50, 50, 0, 0)


async def test_ignored_routes(app, sandbox, serve):
    async def broken(request):
        raise OutOfStock

    app.router.add_get("/internal/queue", broken)
    app.router.add_get("/other", broken)
    counters = alert_on_errors(app, ignore=["/internal/*", "shop"])
    client = await serve(app)

    for path in ("/internal/queue", "/shop/raise", "/other"):
        await client.get(path)
    await client.close()

    assert [alert["entity"] for alert in alerts(sandbox)] == ["GET /other"]
    assert counters.occurrences == 1


async def test_a_recovered_route_closes_its_alerts(app, sandbox, serve):
    counters = alert_on_errors(app, recovered_after=2)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/http")
    await client.get("/shop/ok")
    await client.get("/health")
    await until(lambda: counters.delivered == 2)
    assert {alert["status"] for alert in alerts(sandbox)} == {"open"}
    await client.get("/shop/ok")
    await client.close()

    assert {alert["status"] for alert in alerts(sandbox)} == {"closed"}
    assert counters.closed == 2


async def test_trouble_begins_the_count_anew(app, sandbox, serve):
    alert_on_errors(app, recovered_after=2)
    client = await serve(app)

    for how in ("raise", "ok", "raise", "ok"):
        await client.get(f"/shop/{how}")
    await client.close()

    assert [(alert["status"], alert["count"]) for alert in alerts(sandbox)] == [("open", 2)]


async def test_each_method_of_a_route_recovers_by_itself(app, sandbox, serve):
    async def handle(request):
        if "fail" in request.query:
            raise RuntimeError
        return web.Response()

    app.router.add_route("*", "/both", handle)
    counters = alert_on_errors(app, recovered_after=1)
    client = await serve(app)

    await client.get("/both?fail")
    await client.put("/both?fail")
    await until(lambda: counters.delivered == 2)
    await client.get("/both")
    await until(lambda: counters.closed == 1)
    assert {alert["entity"]: alert["status"] for alert in alerts(sandbox)} == {
        "GET /both": "closed",
        "PUT /both": "open",
    }
    await client.put("/both")
    await client.close()

    assert {alert["status"] for alert in alerts(sandbox)} == {"closed"}


async def test_nothing_is_closed_unless_asked(app, sandbox, serve):
    alert_on_errors(app)
    client = await serve(app)

    for how in ("raise", "ok", "ok", "ok"):
        await client.get(f"/shop/{how}")
    await client.close()

    assert alerts(sandbox)[0]["status"] == "open"


async def test_a_route_that_fails_again_has_a_new_alert(app, sandbox, serve):
    counters = alert_on_errors(app, recovered_after=1)
    client = await serve(app)

    await client.get("/shop/raise")
    await until(lambda: counters.delivered == 1)
    await client.get("/shop/ok")
    await until(lambda: counters.closed == 1)
    await client.get("/shop/raise")
    await client.close()

    assert [alert["status"] for alert in alerts(sandbox)] == ["closed", "open"]


async def test_a_cancelled_request_is_no_trouble(app, serve):
    """A client that has gone away is nobody's error."""

    async def cancelled(request):
        raise asyncio.CancelledError

    app.router.add_get("/cancelled", cancelled)
    counters = alert_on_errors(app)
    client = await serve(app)

    with pytest.raises(Exception, match="disconnected"):
        await client.get("/cancelled")

    assert counters.occurrences == 0


async def test_two_with_different_settings(app, sandbox, serve):
    alert_on_errors(app, service="errors")
    alert_on_errors(app, service="missing", statuses={404})
    client = await serve(app)

    await client.get("/shop/gone")
    await client.get("/shop/http")
    await client.close()

    assert sorted(alert["alias"] for alert in alerts(sandbox)) == [
        "errors: GET /shop/{how}: 502",
        "missing: GET /shop/{how}: 404",
    ]


async def test_the_client_is_found_under_another_key(app, sandbox, serve):
    team = web.AppKey("team", Opsgenie)
    setup(app, lambda app: Opsgenie(sandbox.add_key(team="Ops"), base_url=sandbox.url), key=team)
    alert_on_errors(app, key=team)
    client = await serve(app)

    await client.get("/shop/raise")
    assert app[OPSGENIE] is not app[team]
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["ownerTeamId"] or alert["responders"]


async def test_what_waits_is_bounded_however_much_is_said(app, sandbox, serve):
    async def verbose(request):
        raise OutOfStock("x" * 100_000)

    app.router.add_get("/verbose", verbose)
    counters = alert_on_errors(app, recovered_after=3, flush=0.1)
    client = await serve(app)
    sandbox.faults.add(Fault(route=CREATE, status=503))

    await client.get("/verbose", headers={"X-Request-Id": "i" * 5000})

    failure = counters._backlog.next().failure
    texts = [failure.error_text, failure.path, *failure.trace, *failure.headers.values()]
    assert sum(map(len, texts)) < 20_000
    (recovery,) = counters._recoveries.popitem()[1].values()
    assert {rest.error_text for rest in recovery.open.values()} == {""}


@pytest.mark.parametrize("error", [OverflowError("a date"), RuntimeError("anything")])
async def test_the_task_survives_whatever_is_raised(app, sandbox, serve, og, monkeypatch, caplog, error, clock):
    counters = alert_on_errors(app, clock=clock)
    client = await serve(app)
    complete_entry, broken = counters._backlog.complete, [error]

    def complete(entry, **options):
        if broken:
            raise broken.pop()
        complete_entry(entry, **options)

    monkeypatch.setattr(counters._backlog, "complete", complete)
    await client.get("/shop/raise")
    await until(lambda: not broken)
    await clock.advance(60)
    await client.close()

    assert counters.waiting == 0
    assert str(error) in caplog.text


@pytest.mark.parametrize("error", [OutOfStock("no more of 17"), web.HTTPBadGateway()], ids=["exception", "HTTP"])
async def test_the_status_is_the_one_that_the_client_got(app, sandbox, serve, error):
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=206)
        await response.prepare(request)
        await response.write(b"17")
        raise error

    sub = web.Application()
    sub.router.add_get("/stream", stream)
    app.add_subapp("/sub", sub)
    alert_on_errors(app)
    client = await serve(app)

    with suppress(aiohttp.ClientError):
        async with client.get("/sub/stream") as response:
            assert response.status == 206
            await response.read()
    await client.close()

    (alert,) = alerts(sandbox)
    assert (alert["details"]["status"], alert["details"]["error"]) == ("206", error_name(error))
