"""Who is on call, worked out plainly: turns of a rotation, cut to its restrictions, with overrides laid on top.

Pure: an account and moments go in, periods and the documents of the Schedule API (v1) come out. What the vendor's
pages leave open is decided here or by the account's assumptions: days and weeks are counted on the wall clock of the
schedule's zone; an override puts its user on call for its whole length, also where the rotation is restricted; without
`rotations` it does so in every rotation of the schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import count, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.shapes import DAYS

__all__ = [
    "LONGEST_TURN",
    "OVERRIDES",
    "Period",
    "base_periods",
    "final_periods",
    "flat",
    "nested",
    "next_on_call",
    "on_call",
    "override_periods",
    "previous_on_call",
]

OVERRIDES = "or"
"""The id under which the Schedule API lists what belongs to no rotation."""

LONGEST_TURN = 1000
"""Hours, days or weeks; no document says so, but what is longer than a life is a slip."""
FARTHEST = 25 * 366 * 24
"""Hours within which somebody else must come on call to be the next."""
MOMENT = timedelta(microseconds=1)
_STEP = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}


class Period(NamedTuple):
    """One participant's time on call, in UTC; the end is no part of it."""

    start: datetime
    end: datetime
    participant: Doc
    override: bool = False

    def cut(self, start: datetime, end: datetime) -> Period:
        """The part of this period within *start* and *end*; empty when its start is not before its end."""
        return self._replace(start=max(self.start, start), end=min(self.end, end))


def base_periods(
    rotation: Doc, zone: ZoneInfo, start: datetime, end: datetime, *, hours: str = "elapsed"
) -> list[Period]:
    """What *rotation* alone says for the time from *start* to *end*; gaps and `none` leave nobody.

    hours: whether those of an hourly rotation are counted as they elapse or on the `wall`.
    """
    first = max(start, datetime.fromisoformat(rotation["startDate"]))
    last = min(end, datetime.fromisoformat(rotation["endDate"])) if "endDate" in rotation else end
    if first >= last:
        return []
    frames = list(_open_frames(rotation.get("timeRestriction"), zone, first, last))
    periods = _cut(_turns(rotation, zone, first, last, hours), frames)
    return [period for period in periods if period.participant["type"] != "none"]


def _cut(turns: Iterable[Period], frames: list[tuple[datetime, datetime]]) -> Iterator[Period]:
    """The parts of *turns* that lie within *frames*; both are in order and without overlaps."""
    place = 0
    for turn in turns:
        while place < len(frames) and frames[place][1] <= turn.start:
            place += 1
        for opens, closes in islice(frames, place, None):
            if opens >= turn.end:
                break
            yield turn.cut(opens, closes)


def _turns(rotation: Doc, zone: ZoneInfo, start: datetime, end: datetime, hours: str) -> Iterator[Period]:
    """The turns that touch the time from *start* to *end*, handed over at the hour at which the rotation began."""
    began = datetime.fromisoformat(rotation["startDate"])
    length = int(rotation.get("length", 1))
    if rotation["type"] == "hourly" and hours == "elapsed":
        step, origin, reached = timedelta(hours=length), began, start
    else:
        step = length * _STEP[rotation["type"]]
        origin, reached = _wall(began, zone), _wall(start, zone)

    def handover(number: int) -> datetime:
        moment = origin + number * step
        return moment if moment.tzinfo else _moment(moment, zone)

    # One earlier than the wall clock says: a handover in an hour that the clocks skip comes up to an hour later.
    for number in count(max(0, (reached - origin) // step - 1)):
        opens = handover(number)
        if opens >= end:
            return
        participant = rotation["participants"][number % len(rotation["participants"])]
        turn = Period(opens, handover(number + 1), participant).cut(start, end)
        if turn.start < turn.end:
            yield turn


def _open_frames(
    restriction: Doc | None, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from *start* to *end* in which *restriction* lets somebody be on call, merged and in order."""
    if restriction is None:
        yield start, end
        return
    opened: tuple[datetime, datetime] | None = None
    for opens, closes in sorted(_frames(restriction, zone, start, end)):
        if opened is None:
            opened = opens, closes
        elif opens <= opened[1]:
            opened = opened[0], max(opened[1], closes)
        else:
            yield opened
            opened = opens, closes
    if opened is not None:
        yield opened


def _frames(restriction: Doc, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    daily = restriction["type"] == "time-of-day"
    cycle = timedelta(days=1 if daily else 7)
    day = datetime.combine(_wall(start, zone), time())
    # The frame that is open at the start may have been opened a cycle ago, in weeks: in the week before.
    midnight = day - cycle if daily else day - timedelta(days=day.weekday()) - cycle
    while midnight < _wall(end, zone) + timedelta(days=1):
        for frame in [restriction["restriction"]] if daily else restriction["restrictions"]:
            opens = midnight + _into_cycle(frame, "start")
            closes = midnight + _into_cycle(frame, "end")
            if closes <= opens:
                closes += cycle
            yield _moment(opens, zone), _moment(closes, zone)
        midnight += cycle


def _into_cycle(frame: Doc, edge: str) -> timedelta:
    """How far into its day or week a frame starts or ends."""
    day = DAYS.index(frame[f"{edge}Day"]) if f"{edge}Day" in frame else 0
    return timedelta(days=day, hours=frame[f"{edge}Hour"], minutes=frame[f"{edge}Min"])


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall of *zone* shows at *moment*, as a naive datetime: its sums ignore clock changes."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall shows *wall* (the first time, should it do so twice), in UTC."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def override_periods(account: Account, schedule: Doc, start: datetime, end: datetime) -> list[Period]:
    """The overrides of *schedule* between *start* and *end* as they were written, those for nobody too."""
    return [period for _, period in _overrides(account, schedule, start, end)]


def _overrides(account: Account, schedule: Doc, start: datetime, end: datetime) -> list[tuple[Doc, Period]]:
    laid = []
    for override in account.overrides.get(schedule["id"], {}).values():
        whole = Period(
            datetime.fromisoformat(override["startDate"]),
            datetime.fromisoformat(override["endDate"]),
            override["user"],
            override=True,
        )
        period = whole.cut(start, end)
        if period.start < period.end:
            laid.append((override, period))
    return laid


def final_periods(account: Account, schedule: Doc, start: datetime, end: datetime) -> dict[str, list[Period]]:
    """Rotation id to its periods between *start* and *end* with overrides applied.

    A schedule without rotations has its overrides under the id `or`.
    """
    zone = ZoneInfo(schedule["timezone"])
    overrides = _overrides(account, schedule, start, end)
    if account.assumptions.overlapping_overrides == "oldest":
        overrides.reverse()
    rotations = account.rotations.get(schedule["id"], [])
    if not rotations:
        return {OVERRIDES: _covered([], [period for _, period in overrides])} if overrides else {}
    final, hours = {}, account.assumptions.hourly_rotations
    for rotation in rotations:
        mine = [period for override, period in overrides if _applies(override, rotation)]
        final[rotation["id"]] = _covered(base_periods(rotation, zone, start, end, hours=hours), mine)
    return final


def _applies(override: Doc, rotation: Doc) -> bool:
    return not override["rotations"] or any(bound["id"] == rotation["id"] for bound in override["rotations"])


def _covered(periods: list[Period], overrides: list[Period]) -> list[Period]:
    """*periods* with *overrides* on top, the last one uppermost; where that is nobody, a gap."""
    for top in overrides:
        parts = (part for old in periods for part in (old.cut(old.start, top.start), old.cut(top.end, old.end)))
        periods = [*(part for part in parts if part.start < part.end), top]
    served = (period for period in periods if period.participant["type"] != "none")
    return sorted(served, key=lambda period: period.start)


def on_call(account: Account, schedule: Doc, at: datetime) -> list[Doc]:
    """The participants on call at *at*, overrides applied, each once."""
    found = final_periods(account, schedule, at, at + MOMENT)
    return _distinct(period.participant for periods in found.values() for period in periods)


def next_on_call(account: Account, schedule: Doc, at: datetime, *, overrides: bool) -> list[Doc]:
    """For each rotation who comes after *at*: the first that is not on call there already, else the same again."""
    return _neighbours(account, schedule, at, 1, overrides=overrides)


def previous_on_call(account: Account, schedule: Doc, at: datetime) -> list[Doc]:
    """For each rotation who was on call before those at *at*, overrides applied."""
    return _neighbours(account, schedule, at, -1, overrides=True)


def _neighbours(account: Account, schedule: Doc, at: datetime, direction: int, *, overrides: bool) -> list[Doc]:
    zone = ZoneInfo(schedule["timezone"])
    rotations: list[Doc | None] = [*account.rotations.get(schedule["id"], [])]
    neighbours = []
    for rotation in rotations or [None] * overrides:

        def periods(start: datetime, end: datetime, rotation: Doc | None = rotation) -> list[Period]:
            laid = _overrides(account, schedule, start, end) if overrides else []
            mine = [period for override, period in laid if rotation is None or _applies(override, rotation)]
            return _covered([] if rotation is None else base_periods(rotation, zone, start, end), mine)

        neighbours.append(_neighbour(periods, at, direction, 0 if rotation is None else _round(rotation)))
    return _distinct(participant for participant in neighbours if participant is not None)


def _round(rotation: Doc) -> int:
    """Hours in which each participant of *rotation* has had a turn."""
    hours = {"hourly": 1, "daily": 24, "weekly": 7 * 24}[rotation["type"]]
    return hours * int(rotation.get("length", 1)) * (len(rotation["participants"]) + 1)


def _neighbour(
    periods: Callable[[datetime, datetime], list[Period]], at: datetime, direction: int, hours: int
) -> Doc | None:
    """Who is on call next to *at*: looked for ever farther, up to *hours* and two weeks."""
    last = 14 * 24 + min(hours, FARTHEST)
    reach = min(28 * 24, last)
    while True:
        until = at + timedelta(hours=direction * reach)
        near = periods(min(at, until), max(at, until) + MOMENT)[::direction]
        current = [period.participant for period in near if period.start <= at < period.end]
        others = [period.participant for period in near if not period.start <= at < period.end]
        different = next((each for each in others if each not in current), None)
        if different is not None or reach == last:
            return different or next(iter(others), None)
        reach = min(4 * reach, last)


def nested(account: Account, participants: Iterable[Doc]) -> list[Doc]:
    """The members of `participants` in who-is-on-call answers: names and types, an escalation with its recipients."""
    return [_nested(account, participant) for participant in participants]


def _nested(account: Account, participant: Doc) -> Doc:
    if participant["type"] == "user":
        return {"name": participant["username"], "type": "user", "forwarded": "false"}
    document: Doc = {"name": participant.get("name", ""), "type": participant["type"]}
    if participant["type"] == "escalation":
        rules = account.escalations.get(participant["id"], {"rules": []})["rules"]
        document["participants"] = [
            _nested(account, rule["recipient"])
            | ({"notifyType": rule["notifyType"]} if rule["recipient"]["type"] == "schedule" else {})
            for rule in rules
        ]
    return document


def flat(account: Account, participants: Iterable[Doc], at: datetime) -> list[str]:
    """The usernames that *participants* come down to at *at*, each once, whatever they are nested in."""
    return list(dict.fromkeys(_usernames(account, participants, at, frozenset())))


def _usernames(account: Account, participants: Iterable[Doc], at: datetime, passed: frozenset[str]) -> Iterator[str]:
    """*passed* are the escalations on the way here: a schedule and an escalation may name each other.

    Whoever is named and not in the account, as in a snapshot of some teams only, reaches nobody.
    """
    for participant in participants:
        match participant:
            case {"type": "user", "username": str(username)}:
                yield username
            case {"type": "group", "id": id}:
                yield from account.groups.get(id, {"users": []})["users"]
            case {"type": "team", "id": str(id)}:
                yield from _members(account, id, "all")
            case {"type": "escalation", "id": str(id)} if id not in passed:
                for rule in account.escalations.get(id, {"rules": []})["rules"]:
                    recipient, how = rule["recipient"], rule["notifyType"]
                    if recipient["type"] == "team":
                        yield from _members(account, recipient["id"], how)
                    else:
                        reached = (
                            _serving(account, recipient, at, how) if recipient["type"] == "schedule" else [recipient]
                        )
                        yield from _usernames(account, reached, at, passed | {id})
            case _:
                pass


def _serving(account: Account, recipient: Doc, at: datetime, how: str) -> list[Doc]:
    """Whom an escalation rule with notify type *how* reaches through the schedule that it names."""
    schedule = account.schedules.get(recipient["id"])
    if schedule is None:
        return []
    if how == "next":
        return next_on_call(account, schedule, at, overrides=True)
    if how == "previous":
        return previous_on_call(account, schedule, at)
    return on_call(account, schedule, at)


def _members(account: Account, team: str, how: str) -> Iterator[str]:
    wanted = {"users": "user", "admins": "admin"}.get(how)
    for member in account.teams.get(team, {"members": []})["members"]:
        if wanted is None or member["role"] == wanted:
            yield member["user"]["username"]


def _distinct(participants: Iterable[Doc]) -> list[Doc]:
    return list({(participant["type"], participant["id"]): participant for participant in participants}.values())
