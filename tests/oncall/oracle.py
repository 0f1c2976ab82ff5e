"""Who is on call, minute by minute: slow, plain, and written from the documents before the engine was read.

It knows nothing of jumps, events or intervals. It walks through every minute of a window with two clocks on the wall
of the schedule's zone: the one that everybody sees, and one that never goes back (`steady_clock`). All that the rules
say of missing and doubled hours follows from the second:

- a hand-over at 02:30 that does not exist happens when the steady clock first shows 02:30 or later, which is 03:00;
- a hand-over at 01:30 that comes twice happens when the steady clock first shows it, and it shows it once;
- a window is open while the steady clock stands within it, so that one over a doubled hour is one piece.

What goes in are documents of the API (v2); what comes out are plain tuples `(type, id)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Doc = dict[str, Any]
Person = tuple[str, str]

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK_OF_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Rules:
    """What is written nowhere, each as a switch."""

    override_wins: str = (
        "last"  # of two overlapping ones: "first" or "last" in the list, "latest_start", "earliest_start"
    )
    empty_window: str = "whole"  # 09:00 to 09:00: "whole" (day or week) or "nothing"
    chain: bool = False  # A to B and B to C: does A reach C?
    forward_overrides: bool = True  # does forwarding move somebody whom an override put on call?
    forwarding_wins: str = "last"  # of two rules of one user at one moment: "first" or "last"
    override_fills: bool = True  # does an override put on call where the rotation has nobody?


@dataclass(frozen=True)
class Minute:
    """One rotation in one minute. `None` is nobody; `("none", "")` is the reserved word."""

    base: Person | None
    override: Person | None
    forwarding: Person | None
    final: Person | None


def walk(
    schedule: Doc, overrides: list[Doc], forwarding: list[Doc], start: datetime, end: datetime, rules: Rules
) -> Iterator[tuple[datetime, dict[str, Minute]]]:
    """Every minute from *start* to *end* with each rotation's id and who has it."""
    zone = ZoneInfo(schedule["timezone"])
    rotations = [_Rotation(each, zone, rules) for each in schedule["rotations"]]
    enabled = schedule.get("enabled", True)
    for moment, steady in steady_clock(zone, start, end):
        row = {}
        for rotation in rotations:
            if not enabled or not rotation.enabled:
                row[rotation.id] = Minute(None, None, None, None)
                continue
            base = rotation.at(moment, steady)
            override = _override(rotation, overrides, moment, rules)
            if base is None and not rules.override_fills:
                override = None
            moved = _forwarded(base, forwarding, moment, rules)
            if override is None:
                final = moved or base
            elif rules.forward_overrides:
                final = _forwarded(override, forwarding, moment, rules) or override
            else:
                final = override
            row[rotation.id] = Minute(base, override, moved, final)
        yield moment, row


def steady_clock(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every minute with the furthest that the wall clock of *zone* had come by then."""
    moment = start.astimezone(UTC) - 3 * DAY  # no clock was ever set back by more
    end = end.astimezone(UTC)
    start = start.astimezone(UTC)
    furthest = datetime.min
    while moment < end:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        furthest = max(furthest, wall)
        if moment >= start:
            yield moment, furthest
        moment += MINUTE


def nearest_half_hour(wall: datetime) -> datetime:
    """Minutes "will be converted to nearest 0 or 30": 14 to 00, 15 to 30, 45 to the next hour."""
    return wall.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=(wall.minute + 15) // 30 * 30)


class _Rotation:
    def __init__(self, document: Doc, zone: ZoneInfo, rules: Rules) -> None:
        self.id: str = document["id"]
        self.name: str = document.get("name", "")
        self.enabled: bool = document.get("enabled", True)
        self._type: str = document["type"]
        self._length: int = document.get("length") or 1
        self._participants = [_person(each) for each in document["participants"]]
        self._start, self._wall = _snapped(document["startDate"], zone)
        self._end = _snapped(document["endDate"], zone)[0] if document.get("endDate") else None
        self._open = _restriction(document.get("timeRestriction"), rules)

    def at(self, moment: datetime, steady: datetime) -> Person | None:
        if moment < self._start or (self._end is not None and moment >= self._end) or not self._participants:
            return None
        if not self._open(steady):
            return None
        if self._type == "hourly":
            turn = (moment - self._start) // timedelta(hours=self._length)
        else:
            days = {"daily": 1, "weekly": 7}[self._type] * self._length
            turn = max(0, (steady - self._wall) // (days * DAY))
        return self._participants[turn % len(self._participants)]


def _snapped(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    wall = moment.astimezone(zone).replace(tzinfo=None)
    nearest = nearest_half_hour(wall)
    return moment + (nearest - wall), nearest


def _person(document: Doc) -> Person:
    if document["type"] == "none":
        return ("none", "")
    return (document["type"], document["id"])


def _restriction(document: Doc | None, rules: Rules) -> Callable[[datetime], bool]:
    if document is None:
        return lambda steady: True
    if document["type"] == "time-of-day":
        window = document["restriction"]
        opens, closes = _minutes(window, "start"), _minutes(window, "end")
        return lambda steady: _within(steady.hour * 60 + steady.minute, opens, closes, 24 * 60, rules)
    windows = [
        (
            DAYS.index(each["startDay"]) * 1440 + _minutes(each, "start"),
            DAYS.index(each["endDay"]) * 1440 + _minutes(each, "end"),
        )
        for each in document["restrictions"]
    ]

    def opened(steady: datetime) -> bool:
        now = steady.weekday() * 1440 + steady.hour * 60 + steady.minute
        return any(_within(now, opens, closes, WEEK_OF_MINUTES, rules) for opens, closes in windows)

    return opened


def _minutes(window: Doc, edge: str) -> int:
    return int(window[f"{edge}Hour"]) * 60 + (int(window.get(f"{edge}Min") or 0) + 15) // 30 * 30


def _within(now: int, opens: int, closes: int, cycle: int, rules: Rules) -> bool:
    if closes - opens == cycle:  # from the first midnight to the last one
        return True
    opens, closes = opens % cycle, closes % cycle
    if opens == closes:
        return rules.empty_window == "whole"
    if opens < closes:
        return opens <= now < closes
    return now >= opens or now < closes


def _override(rotation: _Rotation, overrides: list[Doc], moment: datetime, rules: Rules) -> Person | None:
    active = [each for each in overrides if _spans(each, moment) and _covers(each, rotation)]
    if not active:
        return None
    match rules.override_wins:
        case "first":
            winner = active[0]
        case "last":
            winner = active[-1]
        case "latest_start":
            winner = max(enumerate(active), key=lambda item: (datetime.fromisoformat(item[1]["startDate"]), item[0]))[1]
        case "earliest_start":
            winner = min(enumerate(active), key=lambda item: (datetime.fromisoformat(item[1]["startDate"]), item[0]))[1]
    return _person(winner["user"])


def _spans(document: Doc, moment: datetime) -> bool:
    return datetime.fromisoformat(document["startDate"]) <= moment < datetime.fromisoformat(document["endDate"])


def _covers(override: Doc, rotation: _Rotation) -> bool:
    some = override.get("rotations") or []
    return not some or any(each.get("id") == rotation.id or each.get("name") == rotation.name for each in some)


def _forwarded(person: Person | None, forwarding: list[Doc], moment: datetime, rules: Rules) -> Person | None:
    """Whoever gets the calls of *person*, or None when no rule moves them."""
    if person is None or person[0] != "user":
        return None
    visited, current = {person[1]}, person[1]
    while (following := _rule(current, forwarding, moment, rules)) is not None:
        if following in visited:  # a circle ends with the last whom it has not reached yet
            break
        visited.add(following)
        current = following
        if not rules.chain:
            break
    return None if current == person[1] else ("user", current)


def _rule(user: str, forwarding: list[Doc], moment: datetime, rules: Rules) -> str | None:
    rows = [each for each in forwarding if each["fromUser"]["id"] == user and _spans(each, moment)]
    if not rows:
        return None
    return str(rows[0 if rules.forwarding_wins == "first" else -1]["toUser"]["id"])
