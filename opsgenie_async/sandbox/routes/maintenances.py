"""Maintenance API: integrations and policies that are disabled, or enabled, for a period."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, items, moment, one_of, record, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes", "span"]

routes = Routes()

_LENGTHS = {
    "for-5-minutes": timedelta(minutes=5),
    "for-30-minutes": timedelta(minutes=30),
    "for-1-hour": timedelta(hours=1),
}
_FIELDS: dict[str, Check] = {
    "description": text(),
    "time": record(
        {
            "type": one_of(*_LENGTHS, "indefinitely", "schedule"),
            "startDate": moment,
            "endDate": moment,
        },
        mandatory=("type",),
    ),
    "rules": items(
        record(
            {
                "state": one_of("enabled", "disabled"),
                "entity": record({"id": text(), "type": one_of("integration", "policy")}, mandatory=("id", "type")),
            },
            mandatory=("entity",),
        ),
        least=1,
    ),
}
_EXPIRED = {"past": True, "cancelled": True, "active": False, "planned": False}


@routes.on("POST", "/v1/maintenance")
def create(call: Call) -> Response:
    maintenance: Doc = {"id": call.world.ids.new(), **_content(call)}
    call.account.maintenances[maintenance["id"]] = maintenance
    return created_response(_meta(call, maintenance))


@routes.on("GET", "/v1/maintenance")
def list_all(call: Call) -> Response:
    status = call.query.get("type", "all")
    validate({"type": status}, {"type": one_of("all", "non-expired", "past")})
    metas = [_meta(call, each) for each in call.account.maintenances.values()]
    return data([each for each in metas if status == "all" or _EXPIRED[each["status"]] == (status == "past")])


@routes.on("GET", "/v1/maintenance/{maintenance}")
def get(call: Call) -> Response:
    maintenance = _maintenance(call)
    return data(_meta(call, maintenance) | {"rules": maintenance["rules"]})


@routes.on("PUT", "/v1/maintenance/{maintenance}")
def update(call: Call) -> Response:
    maintenance = _require_unfinished(call)
    content = _content(call)
    maintenance.pop("status", None)
    maintenance.update(content)
    return data(_meta(call, maintenance), result="Updated")


@routes.on("DELETE", "/v1/maintenance/{maintenance}")
def delete(call: Call) -> Response:
    del call.account.maintenances[_maintenance(call)["id"]]
    return result("Deleted")


@routes.on("POST", "/v1/maintenance/{maintenance}/cancel")
def cancel(call: Call) -> Response:
    _maintenance(call)["status"] = "cancelled"
    return result("Cancelled")


@routes.on("POST", "/v1/maintenance/{maintenance}/change-end-date")
def change_end_date(call: Call) -> Response:
    maintenance = _require_unfinished(call)
    validate(call.body, {"endDate": moment}, mandatory=("endDate",))
    end = dates.normalize(call.body["endDate"])
    if end <= maintenance["time"]["startDate"]:
        raise semantic({"endDate": "should be after the start date"})
    maintenance["time"] = {"type": "schedule", "startDate": maintenance["time"]["startDate"], "endDate": end}
    return data(_meta(call, maintenance), result="Updated")


def _maintenance(call: Call) -> Doc:
    maintenance = call.account.maintenances.get(call.values["maintenance"])
    if maintenance is None:
        raise Refusal(404, f"Maintenance with id [{call.values['maintenance']}] does not exist")
    return maintenance


def _require_unfinished(call: Call) -> Doc:
    """The maintenance at `{maintenance}`; refused if it is past, which is final."""
    maintenance = _maintenance(call)
    if _status(maintenance["time"], dates.seconds(call.world.clock.utc())) == "past":
        raise Refusal(422, "Cannot update an expired maintenance")
    return maintenance


def _content(call: Call) -> Doc:
    """The content of a validated body, with the dates of its type of time."""
    body = call.body
    validate(body, _FIELDS, mandatory=("time", "rules"))
    rules = [_rule(call, each) for each in body["rules"]]
    return {
        "description": body.get("description") or "",
        "time": span(body["time"], call.world.clock.utc()),
        "rules": rules,
    }


def span(body: Doc, now: datetime) -> Doc:
    """The validated time of a maintenance, which starts *now* unless it has a start."""
    kind = body["type"]
    if kind == "schedule":
        if missing := [name for name in ("startDate", "endDate") if not body.get(name)]:
            raise semantic({f"time#{name}": "should not be empty" for name in missing})
        start, end = dates.normalize(body["startDate"]), dates.normalize(body["endDate"])
        if end <= start:
            raise semantic({"time#endDate": "should be after the start date"})
        return {"type": kind, "startDate": start, "endDate": end}
    time: Doc = {"type": kind, "startDate": dates.seconds(now)}
    if kind in _LENGTHS:
        time["endDate"] = dates.seconds(now + _LENGTHS[kind])
    return time


def _rule(call: Call, body: Doc) -> Doc:
    """A rule for an existing entity; an integration can only be disabled, for a policy the state is in the request."""
    state: Any = body.get("state")
    entity: Doc = {"id": body["entity"]["id"], "type": body["entity"]["type"]}
    if entity["type"] == "integration":
        exists = entity["id"] in call.account.integrations
        if state == "enabled":
            raise semantic({"rules#state": "cannot be enabled for an integration"})
    else:
        exists = any(each["id"] == entity["id"] for every in call.account.policies.values() for each in every)
        if state is None:
            raise semantic({"rules#state": "should not be empty"})
    if not exists:
        raise semantic({"rules#entity#id": f"{entity['type']} does not exist"})
    return {"state": state or "disabled", "entity": entity}


def _meta(call: Call, maintenance: Doc) -> Doc:
    return {
        "id": maintenance["id"],
        "status": maintenance.get("status") or _status(maintenance["time"], dates.seconds(call.world.clock.utc())),
        "description": maintenance["description"],
        "time": maintenance["time"],
    }


def _status(time: Doc, now: str) -> str:
    if now < time["startDate"]:
        return "planned"
    return "past" if "endDate" in time and time["endDate"] <= now else "active"
