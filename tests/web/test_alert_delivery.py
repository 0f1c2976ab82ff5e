"""How error alerts are sent: beside requests, through outages, and to the end of an application."""

from __future__ import annotations

import asyncio

from aiohttp import web

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Fault
from opsgenie_async.web import alert_on_errors, setup
from tests.clocks import FakeClock
from tests.waiting import LIMIT, until
from tests.web.shop import CREATE, OutOfStock, alerts, answer


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

    async with asyncio.timeout(LIMIT):
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
        start = clock.now()

        await client.close()

    assert clock.now() - start <= 7 + 60
    assert counters.dropped == 1
    assert "were not sent" in caplog.text


async def test_a_last_chance_at_the_end(app, sandbox, serve, clock):
    """Whatever the background task waits for, the flush does not wait for it."""
    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1)) as impatient:
        other = web.Application()
        setup(other, impatient)
        other.router.add_get("/shop/{how}", answer)
        stopped = FakeClock(jumps=False)
        counters = alert_on_errors(other, clock=stopped)
        client = await serve(other)
        await client.get("/shop/raise")
        await until(lambda: stopped.sleepers)

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
    finish, started = asyncio.Event(), asyncio.Event()

    async def last(request):
        started.set()
        await finish.wait()
        raise OutOfStock

    async def end(app):
        finish.set()

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


async def test_an_application_without_setup_says_so(serve, caplog):
    async def fail(request: web.Request) -> web.Response:
        raise OutOfStock

    app = web.Application()
    app.router.add_get("/raise", fail)
    alert_on_errors(app)
    client = await serve(app)

    assert (await client.get("/raise")).status == 500

    assert "call opsgenie_async.web.setup with this application first" in caplog.text
