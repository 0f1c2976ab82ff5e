"""Writes that are accepted first and processed later."""

import asyncio
import pickle

import pytest
from aiohttp import web

from opsgenie_async import (
    Alias,
    Config,
    NotFound,
    Opsgenie,
    OutcomeUnknown,
    ProtocolError,
    RequestFailed,
    ServerError,
    TinyId,
)
from opsgenie_async.models import Priority, TeamRef
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock
from tests.http.server import Echo, ReceivedRequest, envelope


async def test_a_write_is_waited_for(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    sandbox.processing_delay = 5

    pending = await timed_og.alerts.create(message="disk full", priority=Priority.P1)
    status = await pending.wait()

    assert (status.succeeded, status.action, status.status) == (True, "Create", "Created alert")
    assert status.alias == pending.alias
    assert clock.now() - 1000 == pytest.approx(5, abs=2)
    assert sandbox.requests < 12
    assert (await timed_og.alerts.get(status.alert_id)).priority is Priority.P1


async def test_a_write_can_be_awaited_itself(og: Opsgenie, sandbox: Sandbox):
    status = await (await og.alerts.create(message="disk full"))

    assert (status.succeeded, status.alias) == (True, next(iter(sandbox.alerts))["alias"])


async def test_a_failure_is_raised_the_moment_it_is_known(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    pending = await timed_og.alerts.close(Alias("nothing"))

    with pytest.raises(RequestFailed, match="Alert does not exist") as caught:
        await pending.wait()

    assert (caught.value.request_id, sandbox.requests, clock.slept) == (pending.request_id, 2, [])


@pytest.mark.parametrize(
    ("alert", "outcome"),
    [
        ("disk-3", "; a str is an id; Alias('disk-3') is an alias"),
        ("17", "; a str is an id; TinyId('17') is a tiny id"),
        (Alias("disk-3"), ")"),
    ],
)
async def test_an_alert_that_is_not_there_may_have_been_named_otherwise(og: Opsgenie, alert: str | Alias, outcome: str):
    for pending in (await og.alerts.close(alert), await og.alerts.add_note(alert, note="seen")):
        with pytest.raises(RequestFailed) as caught:
            await pending
        assert str(caught.value).endswith(outcome)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


async def test_time_up_leaves_the_outcome_unknown(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    sandbox.processing_delay = 60
    pending = await timed_og.alerts.create(message="disk full")

    with pytest.raises(OutcomeUnknown, match="not processed within 10 s") as caught:
        await pending.wait(timeout=10)

    assert caught.value.request_id == pending.request_id
    assert clock.now() - 1000 <= 10
    assert (await pending.wait(timeout=60)).succeeded


async def test_a_status_that_does_not_come_is_not_waited_for_longer(clock: FakeClock):
    async def silent(request: ReceivedRequest) -> web.Response:
        if request.method == "POST":
            return web.json_response({"requestId": "r"}, status=202)
        await asyncio.sleep(600)
        raise AssertionError

    async with Echo(silent) as server, Opsgenie("key", base_url=server.url, config=Config(clock=clock)) as og:
        pending = await og.alerts.create(message="m")
        passing = asyncio.create_task(clock.advance(3.5))
        with pytest.raises(OutcomeUnknown):
            await pending.wait(timeout=3)
        await passing


async def test_a_request_that_nobody_knows_is_not_found(timed_og: Opsgenie, clock: FakeClock):
    with pytest.raises(NotFound):
        await timed_og.alerts.get_request_status("nothing")

    async with Echo() as server, Opsgenie("key", base_url=server.url, config=Config(clock=clock)) as og:
        server.answer = lambda request: web.json_response(
            {"requestId": "r"}, status=202 if request.method == "POST" else 404
        )
        pending = await og.alerts.create(message="m")
        with pytest.raises(NotFound):
            await pending.wait()

    assert (len(server.received), clock.slept) == (2, [])


async def test_gateways_in_between_do_not_end_the_waiting(timed_og: Opsgenie, sandbox: Sandbox):
    sandbox.processing_delay = 2
    sandbox.faults.add(
        Fault(route="GET */requests/*", html=True, times=2), Fault(route="GET */requests/*", status=429, times=1)
    )

    assert (await (await timed_og.alerts.create(message="m")).wait()).succeeded


async def test_a_status_that_cannot_be_read_is_raised(timed_og: Opsgenie, sandbox: Sandbox):
    pending = await timed_og.alerts.create(message="m")
    sandbox.faults.add(Fault(route="GET */requests/*", html=True))

    with pytest.raises(ServerError):
        await pending.wait()


@pytest.mark.parametrize("body", [{}, {"result": "Request will be processed"}])
async def test_an_acceptance_without_a_handle_is_a_protocol_error(body: dict[str, str]):
    accepted = Echo(lambda request: web.json_response(body, status=202))
    async with accepted as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="request id"):
            await og.alerts.create(message="m")


@pytest.mark.parametrize(
    ("data", "done"),
    [
        ({"success": True}, True),
        ({"isSuccess": True}, True),
        ({"isSuccess": False, "success": True}, False),
        ({}, False),
    ],
)
async def test_success_is_told_in_either_word(data: dict[str, bool], done: bool):
    async with Echo(lambda request: envelope(data=data)) as server, Opsgenie("key", base_url=server.url) as og:
        pending = await og.incidents.create(message="m")
        if done:
            assert (await pending.wait()).succeeded
        else:
            with pytest.raises(RequestFailed, match="the request failed"):
                await pending.wait()


async def test_an_alert_by_each_of_its_names(timed_og: Opsgenie, sandbox: Sandbox):
    team = next(iter(sandbox.account.teams.values()))
    pending = await timed_og.alerts.create(
        message="disk full",
        alias="db/1 ?",
        description="/dev/sda1",
        tags=["disk"],
        details={"host": "db-1"},
        responders=[TeamRef(name=team["name"])],
        entity="db-1",
        source="check",
    )
    status = await pending.wait()

    alert = await timed_og.alerts.get(Alias("db/1 ?"))
    assert alert == await timed_og.alerts.get(status.alert_id) == await timed_og.alerts.get(TinyId(alert.tiny_id))
    assert (alert.alias, alert.description, alert.details) == ("db/1 ?", "/dev/sda1", {"host": "db-1"})
    assert [responder.id for responder in alert.responders] == [team["id"]]

    await (await timed_og.alerts.acknowledge(alert, user="ann@corp.example", note="mine")).wait()
    await (await timed_og.alerts.close(TinyId(alert.tiny_id))).wait()
    assert (await timed_og.alerts.get(alert)).status == "closed"
    with pytest.raises(NotFound):
        await timed_og.alerts.get(Alias("db/1 ?"))


async def test_an_incident_is_opened_and_closed(timed_og: Opsgenie, sandbox: Sandbox):
    sandbox.processing_delay = 1
    opened = await (await timed_og.incidents.create(message="down", priority="P2")).wait()
    assert (opened.succeeded, bool(opened.incident_id)) == (True, True)

    closed = await (await timed_og.incidents.close(opened.incident_id, note="up again")).wait()
    assert closed.incident_id == opened.incident_id
    with pytest.raises(NotFound) as caught:
        await timed_og.incidents.get_request_status("nothing")
    assert caught.value.error_type == ""


async def test_a_handle_says_what_it_is_and_no_more(timed_og: Opsgenie, sandbox: Sandbox):
    pending = await timed_og.alerts.create(message="m", alias="a")

    assert repr(pending).startswith(f"Pending(request_id='{pending.request_id}', result='Request will be processed'")
    assert "ransport" not in repr(pending)
    assert pending.alias == "a"
