"""Schedule Override API."""

from __future__ import annotations

from typing import Any

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.shapes import resolve_pointer, typed_pointer
from opsgenie_async.sandbox.checks.validate import Check, items, moment, pointer, semantic, text, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.schedule_rotations import parent

__all__ = ["routes"]

routes = Routes()

_MANDATORY = ("user", "startDate", "endDate")
_FIELDS: dict[str, Check] = {
    "alias": text(512),
    "user": typed_pointer("user", "none"),
    "startDate": moment,
    "endDate": moment,
    "rotations": items(pointer("id", "name")),
}


@routes.on("POST", "/v2/schedules/{schedule}/overrides")
def create(call: Call) -> Response:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    override = _build(call, schedule, call.body.get("alias"))
    overrides = call.account.overrides.setdefault(schedule["id"], {})
    if override["alias"] in overrides:
        raise Refusal(409, f"Override with alias [{override['alias']}] already exists")
    overrides[override["alias"]] = override
    return data({"alias": override["alias"]}, status=201)


@routes.on("GET", "/v2/schedules/{schedule}/overrides")
def list_all(call: Call) -> Response:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    inside = {"_parent": parent(schedule)} if call.account.assumptions.parent_in_override_lists else {}
    return data([{**inside, **each} for each in call.account.overrides.get(schedule["id"], {}).values()])


@routes.on("GET", "/v2/schedules/{schedule}/overrides/{alias}")
def get(call: Call) -> Response:
    schedule, override = _override(call)
    return data({"_parent": parent(schedule), **override})


@routes.on("PUT", "/v2/schedules/{schedule}/overrides/{alias}")
def update(call: Call) -> Response:
    schedule, override = _override(call)
    call.account.overrides[schedule["id"]][override["alias"]] = _build(call, schedule, override["alias"])
    return data({"alias": override["alias"]})


@routes.on("DELETE", "/v2/schedules/{schedule}/overrides/{alias}")
def delete(call: Call) -> Response:
    schedule, override = _override(call)
    del call.account.overrides[schedule["id"]][override["alias"]]
    return result("Deleted")


def _override(call: Call) -> tuple[Doc, Doc]:
    schedule = path_entities.schedule(call, "scheduleIdentifierType")
    override = call.account.overrides.get(schedule["id"], {}).get(call.values["alias"])
    if override is None:
        raise Refusal(404, f"Override with alias [{call.values['alias']}] does not exist")
    return schedule, override


def _build(call: Call, schedule: Doc, alias: Any) -> Doc:
    """The override in the body; without `rotations` it is for the whole schedule."""
    body = {**call.body, "user": _alone(call.body.get("user"))}
    validate(body, _FIELDS, mandatory=_MANDATORY)
    override: Doc = {
        "alias": alias or call.world.ids.new(),
        "user": resolve_pointer(call.account, body["user"], "user"),
        "startDate": dates.normalize(body["startDate"]),
        "endDate": dates.normalize(body["endDate"]),
    }
    if override["endDate"] <= override["startDate"]:
        raise semantic({"endDate": "should be after startDate"})
    override["rotations"] = [_rotation(call, schedule, each) for each in body.get("rotations") or []]
    return override


def _alone(user: Any) -> Any:
    """The user object from an array of one, which the page's sample has."""
    return user[0] if isinstance(user, list) and len(user) == 1 else user


def _rotation(call: Call, schedule: Doc, pointer: Doc) -> Doc:
    rotation = lookup.rotation(call.account, schedule["id"], id=pointer.get("id") or "", name=pointer.get("name") or "")
    if rotation is None:
        raise semantic({"rotations": "rotation does not exist in this schedule"})
    return {"id": rotation["id"], "name": rotation["name"]}
