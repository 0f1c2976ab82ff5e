"""`on-call`: who is on call now, until when, and who is next."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.cli.connection import connect, wants_sandbox
from opsgenie_async.cli.exits import FAILED, WrongUsage, exit_on_error, say
from opsgenie_async.cli.moments import both_clocks, clock_text, stamp
from opsgenie_async.cli.roster import Roster, TeamSchedule, choose
from opsgenie_async.cli.table import Column, print_table
from opsgenie_async.cli.tasks import gather_all
from opsgenie_async.cli.times import read_at
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import NotFound
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models import Schedule as ScheduleModel
from opsgenie_async.oncall import Participant, next_on_call, resolve, timeline, zone_database
from opsgenie_async.oncall.segments import segments
from opsgenie_async.printable import cell_width, printable
from opsgenie_async.resources.on_call_board import OnCallTurn, read_turn
from opsgenie_async.time_zones import find_time_zone

__all__ = ["run"]

COMMAND = "on-call"
HORIZON = timedelta(days=370)
MONTHS = 3
"""How far a live timeline looks for the next hand-over."""

Turn = tuple[OnCallTurn, datetime | None]
"""A turn, and when it ends; None where it outlasts the timeline."""


@attrs.frozen
class Answer:
    """The on-calls of one schedule.

    Attributes:
        name: The schedule's name.
        id: Its id; empty if unknown.
        team: The name of the team that owns it.
        zone: Its time zone.
        enabled: A disabled schedule has nobody on call.
        users: Usernames.
        until: The end of the turn; None if it is unknown, or not in sight.
        next_users: The users on call next, other than now.
        next_at: The start of their turn.
    """

    name: str
    id: str
    team: str
    zone: str
    enabled: bool
    users: Sequence[str]
    until: datetime | None = None
    next_users: Sequence[str] = ()
    next_at: datetime | None = None

    def to_dict(self, *, with_next: bool) -> dict[str, Json]:
        """JSON for machines."""
        document: dict[str, Json] = {
            "name": self.name,
            "id": self.id,
            "team": self.team,
            "timezone": self.zone,
            "enabled": self.enabled,
            "onCall": list(self.users),
            "until": stamp(self.until) if self.until else None,
        }
        if with_next:
            document["next"] = {"at": stamp(self.next_at), "onCall": list(self.next_users)} if self.next_at else None
        return document


def run(arguments: argparse.Namespace) -> int:
    """Print who is on call: 0 printed, 1 something could not be read, 2 wrong usage."""
    problems: list[str] = []
    with exit_on_error(COMMAND, arguments):
        at = read_at(arguments.at, arguments.zone, SystemClock().utc())
        if arguments.source is not None:
            if wants_sandbox(arguments) or arguments.region or arguments.base_url:
                raise WrongUsage("--from: not allowed with --region, --base-url or --sandbox")
            from opsgenie_async.cli.snapshot_roster import read_snapshot

            roster = read_snapshot(arguments.source)
            problems = list(roster.problems.values())
            answers = _answers(roster, arguments, at)
        else:
            answers = asyncio.run(_live(arguments, at))
    if arguments.json:
        document: dict[str, Json] = {
            "at": stamp(at),
            "tzDatabase": str(zone_database()),
            "schedules": [answer.to_dict(with_next=arguments.next) for answer in answers],
        }
        print(json.dumps(document, indent=2))
    else:
        _print(answers, arguments, at)
    for problem in problems:
        say(f"opsgenie-async {COMMAND}: {problem}")
    return FAILED if problems else 0


def _answers(roster: Roster, arguments: argparse.Namespace, at: datetime) -> list[Answer]:
    return [_compute(each, roster, at) for each in roster.choose(arguments.schedules, arguments.team)]


def _compute(team_schedule: TeamSchedule, roster: Roster, at: datetime) -> Answer:
    schedule = team_schedule.schedule

    def users(participants: Sequence[Participant], moment: datetime) -> tuple[str, ...]:
        return tuple(each.name or each.id for each in resolve(participants, roster.directory, moment))

    last = at + HORIZON
    stretches = segments(timeline(schedule, at, last).final, at, last)
    _, until, present = next(stretches, (at, last, ()))
    upcoming = next_on_call(schedule, at)
    return Answer(
        team_schedule.name,
        schedule.id,
        team_schedule.team,
        schedule.zone.key,
        schedule.enabled,
        users(present, at),
        until if until < last else None,
        users(upcoming[1], upcoming[0]) if upcoming else (),
        upcoming[0] if upcoming else None,
    )


async def _live(arguments: argparse.Namespace, at: datetime) -> list[Answer]:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        listing, everybody = await asyncio.gather(og.schedules.list(), og.on_calls.list(flat=True, date=at))
        choice = choose([_Live(each) for each in listing], arguments.schedules, arguments.team)
        users = {each.parent.id: each.on_call_recipients for each in everybody if each.parent is not None}
        turns: Mapping[str, Turn] = {}
        if arguments.next or arguments.schedules:
            turns = await _turns(og, choice, at)
    return [each.answer(users.get(each.schedule.id, ()), turns.get(each.schedule.id)) for each in choice]


@attrs.frozen
class _Live:
    schedule: ScheduleModel

    @property
    def name(self) -> str:
        return self.schedule.name

    @property
    def team(self) -> str:
        return self.schedule.owner_team.name if self.schedule.owner_team else ""

    def answer(self, users: Sequence[str], turn: Turn | None) -> Answer:
        entry = self.schedule
        answer = Answer(self.name, entry.id, self.team, entry.timezone, entry.enabled, users)
        if turn is None:
            return answer
        return attrs.evolve(answer, until=turn[1], next_users=turn[0].next_who, next_at=turn[0].next_at)


async def _turns(og: Opsgenie, choice: Sequence[_Live], at: datetime) -> dict[str, Turn]:
    """The turns by schedule id; a schedule that was deleted meanwhile has none."""
    turns: dict[str, Turn] = {}

    async def read(schedule: ScheduleModel) -> None:
        try:
            layer = await og.schedules.get_timeline(schedule, date=at, interval=MONTHS, interval_unit="months")
        except NotFound:
            return
        turn = read_turn(layer, at)
        turns[schedule.id] = turn, turn.until if turn.until < layer.end_date else None

    await gather_all(read(each.schedule) for each in choice)
    return turns


def _print(answers: Sequence[Answer], arguments: argparse.Namespace, at: datetime) -> None:
    print(f"On call at {clock_text(at, arguments.zone)}")
    if sys.stdout.isatty():
        _print_table(answers, arguments)
        return
    width = min(max(cell_width(printable(answer.name)) for answer in answers), 40)
    for answer in answers:
        users = printable(", ".join(answer.users)) or ("nobody" if answer.enabled else "nobody (disabled)")
        name = printable(answer.name)
        print(f"{name}{' ' * (width - cell_width(name))}  {users}")
        for line in _more(answer, arguments):
            print(f"{'':{width}}  {line}")


def _print_table(answers: Sequence[Answer], arguments: argparse.Namespace) -> None:
    """Print a line for each user, as wide as the terminal."""
    least = 12 if arguments.next else 16  # with `--next`, names are truncated before a time is left out
    columns = [Column("SCHEDULE", least=least), Column("ON CALL", least=least)]
    if any(answer.until for answer in answers):
        columns.append(Column("UNTIL", rank=2))
    if arguments.next:
        columns.append(Column("NEXT", least=least, rank=3))
    rows = [row for answer in answers for row in _rows(answer, arguments)]
    print_table(columns, [[row.get(column.title, "") for column in columns] for row in rows])


def _rows(answer: Answer, arguments: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Yield a row for each user, so that several users on call are not truncated."""
    first, *others = answer.users or ("nobody" if answer.enabled else "nobody (disabled)",)
    yield {
        "SCHEDULE": answer.name,
        "ON CALL": first,
        "UNTIL": f"{answer.until.astimezone(arguments.zone):%a %d %b %H:%M}" if answer.until else "",
        "NEXT": _next_text(answer, arguments),
    }
    yield from ({"ON CALL": user} for user in others)


def _next_text(answer: Answer, arguments: argparse.Namespace) -> str:
    if answer.next_at is None:
        return ""
    users = ", ".join(answer.next_users) or "nobody"
    return users if answer.next_at == answer.until else f"{users}, {clock_text(answer.next_at, arguments.zone)}"


def _more(answer: Answer, arguments: argparse.Namespace) -> list[str]:
    zone = find_time_zone(answer.zone) or ZoneInfo("UTC")
    until = f"until {both_clocks(answer.until, arguments.zone, zone)}" if answer.until else ""
    if not arguments.next or not answer.enabled:
        return [until] if until else []
    if answer.next_at is None:
        return [*([until] if until else []), "nobody else comes on call"]
    users = printable(", ".join(answer.next_users)) or "nobody"
    if answer.next_at == answer.until:
        return [f"{until}, then {users}"]
    return [*([until] if until else []), f"next {users}, {both_clocks(answer.next_at, arguments.zone, zone)}"]
