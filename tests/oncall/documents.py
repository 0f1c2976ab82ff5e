"""Documents of the v2 API for tests: short to write, as the API sends them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from opsgenie_async.oncall import Schedule

Doc = dict[str, Any]


def at(text: str, zone: str = "UTC", *, fold: int = 0) -> datetime:
    """The moment at which a clock in *zone* shows *text*."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def user(name: str) -> Doc:
    return {"type": "user", "id": f"id-{name}", "username": f"{name}@example.com"}


def rotation(start: datetime, people: str, type: str = "weekly", **more: Any) -> Doc:
    """A rotation with one participant for each letter of *people*; `-` is the reserved word none."""
    listed = [{"type": "none"} if each == "-" else user(each) for each in people]
    return {"id": "r1", "name": "Rot1", "startDate": stamp(start), "type": type, "participants": listed} | more


def daily_window(opens: str, closes: str) -> Doc:
    return {"type": "time-of-day", "restriction": _edge(opens, "start") | _edge(closes, "end")}


def weekly_windows(*windows: tuple[str, str, str, str]) -> Doc:
    """Windows as ("friday", "17:00", "monday", "08:00")."""
    listed = [
        {"startDay": day, "endDay": last} | _edge(opens, "start") | _edge(closes, "end")
        for day, opens, last, closes in windows
    ]
    return {"type": "weekday-and-time-of-day", "restrictions": listed}


def _edge(text: str, edge: str) -> Doc:
    hour, minute = text.split(":")
    return {f"{edge}Hour": int(hour), f"{edge}Min": int(minute)}


def override(start: datetime, end: datetime, name: str, *rotations: Doc, alias: str = "o") -> Doc:
    document = {"alias": alias, "startDate": stamp(start), "endDate": stamp(end), "rotations": list(rotations)}
    return document | {"user": {"type": "none"} if name == "-" else user(name)}


def forwarding(start: datetime, end: datetime, name: str, to: str) -> Doc:
    return {"startDate": stamp(start), "endDate": stamp(end), "fromUser": _bare(name), "toUser": _bare(to)}


def _bare(name: str) -> Doc:
    return {"id": f"id-{name}", "username": f"{name}@example.com"}


def document(zone: str, *rotations: Doc, **more: Any) -> Doc:
    return {"id": "s1", "name": "ops", "timezone": zone, "enabled": True, "rotations": list(rotations)} | more


def schedule(zone: str, *rotations: Doc, overrides: Any = (), rules: Any = (), **more: Any) -> Schedule:
    return Schedule.from_json(document(zone, *rotations, **more), overrides=overrides, forwarding=rules)


def letters(periods: Any, zone: str) -> list[tuple[str, str, str]]:
    """Each period as its local start, its local end and the letter of whoever it is."""
    where = ZoneInfo(zone)

    def local(moment: datetime) -> str:
        return moment.astimezone(where).strftime("%m-%d %H:%M")

    return [(local(each.start), local(each.end), each.participant.name.partition("@")[0]) for each in periods]
