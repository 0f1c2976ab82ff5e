"""Who is on call, as iCalendar files (RFC 5545), exported by both versions of the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.behaviour.on_call import Period
from opsgenie_async.sandbox.http.responses import Response

__all__ = ["CALENDAR", "export_calendar"]

CALENDAR = "text/calendar"
MONTHS = 3


def export_calendar(
    account: Account, name: str, schedules: Iterable[Doc], now: datetime, user: Doc | None = None
) -> Response:
    """A calendar named *name* with the next three months of *schedules*, only those of *user* if given."""
    entries = periods_of(account, schedules, now, dates.add_months(now, MONTHS), user)
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)
    disposition = f"attachment; filename=\"{plain}.ics\"; filename*=UTF-8''{quote(name, safe='')}.ics"
    return Response(raw=calendar(name, entries, now), media=CALENDAR, headers={"Content-Disposition": disposition})


def periods_of(
    account: Account, schedules: Iterable[Doc], start: datetime, end: datetime, user: Doc | None = None
) -> Iterator[tuple[Doc, Period]]:
    """The final periods of *schedules*, only those of *user* if given."""
    for schedule in schedules:
        for periods in on_call.final_periods(account, schedule, start, end).values():
            for period in periods:
                if user is None or period.participant.get("id") == user["id"]:
                    yield schedule, period


def calendar(name: str, entries: Iterable[tuple[Doc, Period]], now: datetime) -> bytes:
    """An iCalendar file (RFC 5545) named *name* with one event for each period."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//opsgenie-async//sandbox//EN", f"X-WR-CALNAME:{_text(name)}"]
    for schedule, period in entries:
        participant = period.participant
        lines += [
            "BEGIN:VEVENT",
            f"UID:{schedule['id']}-{int(period.start.timestamp() * 1000)}-{participant['id']}",
            f"DTSTAMP:{_stamp(now)}",
            f"DTSTART:{_stamp(period.start)}",
            f"DTEND:{_stamp(period.end)}",
            f"SUMMARY:{_text(participant.get('username') or participant['name'])} ({_text(schedule['name'])})",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{line}\r\n" for each in lines for line in _fold(each)).encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for special in ("\\", ";", ","):
        value = value.replace(special, f"\\{special}")
    return value.replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """A content line folded at 75 octets, without splitting a character."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > 75:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
