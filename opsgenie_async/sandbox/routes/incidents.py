"""Incident API: create, follow the request, get, list, close."""

from __future__ import annotations

from operator import itemgetter

from opsgenie_async.sandbox import dates, lookup
from opsgenie_async.sandbox.answers import Answer, Refusal, accepted, data
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.paging import paged
from opsgenie_async.sandbox.router import INCIDENT, Routes
from opsgenie_async.sandbox.shapes import typed
from opsgenie_async.sandbox.state import Doc
from opsgenie_async.sandbox.validate import Check, flag, items, one_of, record, text, validate

__all__ = ["routes"]

routes = Routes(domain=INCIDENT)

_FIELDS: dict[str, Check] = {
    "message": text(130),
    "description": text(15_000),
    "responders": items(typed("user", "team")),
    "tags": items(text(50), most=20),
    "details": record({}),
    "priority": one_of("P1", "P2", "P3", "P4", "P5"),
    "note": text(25_000),
    "serviceId": text(),
    "impactedServices": items(text()),
    "statusPageEntry": record({}),
    "notifyStakeholders": flag,
}


@routes.on("POST", "/v1/incidents/create")
def create(call: Call) -> Answer:
    body = call.body
    validate(body, _FIELDS, mandatory=("message",))

    def effect() -> Doc:
        incidents = call.account.incidents
        now = dates.milliseconds(call.world.clock.utc())
        incident: Doc = {
            "id": call.world.ids.new(),
            "tinyId": str(len(incidents) + 1),
            "message": body["message"],
            "description": body.get("description") or "",
            "status": "open",
            "isSeen": False,
            "tags": body.get("tags") or [],
            "createdAt": now,
            "updatedAt": now,
            "priority": body.get("priority") or "P3",
            "responders": _responders(call, body.get("responders") or []),
            "impactedServices": body.get("impactedServices") or ([body["serviceId"]] if body.get("serviceId") else []),
            "extraProperties": body.get("details") or {},
        }
        incidents[incident["id"]] = incident
        return _status("Create", "Incident created successfully", incident)

    call.world.processing.submit(INCIDENT, call.request_id, effect)
    return accepted()


@routes.on("GET", "/v1/incidents/requests/{request}")
def get_request_status(call: Call) -> Answer:
    return data(call.world.processing.status(INCIDENT, call.values["request"]))


@routes.on("GET", "/v1/incidents/{incident}")
def get(call: Call) -> Answer:
    call.world.processing.catch_up()
    incident = _incident(call)
    if incident is None:
        raise Refusal(404, f"Incident [{call.values['incident']}] does not exist")
    return data(incident)


@routes.on("GET", "/v1/incidents")
def list_all(call: Call) -> Answer:
    call.world.processing.catch_up()
    order = call.query.get("order", "desc").lower()
    sort = call.query.get("sort", "createdAt")
    validate({"order": order, "sort": sort}, {"order": one_of("asc", "desc"), "sort": one_of(*_SORTS)})
    found = sorted(call.account.incidents.values(), key=itemgetter(_SORTS[sort]), reverse=order == "desc")
    return paged(call, found)


@routes.on("POST", "/v1/incidents/{incident}/close")
def close(call: Call) -> Answer:
    validate(call.body, {"note": text(25_000)})

    def effect() -> Doc:
        incident = _incident(call)
        if incident is None:
            return {"action": "Close", "isSuccess": False, "status": "Incident does not exist", "incidentId": ""}
        incident["status"] = "closed"
        incident["updatedAt"] = dates.milliseconds(call.world.clock.utc())
        return _status("Close", "Incident closed successfully", incident)

    call.world.processing.submit(INCIDENT, call.request_id, effect)
    return accepted()


_SORTS = {
    "createdAt": "createdAt",
    "insertedAt": "createdAt",
    "updatedAt": "updatedAt",
    "status": "status",
    "priority": "priority",
    "message": "message",
}


def _incident(call: Call) -> Doc | None:
    identifier, kind = call.values["incident"], call.kind(kinds=("id", "tiny"))
    if kind == "id":
        return call.account.incidents.get(identifier)
    return next((each for each in call.account.incidents.values() if each["tinyId"] == identifier), None)


def _responders(call: Call, given: list[Doc]) -> list[Doc]:
    found = ((each["type"], lookup.target(call.account, each["type"], each)) for each in given)
    return [{"type": kind, "id": entity["id"]} for kind, entity in found if entity is not None]


def _status(action: str, text: str, incident: Doc) -> Doc:
    return {"action": action, "isSuccess": True, "status": text, "incidentId": incident["id"]}
