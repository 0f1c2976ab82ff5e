"""The timeline of a schedule in the form of the Schedule API (v2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.behaviour.on_call import OVERRIDES, Period

__all__ = ["LAYERS", "timeline"]

LAYERS = ("base", "forwarding", "override")
"""What `expand` brings beside the final layer."""


def timeline(
    account: Account, schedule: Doc, start: datetime, end: datetime, now: datetime, layers: Collection[str]
) -> Doc:
    """The final layer from *start* to *end*, and those in *layers*."""
    names = {row["id"]: row["name"] for row in account.rotations.get(schedule["id"], [])}
    computed = on_call.layers(account, schedule, start, end)

    def layer(rows: dict[str, list[Doc]]) -> Doc:
        # What belongs to no rotation stands between the places of rotations.
        orders = {id: float(order) for order, id in enumerate(rows, 1)} | {OVERRIDES: len(names) + 0.5}
        return {
            "rotations": [
                {"id": id, "name": names.get(id, ""), "order": orders[id], "periods": periods}
                for id, periods in rows.items()
            ]
        }

    def plain(rows: dict[str, list[Period]]) -> Doc:
        return layer({id: [_period(period) for period in periods] for id, periods in rows.items()})

    users = {user["username"]: user for user in account.users.values()}
    final = {
        id: [_historical(account, users, period) if period.end < now else _period(period) for period in periods]
        for id, periods in computed.final.items()
    }
    document: Doc = {
        "startDate": dates.milliseconds(start),
        "endDate": dates.milliseconds(end),
        "finalTimeline": layer(final),
    }
    if "base" in layers:
        document["baseTimeline"] = plain(computed.base)
    if "override" in layers:
        document["overrideTimeline"] = plain({OVERRIDES: computed.overrides})
    if "forwarding" in layers:
        document["forwardingTimeline"] = plain(computed.forwarding)
    return document


def _period(period: Period) -> Doc:
    document: Doc = {
        "startDate": dates.milliseconds(period.start),
        "endDate": dates.milliseconds(period.end),
        "type": period.type,
    }
    if period.participant["type"] != "none":
        document["recipient"] = _recipient(period.participant)
    if period.forwarded_from is not None:
        document["fromUser"] = period.forwarded_from["id"]
    return document


def _historical(account: Account, users: dict[str, Doc], period: Period) -> Doc:
    """A past period, of type `historical`, with the users that it resolved to."""
    document = _period(period) | {"type": "historical"}
    document.pop("fromUser", None)
    reached = on_call.resolve(account, [on_call.participant_of(period)], period.start)
    document["flattenedRecipients"] = [
        {"id": users[name]["id"], "name": name, "type": "user"}
        | ({"forwardedFrom": users[source]["id"]} if source in users else {})
        for name, source in reached.items()
        if name in users
    ]
    return document


def _recipient(recipient: Doc) -> Doc:
    return {
        "id": recipient["id"],
        "name": recipient["username" if recipient["type"] == "user" else "name"],
        "type": recipient["type"],
    }
