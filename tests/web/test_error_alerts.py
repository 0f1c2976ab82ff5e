"""The error middleware over real sockets: what becomes an alert, what it says, and what it never does to a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.models import TeamRef
from opsgenie_async.sandbox import Fault
from opsgenie_async.web import OPSGENIE, alert_on_errors, setup
from tests.web.shop import CREATE, OutOfStock, alerts


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
