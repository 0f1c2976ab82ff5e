"""Connections: how many, whose, for how long; and what of an answer is read."""

import asyncio
import gc
import ssl
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aioresponses import aioresponses
from yarl import URL

from opsgenie_async import (
    Config,
    Name,
    NotFound,
    Opsgenie,
    OpsgenieError,
    ProtocolError,
    TransportError,
)
from opsgenie_async.sandbox import Fault, Sandbox
from tests.http.server import Echo, ReceivedRequest, envelope
from tests.waiting import until


async def test_no_more_connections_than_the_pool_holds(sandbox: Sandbox):
    sandbox.faults.add(Fault(delay=0.001))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(pool_size=3)) as og:
        await asyncio.gather(*(og.teams.list() for _ in range(30)), *(og.alerts.list() for _ in range(30)))
        assert sandbox.connections == sandbox.open_connections == 3

    assert sandbox.requests == 60


async def test_a_client_closes_its_own_connections(sandbox: Sandbox):
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        view = og.with_config(max_attempts=1)
        await asyncio.gather(*(view.teams.list() for _ in range(5)))
        assert sandbox.open_connections > 0
    await closed(sandbox)

    for dead in (og, view):
        with pytest.raises(RuntimeError, match="closed"):
            await dead.teams.list()
    await og.close()


async def test_nothing_is_opened_before_the_first_call():
    og = Opsgenie("key", base_url="http://127.0.0.1:1")
    og.teams.list()
    del og
    gc.collect()


async def test_a_callers_session_stays_open_and_keeps_its_ways(sandbox: Sandbox):
    session = aiohttp.ClientSession(
        base_url="http://elsewhere.example/api/",
        raise_for_status=True,
        headers={"X-Mine": "yes", "User-Agent": "mine"},
        cookies={"mine": "1"},
    )
    async with session:
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url, session=session) as og:
            assert len(await og.teams.list()) == 3
            with pytest.raises(NotFound):
                await og.teams.get("nothing")
        assert not session.closed
        with pytest.raises(RuntimeError, match="closed"):
            await og.teams.list()

        async with session.get(URL(sandbox.url) / "v2/teams", headers={"Authorization": f"GenieKey {sandbox.api_key}"}):
            pass

    assert {request.headers["X-Mine"] for request in sandbox.received} == {"yes"}
    assert [request.headers["User-Agent"] for request in sandbox.received] == [
        "opsgenie-async",
        "opsgenie-async",
        "mine",
    ]


async def test_a_user_agent_can_be_named():
    async with Echo() as server, Opsgenie("k", base_url=server.url, config=Config(user_agent="pager-bot/7")) as og:
        await og.request("GET", "/v2/account")

    assert server.received[0].headers["User-Agent"] == "pager-bot/7"
    assert server.received[0].headers["Accept"] == "application/json"


async def test_cookies_are_not_kept():
    def answer(request: ReceivedRequest) -> web.Response:
        response = envelope()
        response.set_cookie("session", "tracked")
        return response

    async with Echo(answer) as server:
        named = server.url.replace("127.0.0.1", "localhost")  # no jar takes cookies of an address
        async with Opsgenie("key", base_url=named) as og:
            await og.request("GET", "/v2/account")
            await og.request("GET", "/v2/account")

    assert [request.headers.get("Cookie") for request in server.received] == [None, None]


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_redirect_is_not_followed(status: int, method: str):
    async with Echo() as elsewhere, Echo() as server, Opsgenie("key", base_url=server.url) as og:
        server.answer = lambda request: web.Response(status=status, headers={"Location": f"{elsewhere.url}/v2/teams"})
        with pytest.raises(ProtocolError, match="redirect") as caught:
            await og.request(method, "/v2/teams")

    assert (caught.value.status, caught.value.attempts) == (status, 1)
    assert (len(server.received), elsewhere.received) == (1, [])


async def test_a_prefix_of_the_address_is_kept():
    async with Sandbox(teams=1, seed=1, prefix="/jsm/ops/integration") as sandbox:
        for address in (sandbox.url, sandbox.url + "/"):
            async with Opsgenie(sandbox.api_key, base_url=address) as og:
                [team] = await og.teams.list()
                assert await og.teams.get(Name(team.name)) == await og.teams.get(team)
                await og.legacy.schedules.list()
                await og.request("GET", "v2/account")
                await og.request("GET", "/v2/account")


async def test_a_connection_is_used_again():
    async with Echo() as server, Opsgenie("key", base_url=server.url) as og:
        for method in ("GET", "GET", "GET", "POST"):
            await og.request(method, "/v2/account")

    assert server.connections == 1
    assert Config().keepalive == 15


async def test_a_connection_that_has_idled_too_long_is_not_used():
    async with Echo() as server, Opsgenie("key", base_url=server.url, config=Config(keepalive=0.02)) as og:
        await og.request("GET", "/v2/account")
        await asyncio.sleep(0.06)
        await og.request("POST", "/v2/account", json={})

    assert server.connections == 2


# --- proxies, TLS


async def test_a_proxy_gets_the_whole_address():
    async with Echo() as proxy, Opsgenie("k", base_url="http://og.invalid/", config=Config(proxy=proxy.url)) as og:
        await og.request("GET", "/v2/account")

    assert proxy.received[0].headers["Host"] == "og.invalid"


@pytest.mark.parametrize("trusted", [True, False])
async def test_the_environments_proxy_is_used_when_asked_for(monkeypatch: pytest.MonkeyPatch, trusted: bool):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("NETRC", "/dev/null")
    async with Echo() as proxy, Echo() as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with Opsgenie("k", base_url=server.url, config=Config(trust_env=trusted)) as og:
            await og.request("GET", "/v2/account")

    assert (len(proxy.received), len(server.received)) == ((1, 0) if trusted else (0, 1))


@pytest.fixture
def netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials for every host there is."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "netrc").write_text("default login somebody password else")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.mark.usefixtures("netrc")
async def test_the_environment_has_no_say_in_the_key():
    """aiohttp's own `trust_env` finds a password in ~/.netrc, and then refuses to send it beside our header."""
    async with Echo() as server, Opsgenie("k", base_url=server.url, config=Config(trust_env=True)) as og:
        await og.request("GET", "/v2/account")
        await og.request("GET", "/v1/json/schedule")

    assert [request.headers.get("Authorization") for request in server.received] == ["GenieKey k", None]


@pytest.mark.usefixtures("netrc")
@pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning", "ignore:.*'auth' parameter:DeprecationWarning")
@pytest.mark.parametrize("own", [{"trust_env": True}, {"auth": ("somebody", "else")}])
async def test_credentials_of_the_callers_session_give_way(own: dict[str, Any]):
    passed = []

    async def note(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        passed.append(request.method)
        return await send(request)

    if "auth" in own:
        own = {"auth": aiohttp.BasicAuth(*own["auth"])}
    async with (
        Echo() as server,
        aiohttp.ClientSession(middlewares=(note,), **own) as session,
        Opsgenie("k", base_url=server.url, session=session) as og,
    ):
        await og.request("GET", "/v2/account")
        await og.request("POST", "/v2/teams", json={})

    assert [request.headers["Authorization"] for request in server.received] == ["GenieKey k", "GenieKey k"]
    assert passed == ["GET", "POST"]


@pytest.mark.parametrize("setting", [True, False, ssl.create_default_context()])
async def test_tls_is_the_callers_business(setting: bool | ssl.SSLContext):
    with aioresponses() as mocked:
        mocked.get("https://h/v2/x", payload={})
        async with Opsgenie("k", base_url="https://h", config=Config(ssl=setting)) as og:
            await og.request("GET", "/v2/x")
        [[call]] = mocked.requests.values()

    assert call.kwargs.get("ssl", True) is setting


# --- many at once


async def test_two_clients_never_mix():
    """Two accounts, two keys, one session under both clients, and hundreds of calls in between one another."""
    async with Sandbox(teams=4, seed=1) as one, Sandbox(teams=6, seed=2) as two, aiohttp.ClientSession() as session:
        one.faults.add(Fault(html=True, share=0.1))
        two.faults.add(Fault(reset=True, share=0.1))
        config = Config(jitter=lambda bound: 0.0, max_attempts=20)
        async with (
            Opsgenie(one.api_key, base_url=one.url, session=session, config=config) as first,
            Opsgenie(two.api_key, base_url=two.url, session=session, config=config) as second,
        ):

            async def look(og: Opsgenie) -> frozenset[str]:
                return frozenset([team.id async for team in og.teams.list()])

            results = await asyncio.gather(*(look(og) for _ in range(300) for og in (first, second)))

    assert Counter(results[::2]) == {frozenset(one.account.teams): 300}
    assert Counter(results[1::2]) == {frozenset(two.account.teams): 300}


async def test_each_key_goes_to_its_own_server():
    async with Echo() as one, Echo() as two, aiohttp.ClientSession() as session:
        clients = [
            Opsgenie("key-one", base_url=one.url, session=session),
            Opsgenie("key-two", base_url=f"{two.url}/two", session=session),
        ]
        await asyncio.gather(*(og.request("GET", "/v2/x") for _ in range(200) for og in clients))
        await asyncio.gather(*(og.legacy.schedules.delete("x") for _ in range(20) for og in clients))

    assert len(one.received) == len(two.received) == 220
    assert not any("key-two" in repr(request) for request in one.received)
    assert not any("key-one" in repr(request) for request in two.received)
    assert all("key-one" in repr(request) for request in one.received)
    assert {request.raw_path.split("/")[1] for request in two.received} == {"two"}


async def test_thousands_of_calls_under_random_cancellation_leave_nothing_behind(sandbox: Sandbox):
    random = Random(7)
    config = Config(pool_size=50, jitter=lambda bound: 0.0)
    sandbox.faults.add(Fault(reset=True, share=0.02), Fault(status=503, share=0.02), Fault(truncate=True, share=0.01))
    outcomes: Counter[str] = Counter()

    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:

        async def call(number: int) -> None:
            try:
                await og.request(("GET", "POST")[number % 2], "/v2/account" if number % 3 else "/v2/alerts", json=None)
                outcomes["done"] += 1
            except OpsgenieError as error:
                outcomes[type(error).__name__] += 1
            except asyncio.CancelledError:
                outcomes["cancelled"] += 1
                raise

        tasks = [asyncio.create_task(call(number)) for number in range(3_000)]
        done = asyncio.gather(*tasks, return_exceptions=True)
        while not done.done():
            for task in random.sample(tasks, 8):
                task.cancel()
            await asyncio.sleep(0.001)

        assert sum(outcomes.values()) <= 3_000
        assert min(outcomes["done"], outcomes["cancelled"]) > 150
        transport = og._transport
        queues = transport._throttle._queues.values()  # type: ignore[attr-defined]
        assert [(queue.limiter.window.used, len(queue.waiters)) for queue in queues] == [(0, 0)] * len(queues)
        session = transport._pool.session.current
        assert session is not None
        assert session.connector is not None
        assert not session.connector._acquired
        assert sandbox.open_connections <= 50
        sandbox.faults.clear()
        assert len(await asyncio.gather(*(og.request("GET", "/v2/account") for _ in range(200)))) == 200

    await closed(sandbox)


async def test_a_cancelled_call_is_cancelled_at_once_wherever_it_is(sandbox: Sandbox):
    """Waiting for its lane, for a connection, for an answer, or to try again: nothing of it ends by itself."""
    sandbox.faults.add(Fault(route="GET /v2/account", delay=3600), Fault(html=True))
    config = Config(pool_size=2, backoff_factor=60, backoff_max=60, jitter=lambda bound: bound)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        for path, rounds in (("/v2/teams", 60), ("/v2/account", 60)):
            for turns in range(rounds):
                tasks = [asyncio.create_task(og.request("GET", path)) for _ in range(4)]
                for _ in range(turns):
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                done = await asyncio.gather(*tasks, return_exceptions=True)
                assert all(isinstance(each, asyncio.CancelledError) for each in done), done
        sandbox.faults.clear()
        assert len(await asyncio.gather(*(og.request("GET", "/v2/teams") for _ in range(6)))) == 6


async def test_a_broken_address_is_a_transport_error():
    async with Opsgenie("k", base_url="http://name.invalid", config=Config(max_attempts=1)) as og:
        with pytest.raises(TransportError):
            await og.request("GET", "/v2/x")


async def closed(sandbox: Sandbox) -> None:
    """Wait until the server knows of it as well."""
    await until(lambda: not sandbox.open_connections)
