"""Creation times: quiet nights, bursts of tens of thousands in a minute, many in one millisecond."""

from __future__ import annotations

from array import array
from datetime import datetime, timedelta

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account.random import SeededRandom

__all__ = ["LONGEST", "alert_moments", "spread"]

DAY = 86_400_000
"""Milliseconds."""
LONGEST = timedelta(days=1_100)
"""How far a large history reaches back."""
PER_DAY = 40
"""Alerts a day of a history that is shorter than that."""
LARGEST_BURST = 30_000
"""Alerts within a minute."""
LARGEST_INSTANT = 25_000
"""Alerts within one millisecond: more than a listing shows."""


def alert_moments(count: int, rng: SeededRandom, now: datetime) -> array[int]:
    """The creation times of *count* alerts, oldest first.

    Args:
        count: The number of alerts.
        rng: The random generator.
        now: The end of the history, timezone-aware.

    Returns:
        Milliseconds since 1970.
    """
    if count == 0:
        return array("q")
    instant = min(LARGEST_INSTANT, count // 40) if count >= 100 else 0
    burst = min(LARGEST_BURST, count // 10) if count >= 100 else 0
    storms = [min(5_000, count // 100) for _ in range(8)] if count >= 2_000 else []
    calm = count - instant - burst - sum(storms)
    moments = spread(calm, rng, now, PER_DAY)
    start, end = moments[0], moments[-1]
    for size, length in ((instant, 1), (burst, 60_000), *((storm, 600_000) for storm in storms)):
        at = start + int((end - start) * rng.uniform(0.1, 0.9))
        moments.extend(at + rng.randrange(length) for _ in range(size))
    return array("q", sorted(moments))


def spread(count: int, rng: SeededRandom, now: datetime, per_day: int) -> array[int]:
    """Ascending times over the period of *count* events at *per_day*, most of them in the daytime."""
    end = epoch_milliseconds(now)
    length = max(2, min(LONGEST.days, count // per_day))
    moments = array("q")
    for _ in range(count):
        day = rng.randrange(length)
        hour = (rng.random() + rng.random()) * 12  # around noon, as people and their deployments are
        moments.append(end - (day + 1) * DAY + int(hour * 3_600_000) % DAY)
    return array("q", sorted(moments))
