"""The error middleware over real sockets: what becomes an alert, what it says, and what it never does to a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from opsgenie_async import Config, Opsgenie
from opsgenie_async.models import TeamRef
from opsgenie_async.sandbox import Fault
from opsgenie_async.web import HEADERS, OPSGENIE, alert_on_errors, setup
from tests.clocks import SleepingClock

CREATE = "POST /v2/alerts"


class OutOfStock(Exception):
    """What the shop raises."""


async def answer(request: web.Request) -> web.StreamResponse:
    """Do what the path says."""
    match request.match_info["how"]:
        case "raise":
            raise OutOfStock("no more of 17")
        case "status":
            return web.Response(status=int(request.query["status"]))
        case "http":
            raise web.HTTPBadGateway(text="upstream")
        case "gone":
            raise web.HTTPNotFound
    return web.Response(text="fine")


async def fine(request: web.Request) -> web.Response:
    return web.Response(text="fine")


@pytest.fixture
def app(og):
    app = web.Application()
    setup(app, og)
    app.router.add_get("/shop/{how}", answer, name="shop")
    app.router.add_get("/health", fine)
    return app


def alerts(sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())


async def until(condition: Callable[[], bool]) -> None:
    """Return once the background task has come so far."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # it tells nobody, as it should
            await asyncio.sleep(0)


async def test_an_unhandled_exception_becomes_an_alert(app, sandbox, serve):
    counters = alert_on_errors(app, service="shop")
    client = await serve(app)

    assert (await client.get("/shop/raise?token=geheim")).status == 500
    await until(lambda: counters.delivered == 1)

    (alert,) = alerts(sandbox)
    assert alert["message"] == "GET /shop/{how}: tests.web.test_error_alerts.OutOfStock: no more of 17"
    assert alert["alias"] == "shop: GET /shop/{how}: tests.web.test_error_alerts.OutOfStock"
    assert (alert["source"], alert["entity"]) == ("shop", "GET /shop/{how}")
    assert alert["details"]["status"] == "500"
    assert "test_error_alerts.py" in alert["description"]
    assert alert["description"].endswith("OutOfStock: no more of 17")
    assert "geheim" not in str(alert)


async def test_the_answer_is_the_one_without_it(app, serve):
    alert_on_errors(app)
    client = await serve(app)

    assert await (await client.get("/shop/http")).text() == "upstream"
    assert (await client.get("/shop/status?status=503")).status == 503
    assert (await client.get("/shop/gone")).status == 404
    assert await (await client.get("/shop/ok")).text() == "fine"


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


async def test_secret_headers_are_redacted(app, sandbox, serve):
    alert_on_errors(app, redact=["X-Customer"])
    client = await serve(app)
    secret = {"Authorization": "Bearer 1", "Cookie": "c=2", "X-API-Key": "3", "X-Auth-Token": "4", "x-customer": "5"}

    await client.get("/shop/raise", headers={**secret, "X-Trace": "kept"})
    await client.close()

    details = alerts(sandbox)[0]["details"]
    output = {name.lower(): value for name, value in details.items()}
    assert {output[f"header {name.lower()}"] for name in secret} == {"[redacted]"}
    assert output["header x-trace"] == "kept"


async def test_only_the_fields_that_are_wanted(app, sandbox, serve):
    alert_on_errors(app, fields={"method", "path"})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["details"] == {"method": "GET", "path": "/shop/raise"}
    assert alert["description"] == ""
    assert "17" not in alert["message"]


async def test_what_else_the_alert_says(app, sandbox, serve):
    alert_on_errors(app, alert={"priority": "P1", "tags": ["shop"], "responders": [TeamRef(name="Ops")]})
    sandbox.add_team("Ops")
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    (alert,) = alerts(sandbox)
    assert (alert["priority"], alert["tags"], len(alert["responders"])) == ("P1", ["shop"], 1)


async def test_a_function_may_say_it_for_each(app, sandbox, serve):
    alert_on_errors(app, alert=lambda failure: {"priority": "P1" if failure.kind == "exception" else "P4"})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/http")
    await client.close()

    assert [alert["priority"] for alert in alerts(sandbox)] == ["P1", "P4"]


async def test_a_function_that_raises_costs_its_words_only(app, sandbox, serve, caplog):
    alert_on_errors(app, alert=lambda failure: {"priority": 1 / 0})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert len(alerts(sandbox)) == 1
    assert "extra fields" in caplog.text


async def test_an_own_fingerprint(app, sandbox, serve):
    alert_on_errors(app, fingerprint=lambda failure: f"{failure.service} {failure.status}")
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/status?status=500")
    await client.close()

    assert [(alert["alias"], alert["count"]) for alert in alerts(sandbox)] == [("web 500", 2)]


async def test_a_fingerprint_that_raises_fails_no_request(app, serve, caplog):
    alert_on_errors(app, fingerprint=lambda failure: 1 / 0)
    client = await serve(app)

    assert await (await client.get("/shop/http")).text() == "upstream"
    assert "could not be queued" in caplog.text


async def test_without_a_client_no_request_fails(serve, caplog):
    app = web.Application()
    app.router.add_get("/shop/{how}", answer)
    counters = alert_on_errors(app)
    client = await serve(app)

    assert await (await client.get("/shop/http")).text() == "upstream"
    assert "could not be queued" in caplog.text
    assert counters.waiting == 0


async def test_requests_do_not_wait_for_opsgenie(app, sandbox, serve):
    """Opsgenie does not answer at all, and every request has its answer."""
    sandbox.faults.add(Fault(route=CREATE, delay=60))
    counters = alert_on_errors(app, flush=0)
    client = await serve(app)

    async with asyncio.timeout(5):
        for _ in range(20):
            await client.get("/shop/raise")
        await client.close()

    assert (counters.delivered, counters.dropped) == (0, 20)


async def test_a_full_queue_drops_and_counts(app, sandbox, serve):
    """The first occurrence of another alert takes the place of the storm's."""
    sandbox.faults.add(Fault(route=CREATE, delay=60))
    counters = alert_on_errors(app, queue_size=5, flush=0)
    client = await serve(app)

    for _ in range(8):
        await client.get("/shop/raise")
    assert (counters.waiting, counters.dropped) == (5, 3)
    await client.get("/shop/http")
    assert (counters.waiting, counters.dropped) == (5, 4)
    await client.close()

    assert (counters.occurrences, counters.dropped) == (9, 9)


async def test_an_outage_is_waited_out(app, sandbox, serve, clock):
    """What could not be told during the outage is told after it, occurrence by occurrence."""
    sandbox.faults.add(Fault(route=CREATE, status=500, times=8))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1, clock=clock)) as impatient:
        other = web.Application()
        setup(other, impatient)
        other.router.add_get("/shop/{how}", answer)
        counters = alert_on_errors(other, clock=clock)
        client = await serve(other)

        await client.get("/shop/raise")
        await client.get("/shop/raise")
        await clock.advance(600)

        assert (alerts(sandbox)[0]["count"], counters.delivered, counters.failed) == (2, 2, 0)


async def test_a_word_that_cannot_be_sent_is_left_out(app, sandbox, serve, caplog):
    """The alert matters more than the priority that its settings name wrongly."""
    counters = alert_on_errors(app, alert={"priority": "P9"})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.failed, counters.delivered, counters.dropped) == (0, 1, 0)
    assert "alerts.create: priority: expected P1, P2, P3, P4 or P5, got 'P9'" in caplog.text
    assert sum(received.path == "/v2/alerts" for received in sandbox.received) == 1


async def test_what_opsgenie_refuses_is_not_tried_again(app, sandbox, serve, caplog):
    errors = {"priority": "is not allowed"}
    sandbox.faults.add(Fault(route=CREATE, status=422, body={"message": "cannot be processed", "errors": errors}))
    counters = alert_on_errors(app)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.failed, counters.delivered, counters.dropped) == (1, 0, 0)
    assert "priority" in caplog.text
    assert sum(received.path == "/v2/alerts" for received in sandbox.received) == 1


async def test_the_end_waits_for_no_longer_than_it_may(app, sandbox, serve, clock, caplog):
    sandbox.faults.add(Fault(route=CREATE, status=500))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1, clock=clock)) as impatient:
        other = web.Application()
        setup(other, impatient)
        other.router.add_get("/shop/{how}", answer)
        counters = alert_on_errors(other, flush=7, clock=clock)
        client = await serve(other)
        await client.get("/shop/raise")
        began = clock.now()

        await client.close()

    assert clock.now() - began <= 7 + 60
    assert counters.dropped == 1
    assert "were not sent" in caplog.text


async def test_a_last_chance_at_the_end(app, sandbox, serve, clock):
    """Whatever the background task waits for, the flush does not wait for it."""
    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1)) as impatient:
        other = web.Application()
        setup(other, impatient)
        other.router.add_get("/shop/{how}", answer)
        stopped = SleepingClock()
        counters = alert_on_errors(other, clock=stopped)
        client = await serve(other)
        await client.get("/shop/raise")
        await stopped.asleep.wait()

        await client.close()

    assert (counters.delivered, counters.dropped) == (1, 0)


async def test_in_a_sub_application_with_the_client_of_the_one_around_it(sandbox, serve):
    """Also what is still waiting at the end is told: the client is closed after that."""
    app = web.Application()
    setup(app, lambda app: Opsgenie(sandbox.api_key, base_url=sandbox.url))
    app.router.add_get("/shop/{how}", answer)
    sub = web.Application()
    sub.router.add_get("/{how}", answer)
    counters = alert_on_errors(sub, service="admin")
    app.add_subapp("/admin", sub)
    sandbox.faults.add(Fault(route=CREATE, delay=0.05))
    client = await serve(app)

    await client.get("/admin/raise")
    await client.get("/shop/raise")
    await client.close()

    assert [alert["entity"] for alert in alerts(sandbox)] == ["GET /admin/{how}"]
    assert counters.delivered == 1


async def test_a_request_that_fails_while_the_application_ends(app, sandbox, serve):
    """Requests that are under way end after the shutdown has begun, and are told all the same."""
    ending, started = asyncio.Event(), asyncio.Event()

    async def last(request):
        started.set()
        await ending.wait()
        raise OutOfStock

    async def end(app):
        ending.set()

    app.router.add_get("/last", last)
    counters = alert_on_errors(app)
    app.on_shutdown.append(end)
    sandbox.faults.add(Fault(route=CREATE, delay=0.05))
    client = await serve(app)
    request = asyncio.create_task(client.session.get(client.make_url("/last")))
    await started.wait()

    await client.server.close()

    assert (await request).status == 500
    assert (counters.delivered, counters.dropped) == (1, 0)


async def test_a_closing_that_fails_is_tried_again(app, sandbox, serve, clock):
    sandbox.faults.add(Fault(route="POST /v2/alerts/*/close", status=500, times=5))  # as often as one call tries
    counters = alert_on_errors(app, recovered_after=1, clock=clock)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/ok")
    await clock.advance(5)

    assert [alert["status"] for alert in alerts(sandbox)] == ["closed"]
    assert counters.closed == 1


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


async def test_details_are_added_to_those_of_the_request(app, sandbox, serve):
    alert_on_errors(app, alert={"details": {"team": "till", "status": "bad"}})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    details = alerts(sandbox)[0]["details"]
    assert (details["team"], details["status"]) == ("till", "bad")
    assert (details["method"], details["route"]) == ("GET", "/shop/{how}")


async def test_what_the_caller_adds_has_its_place_before_the_headers(app, sandbox, serve):
    alert_on_errors(app, alert={"details": {"long": "x" * 7900}}, headers=["X-Big"])
    client = await serve(app)

    await client.get("/shop/raise", headers={"X-Big": "y" * 900})
    await client.close()

    details = alerts(sandbox)[0]["details"]
    assert details["long"] == "x" * 7900
    assert sum(len(name) + len(value) for name, value in details.items()) <= 8000


TOO_LONG = {
    "message": "m" * 200,
    "description": "d" * 20_000,
    "entity": "e" * 600,
    "source": "s" * 200,
    "user": "u" * 200,
    "note": "n" * 30_000,
    "tags": ["t" * 80 + str(number) for number in range(30)],
    "actions": ["a" * 80 for _ in range(30)],
    "details": {f"key {number}": "v" * 3000 for number in range(9)},
    "responders": [TeamRef(name=f"team {number}") for number in range(60)],
}


@pytest.mark.parametrize("field", [*TOO_LONG, "service"])
@pytest.mark.parametrize("kind", ["fields", "function"])
async def test_what_is_too_long_keeps_no_alert_back(app, sandbox, serve, field, kind):
    for number in range(60):
        sandbox.add_team(f"team {number}")
    if field == "service":
        counters = alert_on_errors(app, service="s" * 600)
    else:
        more = {field: TOO_LONG[field]}
        counters = alert_on_errors(app, alert=more if kind == "fields" else lambda failure: more)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.delivered, counters.failed) == (1, 0)
    assert len(alerts(sandbox)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"message": "  "},
        {"message": None, "details": None, "tags": None},
        {"tags": "shop"},
        {"details": 5},
        {"alias": "x"},
        {"details": {"till": 4, "open": True, "nobody": None, 7: object()}},
        {"responders": 5},
    ],
    ids=["blank message", "nulls", "tags", "details", "alias", "odd details", "no responders"],
)
async def test_what_a_function_adds_keeps_no_alert_back(app, sandbox, serve, more):
    counters = alert_on_errors(app, alert=lambda failure: more)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.delivered, counters.failed) == (1, 0)
    assert alerts(sandbox)[0]["message"].startswith("GET /shop/{how}")


@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"service": None}, TypeError, "service"),
        ({"alert": {"alias": "x"}}, ValueError, "alias"),
        ({"alert": {"titel": "x"}}, ValueError, "titel"),
        ({"alert": {"message": 5}}, TypeError, "message"),
        ({"alert": {"priority": 1}}, TypeError, "priority"),
        ({"alert": {"tags": "shop"}}, TypeError, "tags"),
        ({"alert": {"details": ["x"]}}, TypeError, "details"),
        ({"alert": {"responders": ["Ops"]}}, TypeError, r"responders\[0\]"),
        ({"alert": {"tags": [5]}}, TypeError, r"tags\[0\]"),
        ({"alert": ["x"]}, TypeError, "alert"),
        ({"ignore": "/internal/*"}, TypeError, "ignore"),
        ({"redact": "X-Customer"}, TypeError, "redact"),
        ({"headers": "X-Customer"}, TypeError, "headers"),
        ({"fields": "error"}, TypeError, "fields"),
        ({"fields": ["errors"]}, ValueError, "errors"),
        ({"queue_size": 0}, ValueError, "queue_size"),
        ({"slow_after": float("nan")}, ValueError, "slow_after"),
        ({"recovered_after": 0}, ValueError, "recovered_after"),
        ({"flush": -1}, ValueError, "flush"),
    ],
)
async def test_settings_with_which_nothing_would_arrive_are_refused_at_once(app, settings, error, name):
    with pytest.raises(error, match=name):
        alert_on_errors(app, **settings)


PRIVATE = {
    "Referer": "https://shop.example/reset?token=geheim",
    "Origin": "https://geheim.example",
    "X-Original-URL": "/reset?token=geheim",
    "X-Rewrite-Url": "/geheim",
    "X-Forwarded-Uri": "/reset/geheim",
    "X-Forwarded-For": "geheim",
    "Forwarded": "for=geheim",
    "Cf-Access-Jwt-Assertion": "geheim",
    "Cf-Connecting-Ip": "geheim",
    "X-Amzn-Oidc-Data": "geheim",
    "X-Amzn-Oidc-Identity": "geheim",
    "X-Goog-Iap-Jwt-Assertion": "geheim",
    "X-Ms-Client-Principal": "geheim",
    "X-Remote-User": "geheim",
    "X-Forwarded-Email": "geheim",
    "X-Tenant": "geheim",
    "If-None-Match": "geheim",
    "Tailscale-User-Login": "geheim",
}


async def test_only_known_headers_are_told(app, sandbox, serve):
    alert_on_errors(app)
    client = await serve(app)

    await client.get("/shop/raise", headers={**PRIVATE, "User-Agent": "a browser", "X-Request-Id": "17"})
    await client.close()

    (alert,) = alerts(sandbox)
    assert "geheim" not in str(alert)
    details = {name.lower(): value for name, value in alert["details"].items()}
    assert (details["header user-agent"], details["header x-request-id"]) == ("a browser", "17")


async def test_another_header_is_told_where_it_is_asked_for_but_for_secrets(app, sandbox, serve):
    alert_on_errors(app, headers=[*HEADERS, "x-tenant", "Authorization", "X-Customer"], redact=["X-Customer"])
    client = await serve(app)

    await client.get("/shop/raise", headers={"X-Tenant": "blue", "Authorization": "geheim", "X-Customer": "geheim"})
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["details"]["header X-Tenant"] == "blue"
    assert "geheim" not in str(alert)


async def test_what_waits_is_bounded_however_much_is_said(app, sandbox, serve):
    async def verbose(request):
        raise OutOfStock("x" * 100_000)

    app.router.add_get("/verbose", verbose)
    counters = alert_on_errors(app, recovered_after=3)
    client = await serve(app)
    sandbox.faults.add(Fault(route=CREATE, status=503))

    await client.get("/verbose", headers={"X-Request-Id": "i" * 5000})

    failure = counters._backlog.next().failure
    texts = [failure.error_text, failure.path, *failure.trace, *failure.headers.values()]
    assert sum(map(len, texts)) < 20_000
    (recovery,) = counters._recoveries.popitem()[1].values()
    assert {rest.error_text for rest in recovery.open.values()} == {""}


async def test_an_exception_without_words_is_told_too(app, sandbox, serve):
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError("no words")

    async def silent(request):
        raise Silent

    app.router.add_get("/silent", silent)
    counters = alert_on_errors(app)
    client = await serve(app)

    await client.get("/silent")
    await client.close()

    assert counters.delivered == 1
    assert "Silent" in alerts(sandbox)[0]["message"]


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
