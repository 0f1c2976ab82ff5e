"""Schedules in the form of the Schedule API (v1), stored in the tables of v2.

v1 has `rotations` in requests and `rules` in responses, participants and teams by name, only restrictions with
weekdays, and dates in local time of the schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account import dates, lookup, zones
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour.on_call import LONGEST_TURN
from opsgenie_async.sandbox.checks.shapes import DAYS

__all__ = ["bad_request", "head", "moment", "rotation", "schedule_document", "zone"]

DATE = "%Y-%m-%d %H:%M"
KINDS = ("user", "group", "escalation", "team")
"""What a participant may be; names are looked up in this order."""


def bad_request(message: str) -> Refusal:
    """A 400 for an invalid request."""
    return Refusal(422, message)


def zone(name: object, field: str) -> ZoneInfo:
    """The time zone with this name."""
    known_zone = zones.load().get(name) if isinstance(name, str) else None
    if known_zone is None:
        raise bad_request(f"{field} [{name}] is not a known timezone")
    return known_zone


def moment(text: object, field: str, timezone: ZoneInfo) -> datetime:
    """The time of a v1 date, `yyyy-MM-dd HH:mm` in local time of *timezone*."""
    try:
        moment = datetime.strptime(str(text), DATE).replace(tzinfo=timezone)
        if moment.year not in dates.YEARS:
            raise ValueError(moment.year)
    except ValueError:
        raise bad_request(f"{field} [{text}] should be given in yyyy-MM-dd HH:mm format") from None
    return moment


def snap(minutes: int) -> int:
    """*minutes* of an hour or day, rounded to 00 or 30."""
    return (minutes + 15) // 30 * 30


def schedule_document(account: Account, schedule: Doc, *, listed: bool = False) -> Doc:
    """*schedule* in the form of get or, if *listed*, of list, in which every rule has restrictions, even none."""
    timezone = ZoneInfo(schedule["timezone"])
    rules = [_rule(row, timezone) for row in account.rotations.get(schedule["id"], [])]
    if listed:
        rules = [{"restrictions": []} | rule for rule in rules]
    return {**head(schedule), "rules": rules}


def head(schedule: Doc) -> Doc:
    """The common fields of a schedule in get, list and timeline; a global one has the team `""`."""
    document = {key: schedule[key] for key in ("id", "name", "timezone", "enabled")}
    return document | {"team": schedule.get("ownerTeam", {}).get("name", "")}


def _rule(row: Doc, timezone: ZoneInfo) -> Doc:
    """A rotation in the form of v1 responses, without defaults, as in the page's samples."""
    rule: Doc = {"id": row["id"]}
    if row["name"]:
        rule["name"] = row["name"]
    for key in ("startDate", "endDate"):
        if key in row:
            rule[key] = datetime.fromisoformat(row[key]).astimezone(timezone).strftime(DATE)
    rule["participants"] = [_participant(participant) for participant in row["participants"]]
    rule["rotationType"] = row["type"]
    if row["length"] != 1:
        rule["rotationLength"] = row["length"]
    if "timeRestriction" in row:
        rule["restrictions"] = [_frame(frame) for frame in _by_day(row["timeRestriction"])]
    return rule


def _participant(participant: Doc) -> Doc:
    if participant["type"] == "none":
        return {"participant": "none"}
    label = "username" if participant["type"] == "user" else "name"
    return {"participant": participant[label], "type": participant["type"]}


def _by_day(restriction: Doc) -> list[Doc]:
    """The intervals of *restriction* with days; one without days becomes one for each weekday."""
    if restriction["type"] == "weekday-and-time-of-day":
        frames: list[Doc] = restriction["restrictions"]
        return frames
    frame = restriction["restriction"]
    overnight = (frame["endHour"], frame["endMin"]) <= (frame["startHour"], frame["startMin"])
    return [{**frame, "startDay": day, "endDay": DAYS[(i + overnight) % 7]} for i, day in enumerate(DAYS)]


def _frame(frame: Doc) -> Doc:
    return {
        "startDay": frame["startDay"],
        "endDay": frame["endDay"],
        "startHour": str(frame["startHour"]),
        "startMinute": f"{frame['startMin']:02}",
        "endHour": str(frame["endHour"]),
        "endMinute": f"{frame['endMin']:02}",
    }


def rotation(account: Account, timezone: ZoneInfo, new_id: Callable[[], str], document: object) -> Doc:
    """The v2 rotation for a member of `rotations`; 422 if it is inconsistent."""
    if not isinstance(document, dict):
        raise bad_request("rotations should be a list of objects")
    for field in ("startDate", "participants", "rotationType"):
        if not document.get(field):
            raise bad_request(f"Mandatory field [{field}] of rotation is missing")
    if document["rotationType"] not in ("daily", "weekly", "hourly"):
        raise bad_request(f"rotationType [{document['rotationType']}] should be one of daily, weekly and hourly")
    if not isinstance(document["participants"], list):
        raise bad_request("participants should be a list")
    row: Doc = {"id": new_id(), "name": str(document.get("name") or "")}
    for field in ("startDate", "endDate"):
        if document.get(field):
            row[field] = _date(document[field], field, timezone)
    if "endDate" in row and row["endDate"] <= row["startDate"]:
        raise bad_request("endDate should be later than startDate")
    length = document.get("rotationLength")
    row["type"] = document["rotationType"]
    row["length"] = 1 if length is None else _whole(length, "rotationLength", 1, LONGEST_TURN)
    row["participants"] = [_recipient_of(account, name) for name in document["participants"]]
    restrictions = document.get("restrictions") or []
    if not isinstance(restrictions, list):
        raise bad_request("restrictions should be a list")
    if restrictions:
        frames = [_restriction(each) for each in restrictions]
        row["timeRestriction"] = {"type": "weekday-and-time-of-day", "restrictions": frames}
    return row


def _date(text: object, field: str, timezone: ZoneInfo) -> str:
    wall = moment(text, field, timezone)
    # Within one zone datetimes add on the wall clock, which is what is snapped.
    return dates.seconds(wall + timedelta(minutes=snap(wall.minute) - wall.minute))


def _recipient_of(account: Account, name: object) -> Doc:
    if name == "none":
        return {"type": "none"}
    for kind in KINDS:
        pointer = {"username" if kind == "user" else "name": name}
        if isinstance(name, str) and (entity := lookup.target(account, kind, pointer)) is not None:
            return lookup.reference(kind, entity)
    raise bad_request(f"Participant [{name}] does not exist")


def _whole(value: Any, field: str, least: int, most: int) -> int:
    """A number, or a string of digits as the page's samples send them."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(f"{field} [{value}] should be a number from {least} to {most}")
    return value


def _restriction(document: object) -> Doc:
    if not isinstance(document, dict):
        raise bad_request("restrictions should be a list of objects")
    frame: Doc = {}
    for edge in ("start", "end"):
        day = document.get(f"{edge}Day")
        if day not in DAYS:
            raise bad_request(f"{edge}Day [{day}] should be the name of a day")
        hour = _whole(document.get(f"{edge}Hour"), f"{edge}Hour", 0, 24)
        minutes = snap(60 * hour + _whole(document.get(f"{edge}Minute"), f"{edge}Minute", 0, 59))
        # A quarter to midnight and later is the next day's beginning.
        days, minutes = divmod(minutes, 24 * 60)
        frame |= {f"{edge}Day": DAYS[(DAYS.index(day) + days) % 7]}
        frame |= {f"{edge}Hour": minutes // 60, f"{edge}Min": minutes % 60}
    return frame
