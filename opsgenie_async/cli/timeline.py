"""`timeline`: who is on call when, as bars in a terminal, an SVG, a page or a calendar file."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsgenie_async.cli.connection import (
    connect,
    wants_sandbox,
)
from opsgenie_async.cli.exits import FAILED, WrongUsage, exit_on_error, say
from opsgenie_async.cli.output import write_file
from opsgenie_async.cli.roster import Roster, TeamSchedule, raise_if_unknown, read_account_roster
from opsgenie_async.cli.targets import check_file
from opsgenie_async.cli.timeline_json import timeline_document
from opsgenie_async.cli.times import raise_if_beyond, read_at
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.oncall import Schedule
from opsgenie_async.pictures import Drawing
from opsgenie_async.printable import printable

if TYPE_CHECKING:
    from opsgenie_async.pictures import Chart

__all__ = ["picture_zone", "run"]

COMMAND = "timeline"


def run(arguments: argparse.Namespace) -> int:
    """Draw: 0 drawn, 1 something could not be read or written, 2 wrong usage."""
    now = SystemClock().utc()
    with exit_on_error(COMMAND, arguments):
        if arguments.person is not None and arguments.ics is None:
            raise WrongUsage("--person: only with --ics")
        for name in ("svg", "html", "ics"):
            check_file(f"--{name}", getattr(arguments, name))
        roster = _read(arguments)
        drawings = _drawings(roster.choose(arguments.schedules, arguments.team), arguments)
        start, end = _window(drawings, arguments, now)
        files = _write(drawings, start, end, now, arguments)
    if arguments.json:
        document = timeline_document(drawings, start, end)
        print(json.dumps({**document, "files": [str(file) for file in files]}, indent=2))
    elif files:
        for file in files:
            print(f"wrote {printable(str(file))}")
    for problem in roster.problems.values():
        say(f"opsgenie-async {COMMAND}: {problem}")
    return FAILED if roster.problems else 0


def _read(arguments: argparse.Namespace) -> Roster:
    if arguments.source is None:
        return asyncio.run(_live(arguments))
    if wants_sandbox(arguments) or arguments.region or arguments.base_url:
        raise WrongUsage("--from: not allowed with --region, --base-url or --sandbox")
    return _snapshot(arguments.source)


def _snapshot(folder: Path) -> Roster:
    from opsgenie_async.cli.snapshot_roster import read_snapshot

    return read_snapshot(folder)


async def _live(arguments: argparse.Namespace) -> Roster:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        return await read_account_roster(og, arguments.schedules, arguments.team)


def _drawings(choice: Sequence[TeamSchedule], arguments: argparse.Namespace) -> list[Drawing]:
    """Return the schedules to draw, with the compared ones; a schedule missing there has nobody on call."""
    others: dict[str, Schedule] = {}
    if arguments.against is not None:
        others = {each.name.casefold(): each.schedule for each in _snapshot(arguments.against).schedules}
    drawings = []
    for each in choice:
        other = None
        if arguments.against is not None:
            absent = Schedule("", each.name, each.schedule.zone, ())
            other = others.get(each.name.casefold(), absent)
        drawings.append(Drawing(each.schedule, each.team, other))
    return drawings


def _window(drawings: Sequence[Drawing], arguments: argparse.Namespace, now: datetime) -> tuple[datetime, datetime]:
    """Return whole days, from midnight to midnight in the time zone of the picture."""
    zone = picture_zone(drawings, arguments.zone)
    local = read_at(arguments.at, arguments.zone, now).astimezone(zone)
    first = datetime.combine(local.date(), time())
    try:
        last = first + timedelta(weeks=arguments.weeks)
    except OverflowError:
        last = datetime.max
    raise_if_beyond("--weeks", last.replace(tzinfo=UTC))
    return _aware(first, zone), _aware(last, zone)


def _aware(local: datetime, zone: tzinfo | None) -> datetime:
    return local.replace(tzinfo=zone) if zone is not None else local.astimezone()


def picture_zone(drawings: Sequence[Drawing], zone: ZoneInfo | None) -> ZoneInfo | None:
    """Return the time zone of a picture: the requested one, otherwise the common one of all schedules."""
    zones = {drawing.schedule.zone for drawing in drawings}
    return zone or (zones.pop() if len(zones) == 1 else None)


def _write(
    drawings: Sequence[Drawing], start: datetime, end: datetime, now: datetime, arguments: argparse.Namespace
) -> list[Path]:
    """Write the requested files, or draw in the terminal; return the files."""
    files: list[Path] = []
    if arguments.ics:
        files.append(_save(arguments.ics, _calendar(drawings, start, end, now, arguments)))
    if (arguments.json or files) and not (arguments.svg or arguments.html):
        return files
    chart = _chart(drawings, start, end, now, arguments)
    title = _title(chart)
    if arguments.svg:
        from opsgenie_async.pictures.svg import svg_of

        files.append(_save(arguments.svg, svg_of(chart, title).encode()))
    if arguments.html:
        from opsgenie_async.pictures.page import page_of

        files.append(_save(arguments.html, page_of(chart, title).encode()))
    if not files:
        from opsgenie_async.cli.timeline_view import print_chart

        print_chart(chart, shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    return files


def _chart(
    drawings: Sequence[Drawing], start: datetime, end: datetime, now: datetime, arguments: argparse.Namespace
) -> Chart:
    from opsgenie_async.pictures import chart_of

    against = "" if arguments.against is None else printable(arguments.against.resolve().name)
    return chart_of(drawings, start, end, now=now, against=against)


def _title(chart: Chart) -> str:
    if len(chart.sections) == 1:
        return f"On call: {chart.sections[0].name}"
    return f"On call: {len(chart.sections)} schedules"


def _calendar(
    drawings: Sequence[Drawing], start: datetime, end: datetime, now: datetime, arguments: argparse.Namespace
) -> bytes:
    from opsgenie_async.pictures.calendar_file import calendar_of

    schedules = [drawing.schedule for drawing in drawings]
    if arguments.person is not None:
        _require_person(schedules, arguments.person)
    return calendar_of(schedules, start, end, now=now, person=arguments.person)


def _require_person(schedules: Sequence[Schedule], person: str) -> None:
    """Raise `WrongUsage` if the user is in no schedule."""
    names = {each.participant.name for schedule in schedules for each in schedule.overrides}
    names |= {each.name for schedule in schedules for rotation in schedule.rotations for each in rotation.participants}
    names |= {each.to_user.name for schedule in schedules for each in schedule.forwarding}
    raise_if_unknown("--person", person, names)


def _save(file: Path, content: bytes) -> Path:
    write_file(file, content)
    return file
