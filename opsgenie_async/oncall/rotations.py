"""The base layer: the turns of a rotation, cut to the hours of its restriction.

Turns advance by the calendar from the start, whether or not the restriction lets anybody be on call. All of it jumps
from hand-over to hand-over and from window to window; nothing steps through time.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import count
from operator import itemgetter
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.oncall.local_time import EARLIEST, LATEST, from_local, to_local
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.values import Participant, Restriction, Rotation, Window

__all__ = ["Turn", "turns"]

DAY = timedelta(days=1)
FIRST_INSTANTS = Policy()
CYCLES = {"hourly": timedelta(hours=1), "daily": DAY, "weekly": 7 * DAY}


@attrs.frozen
class Turn:
    """A stretch of one participant's turn in which the restriction lets somebody be on call; UTC, end excluded."""

    start: datetime
    end: datetime
    participant: Participant


def turns(rotation: Rotation, zone: ZoneInfo, start: datetime, end: datetime, policy: Policy) -> Iterator[Turn]:
    """Yield who is on call by *rotation* alone from *start* to *end*, in order; `none` and gaps yield nothing."""
    first = max(start, rotation.start, EARLIEST)
    last = min(end, LATEST) if rotation.end is None else min(end, rotation.end, LATEST)
    if first >= last or not rotation.participants:
        return
    if rotation.restriction is None:
        yield from (turn for turn in _handovers(rotation, zone, first, last, policy) if turn.participant.kind != "none")
        return
    windows = _merged_windows(rotation.restriction, zone, first, last, policy)
    opens, closes = next(windows, (last, last))
    for turn in _handovers(rotation, zone, first, last, policy):
        while opens < turn.end:
            begin, finish = max(opens, turn.start), min(closes, turn.end)
            if begin < finish and turn.participant.kind != "none":
                yield Turn(begin, finish, turn.participant)
            if closes > turn.end:
                break
            opens, closes = next(windows, (last, last))


def _handovers(rotation: Rotation, zone: ZoneInfo, first: datetime, last: datetime, policy: Policy) -> Iterator[Turn]:
    """Yield the whole turns that touch the time from *first* to *last*, cut to it."""
    step = rotation.length * CYCLES[rotation.type]
    elapsed = rotation.type == "hourly" and policy.hourly == "elapsed"
    origin = rotation.start if elapsed else to_local(rotation.start, zone)

    def handover(number: int) -> datetime:
        if number == 0:
            return rotation.start
        try:
            moment = origin + number * step
            return min(moment if elapsed else from_local(moment, zone, policy), LATEST)
        except OverflowError:
            return LATEST

    turn = max(0, ((first if elapsed else to_local(first, zone)) - origin) // step)
    # Where the clocks were set back the local time has been there before: the turn may be a later one, or, where the
    # hand-over was shifted out of a gap, an earlier one.
    while turn and handover(turn) > first:
        turn -= 1
    while handover(turn + 1) <= first:
        turn += 1
    opens = handover(turn)
    for number in count(turn):
        closes = max(opens, handover(number + 1))  # hours of a local clock that is shifted by a day pass each other
        if opens < closes:
            participant = rotation.participants[number % len(rotation.participants)]
            yield Turn(max(opens, first), min(closes, last), participant)
        if closes >= last:
            return
        opens = closes


def _merged_windows(
    restriction: Restriction, zone: ZoneInfo, first: datetime, last: datetime, policy: Policy
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches in which somebody may be on call, in order; those that touch or overlap are one."""
    current: tuple[datetime, datetime] | None = None
    for opens, closes in _windows(restriction, zone, first, last, policy):
        if current is None:
            current = opens, closes
        elif opens <= current[1]:
            current = current[0], max(current[1], closes)
        else:
            yield current
            current = opens, closes
    if current is not None:
        yield current


def _windows(
    restriction: Restriction, zone: ZoneInfo, first: datetime, last: datetime, policy: Policy
) -> Iterator[tuple[datetime, datetime]]:
    cycle = 7 * DAY if restriction.weekly else DAY
    windows = sorted(edges for window in restriction.windows if (edges := _edges(window, cycle, policy)))
    midnight = datetime.combine(to_local(first, zone), time())
    if restriction.weekly:
        midnight -= midnight.weekday() * DAY
    # A window that is open at the start may have opened in the cycle before; another day for clocks set back.
    midnight -= cycle + (DAY if not restriction.weekly else timedelta())
    # Edges that are shifted out of a gap may pass others: windows wait until no later one can open before them.
    waiting: list[tuple[datetime, datetime]] = []
    while windows:
        begin = from_local(midnight, zone, FIRST_INSTANTS)
        ready = bisect_left(waiting, begin, key=itemgetter(0))
        yield from waiting[:ready]
        del waiting[:ready]
        if begin >= last:
            return
        for opens, closes in windows:
            start, stop = from_local(midnight + opens, zone, policy), from_local(midnight + closes, zone, policy)
            if start < stop and stop > first:
                insort(waiting, (start, stop))
        midnight += cycle


def _edges(window: Window, cycle: timedelta, policy: Policy) -> tuple[timedelta, timedelta] | None:
    """How far from the beginning of a cycle a window opens and closes, None for one that never opens."""
    opens = window.opens % cycle  # 24:00 of the last day is 00:00 of the first
    length = (window.closes - opens) % cycle
    if not length and policy.equal_edges == "nothing" and window.closes - window.opens != cycle:
        return None
    return opens, opens + (length or cycle)
