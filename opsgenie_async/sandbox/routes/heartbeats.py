"""Heartbeat API."""

from __future__ import annotations

from datetime import timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import (
    Check,
    flag,
    integer,
    items,
    one_of,
    pointer,
    text,
    time_unit,
    validate,
)
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import HEARTBEAT
from opsgenie_async.sandbox.http.responses import Response, accepted_response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes(domain=HEARTBEAT)

_FIELDS: dict[str, Check] = {
    "name": text(200),
    "description": text(10_000),
    "interval": integer(1, 525_600),
    "intervalUnit": time_unit("minutes", "hours", "days"),
    "enabled": flag,
    "ownerTeam": pointer("id", "name"),
    "alertMessage": text(130),
    "alertTags": items(text(50), most=20),
    "alertPriority": one_of("P1", "P2", "P3", "P4", "P5"),
}
_DEFAULTS: Doc = {"description": "", "alertPriority": "P3"}


def ping(call: Call) -> Response:
    """Reply with PONG, even if the heartbeat does not exist."""
    heartbeat = call.account.heartbeats.get(call.values["heartbeat"])
    if heartbeat is not None:
        heartbeat["lastPingTime"] = dates.milliseconds(call.world.clock.utc())
    return accepted_response("PONG - Heartbeat received")


for _method in ("GET", "POST", "PUT", "PATCH"):
    routes.on(_method, "/v2/heartbeats/{heartbeat}/ping")(ping)


@routes.on("POST", "/v2/heartbeats", configuration=True)
def create(call: Call) -> Response:
    validate(call.body, _FIELDS, mandatory=("name", "interval", "intervalUnit", "enabled"))
    if call.body["name"] in call.account.heartbeats:
        raise Refusal(409, f"Heartbeat with name [{call.body['name']}] already exists")
    heartbeat: Doc = {**_DEFAULTS, **_settings(call.body)}
    owner = path_entities.new_owner(call)
    if owner is not None:
        heartbeat["ownerTeam"] = owner
    call.account.heartbeats[heartbeat["name"]] = heartbeat
    return created_response(_summary(call, heartbeat))


@routes.on("GET", "/v2/heartbeats", configuration=True)
def list_all(call: Call) -> Response:
    visible = [each for each in call.account.heartbeats.values() if call.sees(each.get("ownerTeam"))]
    return data({"heartbeats": [_document(call, each) for each in visible]})


@routes.on("GET", "/v2/heartbeats/{heartbeat}", configuration=True)
def get(call: Call) -> Response:
    return data(_document(call, _heartbeat(call)))


@routes.on("PATCH", "/v2/heartbeats/{heartbeat}", configuration=True)
def update(call: Call) -> Response:
    heartbeat = _heartbeat(call)
    validate(call.body, _FIELDS)
    owner = heartbeat.get("ownerTeam") if call.key.team is not None else path_entities.owner_in_body(call)
    heartbeat.update({key: value for key, value in _settings(call.body).items() if key != "name"})
    for key in ("description", "alertMessage", "alertTags", "alertPriority"):
        if key in call.body and call.body[key] is None:
            heartbeat.pop(key, None)
            heartbeat |= {name: value for name, value in _DEFAULTS.items() if name == key}
    if "ownerTeam" in call.body:
        heartbeat.pop("ownerTeam", None)
        if owner is not None:
            heartbeat["ownerTeam"] = owner
    return data(_summary(call, heartbeat), result="Updated")


@routes.on("DELETE", "/v2/heartbeats/{heartbeat}", configuration=True)
def delete(call: Call) -> Response:
    del call.account.heartbeats[_heartbeat(call)["name"]]
    return result("Deleted")


@routes.on("POST", "/v2/heartbeats/{heartbeat}/enable", configuration=True)
def enable(call: Call) -> Response:
    heartbeat = _heartbeat(call)
    heartbeat["enabled"] = True
    return data(_summary(call, heartbeat), result="Enabled")


@routes.on("POST", "/v2/heartbeats/{heartbeat}/disable", configuration=True)
def disable(call: Call) -> Response:
    heartbeat = _heartbeat(call)
    heartbeat["enabled"] = False
    return data(_summary(call, heartbeat), result="Disabled")


def _heartbeat(call: Call) -> Doc:
    heartbeat = call.account.heartbeats.get(call.values["heartbeat"])
    if heartbeat is None:
        raise Refusal(404, f"Heartbeat with name [{call.values['heartbeat']}] does not exist")
    call.require(heartbeat.get("ownerTeam"))
    return heartbeat


def _settings(body: Doc) -> Doc:
    return {key: body[key] for key in _FIELDS if body.get(key) is not None and key != "ownerTeam"}


def _document(call: Call, heartbeat: Doc) -> Doc:
    """The heartbeat with its current state by the last ping; without a ping, it never expires."""
    last = dates.parse(heartbeat.get("lastPingTime", ""))
    due = timedelta(**{heartbeat["intervalUnit"].removesuffix("s") + "s": heartbeat["interval"]})
    is_late = last is not None and call.world.clock.utc() - last > due
    return {**heartbeat, "expired": heartbeat["enabled"] and is_late}


def _summary(call: Call, heartbeat: Doc) -> Doc:
    document = _document(call, heartbeat)
    return {key: document[key] for key in ("name", "enabled", "expired")}
