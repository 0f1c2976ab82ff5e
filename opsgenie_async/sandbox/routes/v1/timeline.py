"""The timeline of a schedule in the form of the Schedule API (v1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.behaviour.on_call import OVERRIDES, Period

__all__ = ["timeline"]


def timeline(account: Account, schedule: Doc, start: datetime, end: datetime, now: datetime, *, details: bool) -> Doc:
    """The timeline from *start* to *end*; with *details* all layers."""
    usernames = {user["username"]: user for user in account.users.values()}
    names = {row["id"]: row["name"] for row in account.rotations.get(schedule["id"], [])}
    layers = on_call.layers(account, schedule, start, end)

    def rotation(id: str, order: int, periods: Iterable[Period]) -> Doc:
        return {"name": names.get(id, ""), "periods": [render(period) for period in periods], "id": id, "order": order}

    def render(period: Period) -> Doc:
        over = {"flattenedRecipients": _resolve_users(account, usernames, period)} if period.end < now else {}
        return _period(account, period) | over

    document: Doc = {
        "startTime": epoch_milliseconds(start),
        "endTime": epoch_milliseconds(end),
        "finalSchedule": {"rotations": [rotation(id, 0, periods) for id, periods in layers.final.items()]},
    }
    if details:
        base = enumerate(layers.base.items(), 1)
        document["baseSchedule"] = {"rotations": [rotation(id, order, each) for order, (id, each) in base]}
        document["overrides"] = {"rotations": [rotation(OVERRIDES, 0, layers.overrides)]}
        forwardings = [rotation(id, 0, periods) for id, periods in layers.forwarding.items()]
        document["forwardings"] = {"rotations": forwardings}
    return document


def _period(account: Account, period: Period) -> Doc:
    recipients = [] if period.participant["type"] == "none" else [period.participant]
    document: Doc = {
        "recipients": [_recipient(account, participant) for participant in recipients],
        "startTime": epoch_milliseconds(period.start),
        "endTime": epoch_milliseconds(period.end),
        "type": period.type,
    }
    if period.forwarded_from is not None:
        document["fromUsers"] = [_recipient(account, period.forwarded_from)]
    return document


def _resolve_users(account: Account, usernames: dict[str, Doc], period: Period) -> list[Doc]:
    """The users that a past period resolved to, and the users who forward to them."""
    users = on_call.resolve(account, [on_call.participant_of(period)], period.start)
    return [
        _user(usernames[name]) | ({"forwardedFrom": usernames[source]["id"]} if source in usernames else {})
        for name, source in users.items()
        if name in usernames
    ]


def _recipient(account: Account, participant: Doc) -> Doc:
    if participant["type"] == "user":
        return _user(account.users.get(participant["id"], participant))
    name = participant["name"]
    return {"displayName": name, "name": name, "id": participant["id"], "type": participant["type"]}


def _user(user: Doc) -> Doc:
    username = user["username"]
    return {"displayName": user.get("fullName", username), "name": username, "id": user["id"], "type": "user"}
