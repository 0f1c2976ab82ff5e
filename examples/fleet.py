"""Jobs that share the rate limits of an account through Redis: each reads its part of the alerts.

    OPSGENIE_API_KEY=... python examples/fleet.py 0 3 redis://localhost:6379/0 &
    OPSGENIE_API_KEY=... python examples/fleet.py 1 3 redis://localhost:6379/0 &
    OPSGENIE_API_KEY=... python examples/fleet.py 2 3 redis://localhost:6379/0

A 429 for one job slows all of them down, the share of a killed job goes to the others, and without Redis each job
continues with its share.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from opsgenie_async import Config, Opsgenie
from opsgenie_async.events import Event, SharingChanged
from opsgenie_async.throttle.shared import RedisThrottle


def report(event: Event) -> None:
    """Print when sharing the rate limits is lost and restored."""
    if isinstance(event, SharingChanged):
        print("shared again" if event.shared else f"on its own: {event.reason}", file=sys.stderr)


async def main(job: int, jobs: int, redis: str) -> None:
    config = Config(throttle=RedisThrottle(redis, account="prod"), hooks=(report,))
    async with Opsgenie(config=config) as og:
        ids = [alert.id for alert in await og.alerts.list()]
        share = ids[job::jobs]
        logs = await asyncio.gather(*(og.alerts.list_logs(alert).first(5) for alert in share))
        print(f"job {job}: {len(share)} alerts, {sum(map(len, logs))} log entries")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=int, help="number of this job, from 0")
    parser.add_argument("jobs", type=int, help="number of jobs")
    parser.add_argument("redis", help="the Redis of all jobs, such as redis://localhost:6379/0")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.job, arguments.jobs, arguments.redis))
