"""The script in Redis: the arithmetic of the learned limiter for all clients, with the same constants.

It is in Lua, which Redis runs atomically. It computes the same as `DomainLimiter`: tests run both on the same
histories.
"""

from __future__ import annotations

from importlib.resources import files

from opsgenie_async.throttle.concurrency import ConcurrencyWindow, History
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.probing import Probing
from opsgenie_async.throttle.rate import RateEstimate
from opsgenie_async.throttle.window import SlidingWindow

__all__ = ["CONSTANTS", "FOLDER", "HEARTBEAT", "HOLD", "LEASE", "PARTS", "SOURCE", "assemble"]

HOLD = 0.5
"""Seconds for which a client keeps a permit that nobody has used yet."""
HEARTBEAT = 1.0
"""Seconds between two reports of a client that waits or has calls under way."""
LEASE = 3.0
"""Seconds without a report after which a client counts as dead."""

CONSTANTS: dict[str, float] = {
    "HISTORY_STEP": History.STEP,
    "HISTORY_HORIZON": History.HORIZON,
    "WINDOW_FIRST": ConcurrencyWindow.FIRST,
    "EAGER_UNTIL": ConcurrencyWindow.EAGER_UNTIL,
    "WINDOW_STEP": ConcurrencyWindow.STEP,
    "FIRST_STEP": RateEstimate.FIRST_STEP,
    "STEP_GROWTH": RateEstimate.STEP_GROWTH,
    "LAST_STEP": RateEstimate.LAST_STEP,
    "HOPE": RateEstimate.HOPE,
    "SHORTEST_HOLD": RateEstimate.SHORTEST_HOLD,
    "LONGEST_HOLD": RateEstimate.LONGEST_HOLD,
    "FEW": RateEstimate.FEW,
    "FALLBACK_RATE": RateEstimate.FALLBACK_RATE,
    "CLEAR": RateEstimate.CLEAR,
    "SAME": RateEstimate.SAME,
    "PAUSE": RateEstimate.PAUSE,
    "MOST_PATIENCE": RateEstimate.MOST_PATIENCE,
    "SLACK": SlidingWindow.SLACK,
    "LATENCY_STEP": SlidingWindow.LATENCY_STEP,
    "LEAST_LATENCY": SlidingWindow.LEAST_LATENCY,
    "GAP": SlidingWindow.GAP,
    "LONGEST_QUEUE": SlidingWindow.LONGEST_QUEUE,
    "AFTERMATH": SlidingWindow.AFTERMATH,
    # What part of a period arrivals may be apart that are counted together.
    "GRAIN": 1 / 256,
    "FILLED": RateEstimate.FILLED,
    "SHORT": RateEstimate.SHORT,
    "PROBE_SHARE": Probing.SHARE,
    "LONGEST_PERIOD": Probing.LONGEST,
    "FIRST_LOOK": Probing.FIRST_LOOK,
    "BLUR": Probing.BLUR,
    "FEW_WAIT": Probing.FEW_WAIT,
    "LONGEST_ORDER": Probing.LONGEST_ORDER,
    "MOST_LEARNED": DomainLimiter.MOST_LEARNED,
    "HOLD": HOLD,
    "HEARTBEAT": HEARTBEAT,
    "LEASE": LEASE,
    # Seconds: how late a client may be before the others no longer leave it its share.
    "LATE": 0.75,
    # Seconds' worth of permits that are fetched together, and the least between two requests for them.
    "BATCH": 0.1,
    "ASK_SOONEST": 0.002,
    # While the next room cannot be predicted: seconds between two requests for it, and as many more per client.
    "ASK_AGAIN": 0.02,
    "ASK_GAP": 0.001,
    # How many of those who wait are looked at to find whose turn it is.
    "RIVALS": 64,
    # Seconds for which a known limit stands that nobody repeats.
    "KNOWN_FOR": 60.0,
    "HUGE": 1e15,
}

PARTS = ("time", "history", "window", "rate", "probing", "limiter", "members", "exchange")


def assemble(parts: dict[str, str]) -> str:
    """Join the parts, after the constants."""
    constants = "".join(f"local {name} = {value!r}\n" for name, value in CONSTANTS.items())
    return "\n".join([f"local S, now\n{constants}", *(parts[name] for name in PARTS)])


FOLDER = files("opsgenie_async.throttle.shared") / "lua"
SOURCE = assemble({name: (FOLDER / f"{name}.lua").read_text("utf-8") for name in PARTS})
"""The whole program; read with this module, since an event loop should not wait for a disk."""
