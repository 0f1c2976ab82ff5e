"""`RedisThrottle` in a program that sends by a client of its own."""

from __future__ import annotations

import pytest
from redis import Redis

from opsgenie_async.throttle.protocols import LaneClosedTooLong
from opsgenie_async.throttle.shared import RedisThrottle
from tests.throttle.shared.redis_server import RedisServer


async def test_permits_and_what_came_of_them_are_shared(running_redis: RedisServer, redis: Redis):
    throttle = RedisThrottle(running_redis.url, account="prod", timeout=60)
    throttle.feedback(object(), accepted=True)  # type: ignore[arg-type]  # of nobody: nothing was acquired yet
    ticket = await throttle.acquire("alert")
    throttle.feedback(ticket, accepted=False, period=60.0)
    with pytest.raises(LaneClosedTooLong, match="alert"):
        await throttle.acquire("alert", max_wait=0.0)
    assert len(redis.keys("*:state")) == 1
    await throttle.close()
    await throttle.close()
