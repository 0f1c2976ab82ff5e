"""Schedule API."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.references import (
    drop_lost_rotations,
    follow_rename,
    refuse_duplicate_name,
    refuse_if_used,
)
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour.calendars import CALENDAR, export_calendar
from opsgenie_async.sandbox.behaviour.removal import remove_schedule
from opsgenie_async.sandbox.behaviour.timelines import LAYERS, timeline
from opsgenie_async.sandbox.checks.validate import (
    Check,
    flag,
    items,
    moment,
    one_of,
    pointer,
    record,
    semantic,
    text,
    time_unit,
    timezone,
    validate,
)
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.paging import whole_number
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.route import JSON
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.schedule_rotations import MANDATORY, ROTATION, build, parent, rotation_documents

__all__ = ["routes"]

routes = Routes()

_FIELDS: dict[str, Check] = {
    "name": text(100),
    "description": text(10_000),
    "timezone": timezone,
    "enabled": flag,
    "ownerTeam": pointer("id", "name"),
    "rotations": items(record(ROTATION, mandatory=MANDATORY)),
}


@routes.on("POST", "/v2/schedules")
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("name",))
    refuse_duplicate_name(call.account.schedules.values(), "schedule", body["name"])
    owner = path_entities.new_owner(call)
    timezone = body.get("timezone") or call.account.timezone
    rotations = [build(call, each, timezone) for each in body.get("rotations") or []]
    schedule: Doc = {
        "id": call.world.ids.new(),
        "name": body["name"],
        "description": body.get("description") or "",
        "timezone": timezone,
        "enabled": body.get("enabled") is not False,
    }
    if owner is not None:
        schedule["ownerTeam"] = owner
    call.account.schedules[schedule["id"]] = schedule
    call.account.rotations[schedule["id"]] = rotations
    return created_response(parent(schedule))


@routes.on("GET", "/v2/schedules")
def list_all(call: Call) -> Response:
    expand = "rotation" in call.query.get("expand", "").split(",")
    return data(
        [
            {**schedule, "rotations": rotation_documents(call.account, schedule["id"]) if expand else []}
            for schedule in call.account.schedules.values()
            if call.sees(schedule.get("ownerTeam"))
        ],
        expandable=["rotation"],
    )


@routes.on("GET", "/v2/schedules/{schedule}")
def get(call: Call) -> Response:
    schedule = path_entities.schedule(call)
    return data({**schedule, "rotations": rotation_documents(call.account, schedule["id"])})


@routes.on("PATCH", "/v2/schedules/{schedule}")
def update(call: Call) -> Response:
    schedule = path_entities.schedule(call)
    body = call.body
    validate(body, _FIELDS)
    if "name" in body:
        if not body["name"]:
            raise semantic({"name": "should not be empty"})
        refuse_duplicate_name(call.account.schedules.values(), "schedule", body["name"], but=schedule["id"])
    owner = schedule.get("ownerTeam") if call.key.team is not None else path_entities.owner_in_body(call)
    timezone = (body["timezone"] or call.account.timezone) if "timezone" in body else schedule["timezone"]
    rotations = None if body.get("rotations") is None else [build(call, each, timezone) for each in body["rotations"]]
    if "name" in body:
        schedule["name"] = body["name"]
        follow_rename(call.account, "schedule", schedule)
    if "description" in body:
        schedule["description"] = body["description"] or ""
    schedule["timezone"] = timezone
    if body.get("enabled") is not None:
        schedule["enabled"] = body["enabled"]
    if "ownerTeam" in body:
        schedule.pop("ownerTeam", None)
        if owner is not None:
            schedule["ownerTeam"] = owner
    if rotations is not None:
        call.account.rotations[schedule["id"]] = rotations
        drop_lost_rotations(call.account, schedule["id"])
    return data(parent(schedule), result="Updated")


@routes.on("DELETE", "/v2/schedules/{schedule}")
def delete(call: Call) -> Response:
    schedule = path_entities.schedule(call)
    refuse_if_used(call.account, "schedule", schedule)
    remove_schedule(call.account, schedule["id"])
    return result("Deleted")


@routes.on("GET", "/v2/schedules/{schedule}/timeline")
def get_timeline(call: Call) -> Response:
    schedule = path_entities.schedule(call)
    layers = call.query["expand"].split(",") if call.query.get("expand") else []
    echo = {**call.query, "expand": layers}
    fields = {"date": moment, "intervalUnit": time_unit("days", "weeks", "months"), "expand": items(one_of(*LAYERS))}
    validate(echo, fields)
    interval, unit = (
        whole_number(call, "interval", 1, least=1, most=366),
        call.query.get("intervalUnit", "weeks").removesuffix("s") + "s",
    )
    now = call.world.clock.utc()
    date = (dates.parse(call.query["date"]) if "date" in call.query else None) or now
    start, end = dates.span(date, ZoneInfo(schedule["timezone"]), unit, interval)
    body = timeline(call.account, schedule, start, end, now, layers)
    return data({"_parent": parent(schedule), **body}, expandable=[*LAYERS])


@routes.on("GET", "/v2/schedules/{schedule}.ics", answers=JSON | {CALENDAR})
def export(call: Call) -> Response:
    schedule = path_entities.schedule(call)
    return export_calendar(call.account, schedule["name"], [schedule], call.world.clock.utc())
