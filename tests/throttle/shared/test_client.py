"""`Opsgenie` and the command line with limits that are shared."""

from __future__ import annotations

import asyncio

import pytest
from redis import Redis

from opsgenie_async import Config, Opsgenie, Throttled
from opsgenie_async.events import AttemptEnded, Event, LaneChanged, SharingChanged
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.throttle.shared import RedisThrottle
from tests.cli.terminal import run_here, start
from tests.throttle.shared.redis_server import RedisServer

HOUR = 3600
LIMITS = {"configuration": [{"limit": 20, "periodInSeconds": HOUR}]}
"""None that a pause of this machine, between a permit and its call, could make another limit of."""


def config(server: RedisServer, events: list[Event], account: str | None = "prod", **settings: object) -> Config:
    throttle = RedisThrottle(server.url, account=account, timeout=60)
    return Config(throttle=throttle, hooks=(events.append,), max_attempts=4, **settings)


async def teams(og: Opsgenie, count: int) -> int:
    """Make so many calls at a time; how many of them were over the limit."""
    calls = (og.request("GET", "v2/teams") for _ in range(count))
    ended = await asyncio.gather(*calls, return_exceptions=True)
    failures = [each for each in ended if isinstance(each, BaseException)]
    assert all(isinstance(each, Throttled) for each in failures), failures
    return len(failures)


async def test_clients_of_one_account_learn_from_each_other(running_redis, redis: Redis):
    events: tuple[list[Event], list[Event]] = ([], [])
    async with Sandbox(teams=1, limits=LIMITS) as sandbox:
        clients = [
            Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config(running_redis, each)) for each in events
        ]
        async with clients[0], clients[1]:
            assert await teams(clients[0], 30) == 10
            requests = sandbox.requests
            assert await teams(clients[1], 15) == 15
            names = redis.keys("*:state")
            dump = redis.execute_command("KEYS", "*"), redis.lrange(names[0].replace("state", "history"), 0, -1)
    assert any(isinstance(event, LaneChanged) and event.state == "closed" for event in events[0])
    assert sandbox.requests == requests
    assert names
    assert sandbox.api_key not in str(dump)
    assert "prod" not in str(names)
    assert redis.ttl(names[0]) > 0


@pytest.mark.parametrize(("accounts", "lanes"), [(("prod", "prod"), 1), (("prod", "test"), 2), ((None, None), 1)])
async def test_accounts_are_told_apart_by_their_names_or_keys(running_redis, redis: Redis, accounts, lanes):
    async with Sandbox(teams=1) as sandbox:
        for account in accounts:
            async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config(running_redis, [], account)) as og:
                await teams(og, 1)
    assert len(redis.keys("*:state")) == lanes


async def test_known_limits_are_kept_by_both(running_redis, redis: Redis):
    events: list[Event] = []
    async with Sandbox(teams=1, limits=LIMITS) as sandbox:
        settings = config(running_redis, events, limits={"configuration": {HOUR: 20}})
        async with (
            Opsgenie(sandbox.api_key, base_url=sandbox.url, config=settings) as one,
            Opsgenie(sandbox.api_key, base_url=sandbox.url, config=settings) as other,
        ):
            assert sum(await asyncio.gather(teams(one, 15), teams(other, 15))) == 10
    assert sandbox.requests == 20
    assert not any(isinstance(event, AttemptEnded) and event.status == 429 for event in events)


async def test_views_share_and_closing_returns_what_is_at_hand(running_redis, redis: Redis):
    async with Sandbox(teams=1) as sandbox:
        og = Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config(running_redis, []))
        await teams(og, 3)
        await teams(og.with_config(max_attempts=2), 3)
        assert redis.hlen(redis.keys("*:members")[0]) == 1
        await og.close()
    assert redis.keys("*:members") == []


def test_a_client_goes_on_in_the_next_event_loop(running_redis, redis: Redis, unused_tcp_port: int):
    events: list[Event] = []
    url = f"http://127.0.0.1:{unused_tcp_port}"
    og = Opsgenie("key", base_url=url, config=config(running_redis, events))

    async def serve(*, last: bool) -> None:
        async with Sandbox(teams=1, api_key="key", port=unused_tcp_port):
            await teams(og, 3)
            if last:
                await og.close()

    asyncio.run(serve(last=False))
    asyncio.run(serve(last=True))
    assert not any(isinstance(event, SharingChanged) for event in events)


@pytest.mark.parametrize("source", ["--share-limits", "OPSGENIE_SHARED_LIMITS"])
@pytest.mark.parametrize("words", ["whoami", "run --heartbeat backup -- true"])
async def test_commands_share(running_redis, redis: Redis, source, words):
    command, *rest = words.split()
    async with Sandbox(teams=2) as sandbox:
        environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
        url = f"{running_redis.url}#prod"
        if source.startswith("--"):
            ended = await start(command, source, url, *rest, **environment)
        else:
            ended = await start(command, *rest, **environment, **{source: url})
    assert ended[0] == 0, ended
    assert redis.keys("*:state")


@pytest.mark.parametrize("source", ["--share-limits", "OPSGENIE_SHARED_LIMITS"])
def test_what_is_no_redis_is_wrong_usage_and_shows_no_password(source):
    url, environment = "http://:geheim@host", {"OPSGENIE_API_KEY": "key"}
    if source.startswith("--"):
        status, _, output = run_here("whoami", source, url, **environment)
    else:
        status, _, output = run_here("whoami", **environment, **{source: url})
    assert status == 2
    assert source in output
    assert "geheim" not in output
