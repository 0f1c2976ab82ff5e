"""Alert API: create, follow the request, get, list, acknowledge, close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from opsgenie_async.sandbox import dates, lookup
from opsgenie_async.sandbox.answers import Answer, Refusal, accepted, data
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.paging import paged
from opsgenie_async.sandbox.router import ALERT, SEARCH, Routes
from opsgenie_async.sandbox.shapes import typed
from opsgenie_async.sandbox.state import Doc
from opsgenie_async.sandbox.validate import Check, items, one_of, record, text, validate

__all__ = ["routes"]

routes = Routes(domain=ALERT)


def _details(value: Any, name: str) -> Iterator[tuple[str, str]]:
    yield from record({})(value, name)
    if isinstance(value, dict) and sum(len(str(part)) for pair in value.items() for part in pair) > 8000:
        yield name, "should not be longer than 8000 characters in total"


_ACTION: dict[str, Check] = {"user": text(100), "note": text(25_000), "source": text(100)}
_FIELDS: dict[str, Check] = {
    "message": text(130),
    "alias": text(512),
    "description": text(15_000),
    "responders": items(typed("user", "team", "escalation", "schedule"), most=50),
    "visibleTo": items(typed("user", "team"), most=50),
    "actions": items(text(50), most=10),
    "tags": items(text(50), most=20),
    "details": _details,
    "entity": text(512),
    "priority": one_of("P1", "P2", "P3", "P4", "P5"),
    **_ACTION,
}
_ONLY_IN_GET = ("actions", "entity", "description", "details")
_SORTS = (
    *("createdAt", "updatedAt", "tinyId", "alias", "message", "status", "acknowledged", "isSeen", "snoozed", "count"),
    *("lastOccurredAt", "source", "owner", "priority"),
)


@routes.on("POST", "/v2/alerts")
def create(call: Call) -> Answer:
    validate(call.body, _FIELDS, mandatory=("message",))
    call.world.processing.submit(ALERT, call.request_id, lambda: _created(call))
    return accepted()


@routes.on("GET", "/v2/alerts/requests/{request}")
def get_request_status(call: Call) -> Answer:
    return data(call.world.processing.status(ALERT, call.values["request"]))


@routes.on("GET", "/v2/alerts", domain=SEARCH)
def list_all(call: Call) -> Answer:
    call.world.processing.catch_up()
    order, sort = call.query.get("order", "desc").lower(), call.query.get("sort", "createdAt")
    validate({"order": order, "sort": sort}, {"order": one_of("asc", "desc"), "sort": one_of(*_SORTS)})
    matches = _query(call.query.get("query", ""))
    found = [each for each in call.account.alerts.values() if _visible(call, each) and matches(each)]
    found.sort(key=itemgetter(sort), reverse=order == "desc")
    return paged(call, [{key: each[key] for key in each if key not in _ONLY_IN_GET} for each in found])


@routes.on("GET", "/v2/alerts/{alert}")
def get(call: Call) -> Answer:
    call.world.processing.catch_up()
    alert = _alert(call)
    if alert is None:
        raise Refusal(404, f"Alert [{call.values['alert']}] does not exist")
    if not _visible(call, alert):
        raise Refusal(403, "You are not authorized to access this alert", code=40301)
    return data(alert)


@routes.on("POST", "/v2/alerts/{alert}/acknowledge")
def acknowledge(call: Call) -> Answer:
    def work(alert: Doc) -> str:
        alert["acknowledged"] = True
        alert["report"]["acknowledgedBy"] = call.body.get("user") or "Opsgenie API"
        return "Alert acknowledged"

    return _action(call, "Acknowledge", work)


@routes.on("POST", "/v2/alerts/{alert}/close")
def close(call: Call) -> Answer:
    def work(alert: Doc) -> str:
        alert["status"] = "closed"
        alert["report"]["closedBy"] = call.body.get("user") or "Opsgenie API"
        return "Alert closed"

    return _action(call, "Close", work)


def _action(call: Call, action: str, work: Callable[[Doc], str]) -> Answer:
    """Accept now, do *work* later: acting on a missing alert is found out only by the request's status."""
    validate(call.body, _ACTION)
    call.kind(kinds=("id", "alias", "tiny"))

    def effect() -> Doc:
        alert = _alert(call)
        if alert is None or not _visible(call, alert):
            return _status(action, "Alert does not exist", None)
        alert["updatedAt"] = dates.milliseconds(call.world.clock.utc())
        return _status(action, work(alert), alert)

    call.world.processing.submit(ALERT, call.request_id, effect)
    return accepted()


def _created(call: Call) -> Doc:
    """A new alert, or one more occurrence of the open one with the same alias."""
    body, alerts = call.body, call.account.alerts
    now = dates.milliseconds(call.world.clock.utc())
    alias = body.get("alias")
    for alert in alerts.values():
        if alias and alert["alias"] == alias and alert["status"] == "open":
            alert["count"] += 1
            alert["lastOccurredAt"] = now
            return _status("Create", "Created alert", alert)
    id = call.world.ids.new()
    alert = {
        "id": id,
        "tinyId": str(len(alerts) + 1),
        "alias": alias or id,
        "message": body["message"],
        "status": "open",
        "acknowledged": False,
        "isSeen": False,
        "tags": body.get("tags") or [],
        "snoozed": False,
        "count": 1,
        "lastOccurredAt": now,
        "createdAt": now,
        "updatedAt": now,
        "source": body.get("source") or "",
        "owner": "",
        "priority": body.get("priority") or "P3",
        "responders": _responders(call, body.get("responders") or []),
        "integration": {"id": call.world.processing.integration_id, "name": "API", "type": "API"},
        "report": {},
        "actions": body.get("actions") or [],
        "entity": body.get("entity") or "",
        "description": body.get("description") or "",
        "details": body.get("details") or {},
    }
    alerts[id] = alert
    return _status("Create", "Created alert", alert)


def _responders(call: Call, given: list[Doc]) -> list[Doc]:
    """Type and id only, as reads promise no more; who does not exist is left out. A team's key adds its team."""
    found = ((each["type"], lookup.target(call.account, each["type"], each)) for each in given)
    responders = [{"type": kind, "id": entity["id"]} for kind, entity in found if entity is not None]
    if call.key.team is not None and not any(each["id"] == call.key.team for each in responders):
        responders.append({"type": "team", "id": call.key.team})
    return responders


def _visible(call: Call, alert: Doc) -> bool:
    return call.key.team is None or any(each["id"] == call.key.team for each in alert["responders"])


def _alert(call: Call) -> Doc | None:
    """The alert at `{alert}`; an alias finds open alerts only."""
    identifier, kind = call.values["alert"], call.kind(kinds=("id", "alias", "tiny"))
    if kind == "id":
        return call.account.alerts.get(identifier)
    for alert in call.account.alerts.values():
        if kind == "tiny" and alert["tinyId"] == identifier:
            return alert
        if kind == "alias" and alert["alias"] == identifier and alert["status"] == "open":
            return alert
    return None


def _query(text: str) -> Callable[[Doc], bool]:
    """`field: value` or `field=value`, several joined by AND; anything else is looked for in the message."""
    conditions = []
    for part in text.split(" AND "):
        field, separator, value = part.replace("=", ":", 1).partition(":")
        conditions.append(
            (field.strip(), value.strip().casefold()) if separator else ("message", part.strip().casefold())
        )

    def matches(alert: Doc) -> bool:
        for field, value in conditions:
            have = alert["tags"] if field in ("tag", "tags") else alert.get(field, "")
            if isinstance(have, list):
                if value not in (each.casefold() for each in have):
                    return False
            elif (value not in str(have).casefold()) if field == "message" else (value != str(have).casefold()):
                return False
        return True

    return matches


def _status(action: str, text: str, alert: Doc | None) -> Doc:
    found = {"alertId": "", "alias": ""} if alert is None else {"alertId": alert["id"], "alias": alert["alias"]}
    return {"action": action, "isSuccess": alert is not None, "status": text, **found}
