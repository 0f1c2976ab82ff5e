"""A redis-server for the tests of this folder; they are skipped where there is none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from uuid import UUID

import pytest
from blockbuster import BlockBuster
from redis import Redis

from tests.throttle.shared.redis_server import MISSING, RedisServer, program


@pytest.fixture(autouse=True, scope="session")
def redis_may_block(loop_never_blocked: BlockBuster) -> None:
    """In virtual time nothing else could happen while Redis is asked."""
    for function in loop_never_blocked.functions.values():
        function.can_block_in("throttle/shared/virtual.py", "exchange")
        function.can_block_in("redis/utils.py", "get_lib_version")  # looks into a folder, once a connection


@pytest.fixture(scope="session")
def running_redis() -> Iterator[RedisServer]:
    if program() is None:
        pytest.skip(MISSING)
    with RedisServer() as server:
        yield server


@pytest.fixture(autouse=True)
def same_ids_in_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients are served in the order of their ids: other ids, another course in virtual time."""
    seeded = random.Random(0)
    monkeypatch.setattr("opsgenie_async.throttle.shared.gate.uuid4", lambda: UUID(int=seeded.getrandbits(128)))


@pytest.fixture
def redis(running_redis: RedisServer) -> Iterator[Redis]:
    """A client of an empty Redis."""
    with Redis.from_url(running_redis.url, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis that the test may stop."""
    if program() is None:
        pytest.skip(MISSING)
    with RedisServer() as own:
        yield own
