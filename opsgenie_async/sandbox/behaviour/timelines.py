"""The timeline of a schedule as the Schedule API (v2) shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call as oncall_v1
from opsgenie_async.sandbox.behaviour.on_call import OVERRIDES, Period

__all__ = ["LAYERS", "timeline"]

LAYERS = ("base", "forwarding", "override")
"""What `expand` brings beside the final layer."""


def timeline(
    account: Account, schedule: Doc, start: datetime, end: datetime, now: datetime, layers: Collection[str]
) -> Doc:
    """The final layer from *start* to *end*, and those of *layers*; nobody's calls are forwarded in a sandbox."""
    rows = account.rotations.get(schedule["id"], [])
    names = {row["id"]: row["name"] for row in rows}

    def rotation(id: str, order: int, periods: Iterable[Period]) -> Doc:
        shown = [_period(account, period, now) for period in periods]
        return {"id": id, "name": names.get(id, ""), "order": float(order), "periods": shown}

    def layer(periods: dict[str, list[Period]]) -> Doc:
        shown = [rotation(id, order, each) for order, (id, each) in enumerate(periods.items(), 1)]
        for each in shown:
            if each["id"] == OVERRIDES:  # what belongs to no rotation stands between the places of rotations
                each["order"] = len(rows) + 0.5
        return {"rotations": shown}

    document: Doc = {
        "startDate": dates.milliseconds(start),
        "endDate": dates.milliseconds(end),
        "finalTimeline": layer(oncall_v1.final_periods(account, schedule, start, end)),
    }
    if "base" in layers:
        zone = ZoneInfo(schedule["timezone"])
        document["baseTimeline"] = layer({row["id"]: oncall_v1.base_periods(row, zone, start, end) for row in rows})
    if "override" in layers:
        overrides = oncall_v1.override_periods(account, schedule, start, end)
        document["overrideTimeline"] = layer({OVERRIDES: overrides})
    if "forwarding" in layers:
        document["forwardingTimeline"] = layer({row["id"]: [] for row in rows})
    return document


def _period(account: Account, period: Period, now: datetime) -> Doc:
    who = period.participant
    document: Doc = {
        "startDate": dates.milliseconds(period.start),
        "endDate": dates.milliseconds(period.end),
        "type": "override" if period.override else who["type"],
    }
    if who["type"] != "none":
        document["recipient"] = _recipient(who)
        if period.end < now:
            users = {user["username"]: user for user in account.users.values()}
            flat = oncall_v1.flat(account, [who], period.start)
            document["flattenedRecipients"] = [
                {"id": users[name]["id"], "name": name, "type": "user"} for name in flat if name in users
            ]
    return document


def _recipient(who: Doc) -> Doc:
    return {"id": who["id"], "name": who["username" if who["type"] == "user" else "name"], "type": who["type"]}
