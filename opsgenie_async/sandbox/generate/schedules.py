"""Rotations and overrides of generated schedules, in the patterns of real on-call teams."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account.dates import seconds
from opsgenie_async.sandbox.account.lookup import reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.shapes import DAYS

__all__ = ["populate_schedule"]


class _Shift(NamedTuple):
    """A rotation of a pattern, without participants."""

    name: str
    type: str
    lengths: tuple[int, ...] = (1,)
    restriction: Doc | None = None


def _daily(start: tuple[int, int], end: tuple[int, int]) -> Doc:
    return {
        "type": "time-of-day",
        "restriction": {"startHour": start[0], "startMin": start[1], "endHour": end[0], "endMin": end[1]},
    }


def _weekly(*frames: tuple[str, int, str, int]) -> Doc:
    return {
        "type": "weekday-and-time-of-day",
        "restrictions": [
            {"startDay": start, "endDay": end, "startHour": first, "endHour": last, "startMin": 0, "endMin": 0}
            for start, first, end, last in frames
        ],
    }


PATTERNS = (
    (_Shift("Rot1", "weekly", (1, 1, 2)),),
    (_Shift("Rot1", "daily", (1, 2, 7)),),
    (_Shift("Day", "weekly", (1,), _daily((8, 0), (20, 0))), _Shift("Night", "weekly", (1,), _daily((20, 0), (8, 0)))),
    (
        _Shift("Weekdays", "weekly", (1,), _weekly(("monday", 8, "friday", 18))),
        _Shift("Weekend", "weekly", (1, 2), _weekly(("friday", 18, "monday", 8))),
    ),
    (_Shift("Business hours", "daily", (1,), _weekly(*((day, 9, day, 17) for day in DAYS[:5]))),),
    (_Shift("Shifts", "hourly", (6, 8, 12)), _Shift("Lead", "weekly", (1,), _daily((9, 30), (18, 30)))),
)


def populate_schedule(account: Account, rng: SeededRandom, schedule: Doc, people: list[Doc], now: datetime) -> None:
    """Add rotations with *people* to *schedule*, and overrides around *now*."""
    rotations = [_rotation(account, rng, shift, schedule, people, now) for shift in rng.choice(PATTERNS)]
    account.rotations[schedule["id"]] = rotations
    amount = rng.choices((0, 1, 2, 3), (4, 3, 2, 1))[0]
    overrides = [_override(rng, number, rotations, people, now) for number in range(1, amount + 1)]
    account.overrides[schedule["id"]] = {override["alias"]: override for override in overrides}


def _rotation(
    account: Account, rng: SeededRandom, shift: _Shift, schedule: Doc, people: list[Doc], now: datetime
) -> Doc:
    day = now.astimezone(ZoneInfo(schedule["timezone"])) - timedelta(days=rng.randint(30, 900))
    start = day.replace(hour=rng.choice((0, 8, 9, 18)), minute=rng.choice((0, 0, 0, 30)))
    rotation: Doc = {"id": rng.uuid(), "name": shift.name, "startDate": seconds(start)}
    if rng.chance(0.08):
        rotation["endDate"] = seconds(start.replace(minute=0) + timedelta(days=rng.randint(20, 1500)))
    rotation |= {
        "type": shift.type,
        "length": rng.choice(shift.lengths),
        "participants": _participants(account, rng, schedule, people),
    }
    if shift.restriction is not None:
        # A copy: an account's documents are edited in place, the patterns are everybody's.
        rotation["timeRestriction"] = copy.deepcopy(shift.restriction)
    return rotation


def _participants(account: Account, rng: SeededRandom, schedule: Doc, people: list[Doc]) -> list[Doc]:
    """The participants: mostly people in turn, sometimes nobody, a team or an earlier escalation."""
    participants = [reference("user", person) for person in rng.sample(people, rng.randint(1, len(people)))]
    if rng.chance(0.08):
        participants.insert(rng.randint(0, len(participants)), {"type": "none"})
    if rng.chance(0.08) and "ownerTeam" in schedule:
        participants.append({"type": "team", **schedule["ownerTeam"]})
    if rng.chance(0.08) and account.escalations:
        # Only earlier escalations exist yet, so nobody can end up on call through himself.
        newest = next(reversed(account.escalations.values()))
        participants.append(reference("escalation", newest))
    return participants


def _override(rng: SeededRandom, number: int, rotations: list[Doc], people: list[Doc], now: datetime) -> Doc:
    start = now + timedelta(hours=rng.randint(-96, 120), minutes=rng.choice((0, 30)))
    bound = rng.sample(rotations, 1) if rng.chance(0.3) else []
    return {
        "alias": rng.uuid() if rng.chance(0.7) else f"swap {number}/{start:%d %b}",
        "user": {"type": "none"} if rng.chance(0.15) else reference("user", rng.choice(people)),
        "startDate": seconds(start),
        "endDate": seconds(start + timedelta(minutes=30 * rng.randint(2, 96))),
        "rotations": [{"id": rotation["id"], "name": rotation["name"]} for rotation in bound],
    }
