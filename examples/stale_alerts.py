"""Print the open alerts that nobody has acknowledged for some days, oldest first, with the blocking client.

    OPSGENIE_API_KEY=... python examples/stale_alerts.py --days 3 [--note TEXT]

With --note, add a note to each.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from opsgenie_async.blocking import Opsgenie


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=float, default=3)
    parser.add_argument("--note")
    options = parser.parse_args()
    limit = datetime.now(UTC) - timedelta(days=options.days)
    with Opsgenie() as og:
        stale = list(og.alerts.history("status: open AND acknowledged: false", until=limit))
        for alert in stale:
            print(f"{alert.created_at:%Y-%m-%d %H:%M}  #{alert.tiny_id}  {alert.message}")
        for pending in [og.alerts.add_note(alert, note=options.note) for alert in stale if options.note]:
            pending.wait()
        print(f"{len(stale)} of {og.alerts.count(query='status: open')} open alerts")


if __name__ == "__main__":
    main()
