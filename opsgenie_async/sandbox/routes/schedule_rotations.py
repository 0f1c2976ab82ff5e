"""Schedule Rotation API."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from opsgenie_async.oncall import snap_minutes
from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.references import drop_lost_rotations
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour.on_call import LONGEST_TURN
from opsgenie_async.sandbox.checks.shapes import resolve_pointer, restriction, snap_restriction, typed_pointer
from opsgenie_async.sandbox.checks.validate import Check, integer, items, moment, one_of, semantic, text, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["MANDATORY", "ROTATION", "build", "parent", "rotation_documents", "routes"]

routes = Routes()

ROTATION: dict[str, Check] = {
    "name": text(),
    "startDate": moment,
    "endDate": moment,
    "type": one_of("daily", "weekly", "hourly"),
    "length": integer(1, LONGEST_TURN),
    "participants": items(typed_pointer("user", "team", "escalation", "none"), least=1),
    "timeRestriction": restriction,
}
MANDATORY = ("startDate", "type", "participants")


@routes.on("POST", "/v2/schedules/{schedule}/rotations")
def create(call: Call) -> Response:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    validate(call.body, ROTATION, mandatory=MANDATORY)
    rotation = build(call, call.body, schedule["timezone"])
    call.account.rotations.setdefault(schedule["id"], []).append(rotation)
    return created_response(_summary(rotation))


@routes.on("GET", "/v2/schedules/{schedule}/rotations")
def list_all(call: Call) -> Response:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    return data(rotation_documents(call.account, schedule["id"]))


@routes.on("GET", "/v2/schedules/{schedule}/rotations/{rotation}")
def get(call: Call) -> Response:
    schedule, rotation = _rotation(call)
    return data({"_parent": parent(schedule), **_document(rotation)})


@routes.on("PATCH", "/v2/schedules/{schedule}/rotations/{rotation}")
def update(call: Call) -> Response:
    schedule, rotation = _rotation(call)
    body = call.body
    validate(body, ROTATION)
    if missing := [name for name in MANDATORY if name in body and body[name] is None]:
        raise semantic(dict.fromkeys(missing, "should not be empty"))
    new_rotation = build(call, {**rotation, **body}, schedule["timezone"])
    rotations = call.account.rotations[schedule["id"]]
    rotations[rotations.index(rotation)] = new_rotation | {"id": rotation["id"]}
    for override in call.account.overrides.get(schedule["id"], {}).values():
        for each in override["rotations"]:
            if each["id"] == rotation["id"]:
                each["name"] = new_rotation["name"]
    return data(_summary(new_rotation | {"id": rotation["id"]}), result="Updated")


@routes.on("DELETE", "/v2/schedules/{schedule}/rotations/{rotation}")
def delete(call: Call) -> Response:
    schedule, rotation = _rotation(call)
    call.account.rotations[schedule["id"]].remove(rotation)
    drop_lost_rotations(call.account, schedule["id"])
    return result("Deleted")


def build(call: Call, body: Doc, timezone: str) -> Doc:
    """A rotation in the form of responses, from a validated body: participants resolved, minutes rounded to 00 or 30.

    They are minutes of the schedule's *timezone*: in Kathmandu the API's UTC dates end in 15 and 45.
    """
    zone = ZoneInfo(timezone)
    rotation: Doc = {
        "id": call.world.ids.new(),
        "name": body.get("name") or "",
        "startDate": _snap(body["startDate"], zone),
    }
    if body.get("endDate") is not None:
        rotation["endDate"] = _snap(body["endDate"], zone)
        if rotation["endDate"] <= rotation["startDate"]:
            raise semantic({"endDate": "should be after startDate"})
    rotation |= {
        "type": body["type"],
        "length": body.get("length") or 1,
        "participants": [resolve_pointer(call.account, each, "participants") for each in body["participants"]],
    }
    if body.get("timeRestriction") is not None:
        rotation["timeRestriction"] = snap_restriction(body["timeRestriction"])
    return rotation


def _snap(text: str, zone: ZoneInfo) -> str:
    return dates.seconds(snap_minutes(datetime.fromisoformat(text), zone))


def rotation_documents(account: Account, schedule_id: str) -> list[Doc]:
    """The rotations of a schedule in the form of responses: without an end or restriction, with null."""
    return [_document(rotation) for rotation in account.rotations.get(schedule_id, [])]


def _document(rotation: Doc) -> Doc:
    return {"endDate": None, "timeRestriction": None} | rotation


def parent(schedule: Doc) -> Doc:
    """The `_parent` of the parts of a schedule."""
    return {"id": schedule["id"], "name": schedule["name"], "enabled": schedule["enabled"]}


def _rotation(call: Call) -> tuple[Doc, Doc]:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    for rotation in call.account.rotations.get(schedule["id"], []):
        if rotation["id"] == call.values["rotation"]:
            return schedule, rotation
    raise Refusal(404, f"Rotation with id [{call.values['rotation']}] does not exist")


def _summary(rotation: Doc) -> Doc:
    return {"id": rotation["id"], "name": rotation["name"]}
