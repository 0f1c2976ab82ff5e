"""The timeline of a schedule as the Schedule API (v1) shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call as oncall_v1
from opsgenie_async.sandbox.behaviour.on_call import OVERRIDES, Period

__all__ = ["milliseconds", "timeline"]


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, the dates of this part of v1."""
    return int(moment.timestamp() * 1000)


def timeline(account: Account, schedule: Doc, start: datetime, end: datetime, now: datetime, *, details: bool) -> Doc:
    """`timeline` from *start* to *end*; nobody forwards in a sandbox, so `forwardings` has no periods."""
    usernames = {user["username"]: user for user in account.users.values()}
    rotations = account.rotations.get(schedule["id"], [])
    names = {row["id"]: row["name"] for row in rotations}

    def rotation(id: str, order: int, periods: Iterable[Period]) -> Doc:
        shown = [_period(account, usernames, period, now) for period in periods]
        return {"name": names.get(id, ""), "periods": shown, "id": id, "order": order}

    final = oncall_v1.final_periods(account, schedule, start, end)
    document: Doc = {
        "startTime": milliseconds(start),
        "endTime": milliseconds(end),
        "finalSchedule": {"rotations": [rotation(id, 0, periods) for id, periods in final.items()]},
    }
    if details:
        zone = ZoneInfo(schedule["timezone"])
        base = [oncall_v1.base_periods(row, zone, start, end) for row in rotations]
        overrides = oncall_v1.override_periods(account, schedule, start, end)
        document["baseSchedule"] = {
            "rotations": [
                rotation(row["id"], order, periods)
                for order, (row, periods) in enumerate(zip(rotations, base, strict=True), 1)
            ]
        }
        document["overrides"] = {"rotations": [rotation(OVERRIDES, 0, overrides)]}
        document["forwardings"] = {"rotations": [rotation(row["id"], 0, ()) for row in rotations]}
    return document


def _period(account: Account, usernames: dict[str, Doc], period: Period, now: datetime) -> Doc:
    recipients = [] if period.participant["type"] == "none" else [period.participant]
    document: Doc = {"recipients": [_recipient(account, participant) for participant in recipients]}
    if period.end < now:
        flat = oncall_v1.flat(account, recipients, period.start)
        document["flattenedRecipients"] = [_user(usernames[name]) for name in flat if name in usernames]
    return document | {
        "startTime": milliseconds(period.start),
        "endTime": milliseconds(period.end),
        "type": "override" if period.override else period.participant["type"],
    }


def _recipient(account: Account, participant: Doc) -> Doc:
    if participant["type"] == "user":
        return _user(account.users.get(participant["id"], participant))
    name = participant["name"]
    return {"displayName": name, "name": name, "id": participant["id"], "type": participant["type"]}


def _user(user: Doc) -> Doc:
    username = user["username"]
    return {"displayName": user.get("fullName", username), "name": username, "id": user["id"], "type": "user"}
