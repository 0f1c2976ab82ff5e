"""`override`: somebody takes over a schedule for a while."""

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
from opsgenie_async.cli.connection import add_connection_arguments, connect, word
from opsgenie_async.cli.exits import Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.moments import clock_text, stamp
from opsgenie_async.cli.roster import choose, raise_if_unknown
from opsgenie_async.cli.times import EXPECTED, read_time
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import Forbidden, NotFound
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models.identifiers import Name
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.models import NoRecipient, Schedule, UserRef

__all__ = ["add_arguments", "run"]

COMMAND = "override"
NOBODY = "none"


@attrs.frozen
class Override:
    """What is to be made.

    Attributes:
        schedule: The schedule, as the account has it.
        zone: Its time zone.
        username: Who takes over; "none" for nobody.
        start: From when, in the zone.
        end: Until when, in the zone.
        rotations: Names of the rotations; all of them where there is none.
        alias: What it will be known by.
    """

    schedule: Schedule
    zone: ZoneInfo
    username: str
    start: datetime
    end: datetime
    rotations: Sequence[str]
    alias: str

    def lines(self) -> list[str]:
        """Return what a person wants to see before it is made."""
        of = f", {' and '.join(self.rotations)} alone" if self.rotations else ""
        user = "nobody" if self.username == NOBODY else self.username
        length = self.end.astimezone(UTC) - self.start.astimezone(UTC)
        return [
            f"{user} on call for {self.schedule.name}{of}",
            f"  from  {_both(self.start, self.zone)}",
            f"  to    {_both(self.end, self.zone)}  ({_length_text(length)})",
        ]

    def document(self, *, dry_run: bool) -> dict[str, Json]:
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("schedule", type=word, metavar="SCHEDULE", help="its name or id")
    parser.add_argument("user", type=word, metavar="USER", help="a username; none for nobody")
    parser.add_argument(
        "--from",
        dest="start",
        default="now",
        metavar="TIME",
        help=f"as {EXPECTED}; in the schedule's zone (default: now)",
    )
    parser.add_argument(
        "--to",
        dest="end",
        required=True,
        metavar="TIME",
        help="likewise; a clock time or +8h counts from the beginning",
    )
    parser.add_argument(
        "--rotation", action="append", default=[], metavar="NAME", help="only this rotation; may be given again"
    )
    parser.add_argument("--alias", metavar="TEXT", help="what it will be known by (default: made up)")
    parser.add_argument("--yes", action="store_true", help="do not ask; without a terminal nobody is asked")
    parser.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")
    add_connection_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make an override: 0 made, 1 refused, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        override = asyncio.run(_override(arguments))
    if arguments.json:
        print(json.dumps(override.document(dry_run=arguments.dry_run), indent=2))
    elif arguments.dry_run:
        print("nothing was made")
    else:
        print(f"override {override.alias} was made")
    return 0


async def _override(arguments: argparse.Namespace) -> Override:
    from opsgenie_async.models import RotationMeta

    now = SystemClock().utc()
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        schedule = await _schedule(og, arguments.schedule)
        zone = await asyncio.to_thread(_zone, schedule)
        start = read_time("--from", arguments.start, zone, now)
        end = read_time("--to", arguments.end, zone, start)
        if end <= start:
            raise WrongUsage(f"--to: {_both(end, zone)} is not after --from, {_both(start, zone)}")
        if end <= now:
            raise WrongUsage(f"--to: {_both(end, zone)} is over")
        for name in arguments.rotation:
            raise_if_unknown("--rotation", name, [each.name for each in schedule.rotations])
        user = await _user(og, arguments.user)
        rotations = [
            each
            for each in schedule.rotations
            if each.name.casefold() in {name.casefold() for name in arguments.rotation}
        ]
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


def _agree(override: Override, arguments: argparse.Namespace) -> None:
    """Show what is to be made, and ask where somebody can answer."""
    is_question = not (arguments.yes or arguments.dry_run) and is_terminal()
    if is_question or not arguments.quiet:
        for line in override.lines():
            say(line)
    if is_question and not confirm("Make this override?"):
        raise Failure("nothing was changed")


@attrs.frozen
class _Candidate:
    schedule: Schedule
    team: str = ""

    @property
    def name(self) -> str:
        return self.schedule.name


async def _schedule(og: Opsgenie, text: str) -> Schedule:
    """Return the schedule of that name, in any case, or of that id."""
    try:
        return await og.schedules.get(Name(text))
    except NotFound:
        listing = await og.schedules.list(expand="rotation")
    by_id = [each for each in listing if each.id == text]
    chosen = by_id or [each.schedule for each in choose([_Candidate(each) for each in listing], [text])]
    if len(chosen) > 1:
        raise WrongUsage(f"SCHEDULE: {text!r} matches {len(chosen)} schedules, expected one")
    return chosen[0]


async def _user(og: Opsgenie, username: str) -> UserRef | NoRecipient:
    """Return who takes over; nobody can be asked for by a key that may not read users, and the API is left to judge."""
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
    try:
        return ZoneInfo(schedule.timezone)
    except (LookupError, ValueError, OSError):
        text = f"SCHEDULE: its time zone {schedule.timezone!r} is not known here; give --from and --to with an offset"
        raise WrongUsage(text) from None


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
