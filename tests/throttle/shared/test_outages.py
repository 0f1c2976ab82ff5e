"""Redis is gone, slow, restarted empty or full: calls go on, one line says so, and the client comes back."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from redis import Redis

from opsgenie_async.clock import SystemClock
from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.events import Event, SharingChanged
from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.shared import RedisThrottle, SharedGate
from opsgenie_async.throttle.shared import gate as gate_module
from opsgenie_async.throttle.shared import link as link_module
from opsgenie_async.throttle.shared.link import Link, Reply
from opsgenie_async.throttle.shared.script import SOURCE
from tests.throttle.shared.redis_server import RedisServer

SECRET = "geheim%40x"
LONG = 60.0
"""Seconds that a client waits for Redis where it need not: longer than a call may take here, which then fails."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(gate_module, "LONGEST_PAUSE", 0.1)


@pytest.fixture
async def join() -> AsyncIterator[Callable[..., SharedGate]]:
    """Make clients of an account, which are closed in the end."""
    gates: list[SharedGate] = []

    def joined(
        url: str, events: list[Event], *, timeout: float = LONG, limits: dict[float, int] | None = None
    ) -> SharedGate:
        known = {"alert": [Limit(count, period) for period, count in (limits or {}).items()]}
        throttle = RedisThrottle(url, account="prod", timeout=timeout)
        gates.append(throttle.join(clock=SystemClock(), limits=known, on_change=events.append))
        return gates[-1]

    yield joined
    for gate in gates:
        await gate.close()


async def call(gate: SharedGate, *, refused: float | None = None, domain: str = "alert") -> float:
    """Make a call that is answered at once; the seconds until it could be sent."""
    started = time.monotonic()
    ticket = await gate.acquire(domain, started + 20, 20)
    waited = time.monotonic() - started
    gate.feedback(ticket, accepted=refused is None, period=refused)
    return waited


def call_at_once(gate: SharedGate) -> None:
    """Make a call that does not give the event loop a turn before it can be sent."""
    coroutine = gate.acquire("alert", time.monotonic() + 20, 20)
    try:
        coroutine.send(None)
    except StopIteration as end:
        gate.feedback(end.value, accepted=True)
    else:
        coroutine.close()
        pytest.fail("the call waits")


async def until(
    condition: Callable[[], object], gate: SharedGate, *, calls: bool = True, domain: str = "alert"
) -> None:
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.01 if calls else 0)
            if condition():
                return
            if calls:
                await call(gate, domain=domain)


def changes(events: list[Event]) -> list[bool]:
    return [event.shared for event in events if isinstance(event, SharingChanged)]


@pytest.fixture
def attempts(monkeypatch) -> list[dict[str, object]]:
    """What clients tell Redis, or try to."""
    requests: list[dict[str, object]] = []
    exchange = Link.exchange

    def record(link: Link, keys: Sequence[str], request: str) -> Awaitable[Reply]:
        requests.append(json.loads(request) | {"lane": keys[0]})
        return exchange(link, keys, request)

    monkeypatch.setattr(Link, "exchange", record)
    return requests


async def test_a_redis_that_never_was_holds_up_nobody(unused_tcp_port, caplog, join, attempts):
    caplog.set_level(logging.INFO, "opsgenie_async")
    events: list[Event] = []
    gate = join(f"redis://user:{SECRET}@127.0.0.1:{unused_tcp_port}/0", events, limits={1.0: 1000})
    await call(gate)
    for _ in range(20):
        call_at_once(gate)
    await until(lambda: len(attempts) >= 4, gate)
    assert changes(events) == [False]
    messages = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(messages) == 1
    assert "no longer shared" in messages[0]
    assert f"redis://127.0.0.1:{unused_tcp_port}/0" in messages[0]
    assert "geheim" not in f"{caplog.text}{events}"


async def test_a_restarted_redis_is_found_again_and_told_what_was_learned(server, caplog, join, attempts):
    caplog.set_level(logging.INFO, "opsgenie_async")
    events: list[Event] = []
    gate = join(server.url, events)
    for _ in range(15):
        await call(gate)
    await call(gate, refused=1.0)
    await until(lambda: gate._lanes["alert"].memory and not gate._lanes["alert"].reply.closed, gate)
    rate = gate._lanes["alert"].memory[0]
    assert not any(each["alone"] for each in attempts)
    server.stop()
    await until(lambda: changes(events) == [False], gate)
    assert gate._own._queues["alert"].limiter.rate == pytest.approx(rate[1], rel=0.3)
    server.start()
    await until(lambda: changes(events) == [False, True], gate)
    with Redis.from_url(server.url) as client:
        assert client.dbsize()
    assert gate._lanes["alert"].reply.paces[0][:2] == pytest.approx(rate[:2], rel=0.3)
    assert "shared again" in caplog.text
    assert attempts[-1]["alone"]
    await until(lambda: not attempts[-1]["alone"], gate)


async def test_a_lane_that_is_new_while_redis_is_gone_says_so_when_it_is_back(server, join, attempts):
    events: list[Event] = []
    gate = join(server.url, events)
    await call(gate)
    server.stop()
    await until(lambda: changes(events) == [False], gate)
    ticket = await gate.acquire("search", time.monotonic() + 20, 20)
    gate.feedback(ticket, accepted=True)
    server.start()

    def of_search() -> list[object]:
        return [each["alone"] for each in attempts if "search" in str(each["lane"])]

    await until(lambda: gate._lanes["search"].reply is not None, gate, domain="search")
    assert of_search()[0]
    await until(lambda: not of_search()[-1], gate, domain="search")


async def test_calls_that_wait_when_redis_goes_are_served_without_it(server, join):
    events: list[Event] = []
    gate = join(server.url, events, limits={60.0: 10})
    await asyncio.gather(*(call(gate) for _ in range(10)))
    waiting = [asyncio.create_task(call(gate)) for _ in range(5)]
    await until(lambda: gate._lanes["alert"]._known_waiting == 5, gate, calls=False)
    server.stop()
    await asyncio.gather(*waiting)
    assert changes(events) == [False]


async def test_a_slow_redis_holds_up_a_call_for_the_timeout_and_no_longer(server, join):
    events: list[Event] = []
    gate = join(server.url, events)
    await call(gate)
    lane = gate._lanes["alert"]
    await until(lambda: lane._task is lane._timer is None, gate, calls=False)  # there is nothing to ask or report
    gate._link.timeout = 0.2
    os.kill(server.pid, signal.SIGSTOP)
    try:
        waited = await call(gate)
        for _ in range(5):
            call_at_once(gate)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert changes(events) == [False]
    assert waited >= 0.2
    gate._link.timeout = LONG
    await until(lambda: changes(events)[-1], gate)


@pytest.mark.parametrize("fault", ["OOM", "READONLY", "NOREPLICAS"])
async def test_a_redis_that_takes_nothing_is_as_good_as_gone(server, fault, join):
    events: list[Event] = []
    with Redis.from_url(server.url) as client:
        gate = join(server.url, events)
        await call(gate)
        if fault == "OOM":
            client.config_set("maxmemory", "1")
        elif fault == "READONLY":
            client.replicaof("127.0.0.1", 1)
        else:
            client.config_set("min-replicas-to-write", 3)
        await asyncio.sleep(0.6)
        await until(lambda: changes(events) == [False], gate)
        (event,) = [event for event in events if isinstance(event, SharingChanged)]
        expected = {"NOREPLICAS": "replica", "OOM": "memory", "READONLY": "read"}[fault]  # each version has its words
        assert expected in event.reason.lower()
        client.config_set("maxmemory", "0")
        client.config_set("min-replicas-to-write", 0)
        client.replicaof("NO", "ONE")
        await until(lambda: changes(events) == [False, True], gate)


async def test_a_redis_that_stays_full_is_lost_once(server, join, attempts, monkeypatch):
    """Though what is in there is deleted first, which it allows."""
    monkeypatch.setattr("opsgenie_async.throttle.shared.gate.FIRST_PAUSE", 0.02)
    events: list[Event] = []
    with Redis.from_url(server.url) as client:
        client.config_set("maxmemory", "1")
        gate = join(server.url, events)
        await until(lambda: len(attempts) > 5, gate)
        assert changes(events) == [False]
        assert client.dbsize() == 0


async def test_a_redis_that_forgot_the_script_gets_it_again(server, join):
    events: list[Event] = []
    gate = join(server.url, events)
    await call(gate)
    with Redis.from_url(server.url) as client:
        client.script_flush()
    await asyncio.sleep(0.6)
    await call(gate)
    assert changes(events) == []


async def test_who_cancels_every_task_leaves_nobody_waiting(server, join):
    gate = join(server.url, [])
    caller = asyncio.create_task(call(gate))
    await until(lambda: gate._lanes["alert"]._task is not None, gate, calls=False)
    exchange = gate._lanes["alert"]._task
    assert exchange is not None
    exchange.cancel()
    await caller
    await asyncio.sleep(0.1)
    await call(gate)


@pytest.fixture
async def replies(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """A port where every command is answered in the same way."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(request.param)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


@pytest.mark.parametrize(
    "replies",
    [b"-LOADING Redis is loading the dataset in memory\r\n", b"$4\r\nnull\r\n", b"+OK\r\n", b"HTTP/1.1 400\r\n\r\n"],
    indirect=True,
    ids=["loading", "null", "ok", "http"],
)
async def test_an_answer_that_is_none_is_as_good_as_none(replies, join):
    events: list[Event] = []
    gate = join(f"redis://127.0.0.1:{replies}/0", events, timeout=0.3)
    await call(gate)
    assert changes(events) == [False]
    await asyncio.sleep(0.01)


async def test_the_share_of_a_client_is_what_it_keeps(server, join, monkeypatch):
    events: list[Event] = []
    monkeypatch.setattr(link_module, "SOURCE", re.sub(r"local LEASE = .*", "local LEASE = 600", SOURCE))
    gates = [join(server.url, events if not number else [], limits={1.0: 40}) for number in range(4)]
    for gate in gates:
        await call(gate)
    tickets = [await gate.acquire("alert", None, math.inf) for gate in gates]
    await asyncio.gather(*(gate.acquire("alert", None, math.inf) for gate in gates))
    assert gates[-1]._lanes["alert"].reply.members == 4
    await gates[0].acquire("alert", None, math.inf)
    lane = gates[0]._lanes["alert"]
    lane.start()
    await until(lambda: lane._task is None, gates[0], calls=False)
    assert lane.reply.members == 4
    server.stop()
    lane.start()
    await until(lambda: changes(events) == [False], gates[0], calls=False)
    await call(gates[0])
    limiter = gates[0]._own._queues["alert"].limiter
    assert limiter.rate == pytest.approx(10)
    limiter.estimates[1]._set_rate(100, limiter.estimates[1]._stamp)
    assert limiter.rate == pytest.approx(10)  # a quarter of a known limit, and never more
    assert len(tickets) == 4


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://:{SECRET}@host", f"redis://:{SECRET}@host:port", f"redis://:{SECRET}@[host", 7, ""),
        *(f"redis://:12{mark}34geheim@host:6379/0" for mark in "/#?"),
        *(f"rediss://user:p@ss{mark}geheim@host/0" for mark in "/#?"),
        *(f"redis://:geheim{mark}12@host:6379/0" for mark in "/#?"),
        *(f"unix://:12{mark}geheim@/run/redis.sock" for mark in "/#?"),
        *("redis://host/geheim", "redis://host/0/geheim", "redis://host?db=geheim", "unix:///run/redis.sock?db=geheim"),
        *("redis://host/-1", "redis://host/\u00b2", "redis://host:0", "unix://run/redis.sock", "unix://"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url):
    with pytest.raises((ArgumentValueError, TypeError)) as caught:
        RedisThrottle(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        *("redis://h", "redis://h/", "redis://h:6380/3?socket_keepalive=true", "rediss://u:p%2F%23%3F%40@h/0#prod"),
        *("unix:///run/redis.sock", "unix://u:p@/run/redis.sock?db=2", "redis://[::1]:6379/0#ops%40prod", "redis:///1"),
    ],
)
def test_an_address_is_taken(url):
    RedisThrottle(url)


@pytest.mark.parametrize("url", [f"redis://u:{SECRET}@h:1/2", f"redis://h/?password={SECRET}", f"unix://:{SECRET}@/s"])
def test_the_password_is_never_shown(url):
    throttle = RedisThrottle(url, account="prod")
    assert "geheim" not in repr(throttle)
    assert "geheim" not in throttle._address.redact(f"bad {SECRET} and geheim@x")
    assert "geheim" not in repr(throttle._address)


@pytest.mark.parametrize(
    "settings", [{"timeout": 0}, {"timeout": "1"}, {"keep": -1}, {"timeout": math.inf}, {"account": 7}]
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises((TypeError, ValueError), match=next(iter(settings))):
        RedisThrottle("redis://localhost", **settings)


def test_servers_of_tests_are_real(running_redis: RedisServer):
    with Redis.from_url(running_redis.url) as client:
        assert client.info("server")["redis_version"]


async def test_a_redis_that_comes_and_goes_is_one_failure(server, caplog, join):
    caplog.set_level(logging.INFO, "opsgenie_async")
    events: list[Event] = []
    gate = join(server.url, events)
    await call(gate)
    for number in range(2):
        server.stop()
        await until(lambda: changes(events)[-1:] == [False], gate)
        assert len(changes(events)) == 2 * number + 1
        server.start()
        await until(lambda: changes(events)[-1], gate)
    levels = [record.levelno for record in caplog.records if "no longer shared" in record.getMessage()]
    assert levels == [logging.WARNING, logging.INFO]
