"""Close all alerts that match a query, concurrently, and print those that could not be closed.

    OPSGENIE_API_KEY=... python examples/close_alerts.py 'status: open AND tag: migration' --note 'moved away'

Exits with 1 if one of them failed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from opsgenie_async import Opsgenie, OpsgenieError
from opsgenie_async.models import Alert


async def close_all(og: Opsgenie, query: str, note: str, width: int) -> tuple[int, dict[str, str]]:
    """Close the alerts; return how many were closed, and the reason for each failure."""
    # Closed alerts would drop out of the pages that are still to come, and others would be passed over.
    alerts = await og.alerts.list(query=query)
    failures: dict[str, str] = {}
    places = asyncio.Semaphore(width)

    async def close(alert: Alert) -> None:
        async with places:
            try:
                pending = await og.alerts.close(alert, user="close_alerts", note=note)
                await pending.wait()  # a 202 is no success yet
            except OpsgenieError as error:
                failures[f"{alert.tiny_id} {alert.message}"] = str(error)

    async with asyncio.TaskGroup() as tasks:
        for alert in alerts:
            tasks.create_task(close(alert))
    return len(alerts) - len(failures), failures


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("query")
    parser.add_argument("--note", default="closed in bulk")
    parser.add_argument("--width", type=int, default=20, help="how many at once")
    options = parser.parse_args()
    async with Opsgenie() as og:
        closed, failures = await close_all(og, options.query, options.note, options.width)
    for alert, reason in failures.items():
        print(f"not closed: {alert}: {reason}", file=sys.stderr)
    print(f"{closed} closed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
