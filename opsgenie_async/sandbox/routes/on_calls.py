"""Who Is On Call API. Nested recipients are participants in the current on-calls, not in the next ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.behaviour.calendars import CALENDAR, export_calendar
from opsgenie_async.sandbox.checks.validate import moment, one_of, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import CONFIGURATION, SCHEDULE_ONCALLS
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.route import JSON
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.schedule_rotations import parent

__all__ = ["routes"]

routes = Routes(domain=SCHEDULE_ONCALLS)

_MINUTES = {"days": 24 * 60, "hours": 60, "minutes": 1}


@routes.on("GET", "/v2/schedules/on-calls", configuration=True)
def list_all(call: Call) -> Response:
    at, flat = _parameters(call)
    visible = (each for each in call.account.schedules.values() if call.sees(each.get("ownerTeam")))
    return data([_on_call(call.account, each, at, flat=flat) for each in visible])


@routes.on("GET", "/v2/schedules/{schedule}/on-calls", configuration=True)
def get(call: Call) -> Response:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    at, flat = _parameters(call)
    return data(_on_call(call.account, schedule, at, flat=flat))


@routes.on("GET", "/v2/schedules/{schedule}/next-on-calls", configuration=True)
def get_next(call: Call) -> Response:
    """The next participants; undocumented is which of the two names respects overrides: here `exact`."""
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    at, flat = _parameters(call)
    account = call.account
    response: Doc = {"_parent": parent(schedule)}
    for word, overrides in (("next", False), ("exactNext", True)):
        participants = on_call.next_on_call(account, schedule, at, overrides=overrides)
        if flat:
            response[f"{word}OnCallParticipants"] = on_call.flat(account, participants, at)
        else:
            response[f"{word}OnCallRecipients"] = _participants(account, participants, at, frozenset())
    return data(response)


@routes.on("GET", "/v2/schedules/on-calls/{user}.ics", domain=CONFIGURATION, answers=JSON | {CALENDAR})
def export_user(call: Call) -> Response:
    user = path_entities.user(call)
    visible = [each for each in call.account.schedules.values() if call.sees(each.get("ownerTeam"))]
    return export_calendar(call.account, user["username"], visible, call.world.clock.utc(), user)


def _parameters(call: Call) -> tuple[datetime, bool]:
    """The requested time, by default now, and whether the response has only usernames."""
    validate({**call.query}, {"date": moment, "flat": one_of("true", "false")})
    at = dates.parse(call.query["date"]) if "date" in call.query else None
    return (at or call.world.clock.utc()).astimezone(UTC), call.flag("flat")


def _on_call(account: Account, schedule: Doc, at: datetime, *, flat: bool) -> Doc:
    participants = on_call.on_call(account, schedule, at)
    if flat:
        return {"_parent": parent(schedule), "onCallRecipients": on_call.flat(account, participants, at)}
    return {"_parent": parent(schedule), "onCallParticipants": _participants(account, participants, at, frozenset())}


def _participants(account: Account, participants: Iterable[Doc], at: datetime, path: frozenset[str]) -> list[Doc]:
    """Participants with their nested ones; *path* has the ids on the way, since some refer to each other."""
    return [_participant(account, each, at, path) for each in participants if each["type"] not in ("none", "all")]


def _participant(account: Account, participant: Doc, at: datetime, path: frozenset[str]) -> Doc:
    kind, id = participant["type"], participant["id"]
    document: Doc = {"id": id, "name": participant["username" if kind == "user" else "name"], "type": kind}
    if (source := participant.get("forwardedFrom")) is not None:
        document["forwardedFrom"] = {"id": source["id"], "name": source["username"], "type": "user"}
    if kind == "user" or id in path:
        return document
    within = path | {id}
    if kind == "team":
        members = account.teams.get(id, {"members": []})["members"]
        document["onCallParticipants"] = [
            {"id": each["user"]["id"], "name": each["user"]["username"], "type": "user"} for each in members
        ]
    elif kind == "schedule" and id in account.schedules:
        serving = on_call.on_call(account, account.schedules[id], at)
        document["onCallParticipants"] = _participants(account, serving, at, within)
    elif kind == "escalation":
        document["onCallParticipants"] = [
            _participant(account, rule["recipient"], at, within)
            | {"escalationTime": _minutes(rule["delay"]), "notifyType": rule["notifyType"]}
            for rule in account.escalations.get(id, {"rules": []})["rules"]
        ]
    return document


def _minutes(delay: Doc) -> int:
    return int(delay["timeAmount"]) * _MINUTES.get(delay.get("timeUnit", "minutes"), 0)
