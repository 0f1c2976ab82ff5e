"""`override`: put a user on call for a period."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.cli.confirmation import confirm, is_terminal
from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.moments import clock_text, stamp
from opsgenie_async.cli.roster import choose, raise_if_unknown
from opsgenie_async.cli.times import read_time
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import Forbidden, NotFound
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models.identifiers import Name
from opsgenie_async.time_zones import find_time_zone
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.models import NoRecipient, Schedule, ScheduleRotation, UserRef

__all__ = ["run"]

COMMAND = "override"
NOBODY = "none"


@attrs.frozen
class Override:
    """The override to create.

    Attributes:
        schedule: The schedule, as the account has it.
        zone: Its time zone.
        username: The user; "none" for nobody.
        start: The start, in the zone.
        end: The end, in the zone.
        rotations: The names of the rotations; empty for all.
        alias: The alias.
    """

    schedule: Schedule
    zone: ZoneInfo
    username: str
    start: datetime
    end: datetime
    rotations: Sequence[str]
    alias: str

    def lines(self) -> list[str]:
        """Return the lines to show before it is created."""
        of = f", {' and '.join(self.rotations)} alone" if self.rotations else ""
        user = "nobody" if self.username == NOBODY else self.username
        length = self.end.astimezone(UTC) - self.start.astimezone(UTC)
        return [
            f"{user} on call for {self.schedule.name}{of}",
            f"  from  {_both(self.start, self.zone)}",
            f"  to    {_both(self.end, self.zone)}  ({_length_text(length)})",
        ]

    def to_dict(self, *, dry_run: bool) -> dict[str, Json]:
        """JSON for machines."""
        return {
            "complete": True,
            "dryRun": dry_run,
            "alias": self.alias,
            "schedule": {"id": self.schedule.id, "name": self.schedule.name, "timezone": self.zone.key},
            "user": self.username,
            "start": stamp(self.start),
            "end": stamp(self.end),
            "localStart": self.start.isoformat(),
            "localEnd": self.end.isoformat(),
            "rotations": list(self.rotations),
        }


def run(arguments: argparse.Namespace) -> int:
    """Create an override: 0 created, 1 refused, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        override = asyncio.run(_override(arguments))
    if arguments.json:
        print(json.dumps(override.to_dict(dry_run=arguments.dry_run), indent=2))
    elif arguments.dry_run:
        print("nothing was created")
    else:
        print(f"override {override.alias} was created")
    return 0


async def _override(arguments: argparse.Namespace) -> Override:
    from opsgenie_async.models import RotationMeta

    now = SystemClock().utc()
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        schedule = await _schedule(og, arguments.schedule)
        zone = await asyncio.to_thread(_zone, schedule)
        start, end = _period(arguments, zone, now)
        rotations = _rotations(schedule, arguments.rotation)
        user = await _user(og, arguments.user)
        override = Override(
            schedule,
            zone,
            arguments.user,
            start,
            end,
            [each.name for each in rotations],
            arguments.alias or f"cli-{uuid4().hex}",
        )
        _agree(override, arguments)  # on this thread: Ctrl-C has to end the question
        if not arguments.dry_run:
            await og.schedule_overrides.create(
                schedule,
                user=user,
                start_date=start,
                end_date=end,
                alias=override.alias,
                rotations=[RotationMeta(id=each.id) for each in rotations] or UNSET,
            )
    return override


def _period(arguments: argparse.Namespace, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    start = read_time("--from", arguments.start, zone, now)
    end = read_time("--to", arguments.end, zone, now, start=start)
    if end <= start:
        raise WrongUsage(f"--to: {_both(end, zone)} is not after --from, {_both(start, zone)}")
    if end <= now:
        raise WrongUsage(f"--to: {_both(end, zone)} is over")
    return start, end


def _rotations(schedule: Schedule, names: Sequence[str]) -> list[ScheduleRotation]:
    """Return the rotations with these names, case-insensitive; each name must be one."""
    for name in names:
        raise_if_unknown("--rotation", name, [each.name for each in schedule.rotations], few=True)
    words = {name.casefold() for name in names}
    return [each for each in schedule.rotations if each.name.casefold() in words]


def _agree(override: Override, arguments: argparse.Namespace) -> None:
    """Show the override, and ask for confirmation on a terminal."""
    is_question = not (arguments.yes or arguments.dry_run) and is_terminal()
    if is_question or not arguments.quiet:
        for line in override.lines():
            say(line)
    if is_question and not confirm("Create this override?"):
        raise Failure("nothing was changed")


@attrs.frozen
class _Candidate:
    schedule: Schedule
    team: str = ""

    @property
    def name(self) -> str:
        return self.schedule.name


async def _schedule(og: Opsgenie, text: str) -> Schedule:
    """Return the schedule with that name, case-insensitive, or that id."""
    try:
        return await og.schedules.get(Name(text))
    except NotFound:
        listing = await og.schedules.list(expand="rotation")
    by_id = [each for each in listing if each.id == text]
    choice = by_id or [each.schedule for each in choose([_Candidate(each) for each in listing], [text])]
    if len(choice) > 1:
        raise WrongUsage(f"SCHEDULE: {text!r} matches {len(choice)} schedules, expected one")
    return choice[0]


async def _user(og: Opsgenie, username: str) -> UserRef | NoRecipient:
    """Return the user; with a key that may not read users, the API has to check the username."""
    from opsgenie_async.models import NoRecipient, UserRef

    if username == NOBODY:
        return NoRecipient()
    try:
        await og.users.get(username)
    except NotFound:
        listing = [user.username for user in await og.users.list()]
        raise_if_unknown("USER", username, listing)
    except Forbidden:
        pass
    return UserRef(username=username)


def _zone(schedule: Schedule) -> ZoneInfo:
    if (zone := find_time_zone(schedule.timezone)) is None:
        text = f"SCHEDULE: time zone {schedule.timezone!r} is unknown here; give --from and --to with an offset"
        raise WrongUsage(text)
    return zone


def _both(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    universal = moment.astimezone(UTC)
    day = "" if local.date() == universal.date() else f"{universal:%a %d %b} "
    return f"{clock_text(moment, zone)} ({day}{universal:%H:%M} UTC)"


def _length_text(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    parts = [(days, "d"), (hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "less than a minute"
