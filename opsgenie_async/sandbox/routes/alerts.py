"""Alert API: create, get, list, count and delete alerts; the request status."""

from __future__ import annotations

from functools import partial

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.behaviour import queries
from opsgenie_async.sandbox.behaviour.alerts import KINDS, NOBODY
from opsgenie_async.sandbox.checks.shapes import typed_pointer
from opsgenie_async.sandbox.checks.validate import Check, details, items, one_of, pointer, text, validate
from opsgenie_async.sandbox.http.acceptance import process_later
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import ALERT, SEARCH
from opsgenie_async.sandbox.http.paging import page_by_offset
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["ACTION", "MOST_TAGS", "PRIORITY", "TAGS", "routes"]

routes = Routes(domain=ALERT)

MOST_TAGS = 20


ACTION: dict[str, Check] = {"user": text(100), "note": text(25_000), "source": text(100)}
PRIORITY = one_of("P1", "P2", "P3", "P4", "P5")
TAGS = items(text(50), most=MOST_TAGS)
_FIELDS: dict[str, Check] = {
    "message": text(130),
    "alias": text(512),
    "description": text(15_000),
    "responders": items(typed_pointer("user", "team", "escalation", "schedule"), most=50),
    "teams": items(pointer("id", "name"), most=50),
    "visibleTo": items(typed_pointer("user", "team"), most=50),
    "actions": items(text(50), most=10),
    "tags": TAGS,
    "details": details,
    "entity": text(512),
    "priority": PRIORITY,
    **ACTION,
}
_ONLY_IN_GET = ("actions", "entity", "description", "details")
_SORTS = (
    *("createdAt", "updatedAt", "tinyId", "alias", "message", "status", "acknowledged", "isSeen", "snoozed"),
    *("snoozedUntil", "count", "lastOccurredAt", "source", "owner", "integration.name", "integration.type"),
    *("report.ackTime", "report.closeTime", "report.acknowledgedBy", "report.closedBy"),
    "lastOccuredAt",  # as the Go SDK spells it
)


@routes.on("POST", "/v2/alerts")
def create(call: Call) -> Response:
    validate(call.body, _FIELDS, mandatory=("message",))
    return process_later(call, ALERT, lambda: _create(call))


@routes.on("GET", "/v2/alerts/requests/{request}")
def get_request_status(call: Call) -> Response:
    return data(call.world.processing.status(ALERT, call.values["request"]))


@routes.on("GET", "/v2/alerts", domain=SEARCH)
def list_all(call: Call) -> Response:
    matches = _search(call)
    order, sort = call.query.get("order", "desc").lower(), call.query.get("sort", "createdAt")
    validate({"order": order, "sort": sort}, {"order": one_of("asc", "desc"), "sort": one_of(*_SORTS)})
    words = {"limit": "", "sort": sort, "offset": "", "order": order}
    sort = sort.replace("OccuredAt", "OccurredAt")
    results = call.account.alerts.results(matches, partial(queries.place_by, sort), sort, reverse=order == "desc")
    # In the sequence in which recorded links have the words; `paged` fills in the two numbers.
    return page_by_offset(call, results, words=words, render=_summary)


def _summary(alert: Doc) -> Doc:
    return {key: each for key, each in alert_records.render(alert).items() if key not in _ONLY_IN_GET}


@routes.on("GET", "/v2/alerts/count")
def count(call: Call) -> Response:
    return data({"count": _search(call).bit_count()})


@routes.on("GET", "/v2/alerts/{alert}")
def get(call: Call) -> Response:
    return data(alert_records.render(alert_records.require(call)))


@routes.on("DELETE", "/v2/alerts/{alert}")
def delete(call: Call) -> Response:
    validate({**call.query}, {"user": text(100), "source": text(100)})
    call.kind(kinds=KINDS)

    def effect() -> Doc:
        alert = alert_records.find(call)
        if alert is None or not alert_records.visible(call, alert):
            return alert_records.request_status("Delete", "Alert does not exist", None)
        user = call.query.get("user") or NOBODY
        alert_records.log(call, alert, "Alert deleted", owner=user)
        call.world.webhooks.announce("Delete", alert, user, {**call.query})
        alert_records.remove(call.account, alert)
        return alert_records.request_status("Delete", "Deleted alert", alert)

    return process_later(call, ALERT, effect)


def _search(call: Call) -> int:
    """The alerts that the key may see and that match the query and the saved search, if given."""
    call.world.processing.catch_up()
    alerts, queries_to_pass = call.account.alerts, [call.query.get("query", "")]
    if identifier := call.query.get("searchIdentifier"):
        saved_search = lookup.find(call.account.saved_searches, identifier, call.kind("searchIdentifierType"))
        if saved_search is None:
            raise Refusal(404, f"Saved search [{identifier}] does not exist")
        queries_to_pass.append(saved_search["query"])
    alert_records.end_snoozes(call)
    return queries.select(call, alerts, *queries_to_pass) & alert_records.all_visible(call)


def _create(call: Call) -> Doc:
    """Create an alert, or count one more occurrence of the open one with the same alias."""
    body, account = call.body, call.account
    now = alert_records.now(call)
    alias = body.get("alias")
    user = body.get("user") or NOBODY
    if alias and (alert := account.alerts.lookup(f"alias {alias}")) is not None:
        alert["count"] += 1
        alert["lastOccurredAt"] = now
        alert_records.log(call, alert, f"Alert occurred again, {alert['count']} times now", owner=user)
        return alert_records.request_status("Create", "Created alert", alert)
    alert = alert_records.create(call, body)
    alert_records.log(call, alert, "Alert created", owner=user)
    for each in _responders(call):
        alert_records.add_responder(call, alert, each)
    viewers = (alert_records.responder(call, each["type"], each) for each in body.get("visibleTo") or [])
    if viewer_ids := [each["id"] for each in viewers if each is not None]:
        account.alert_viewers[alert["id"]] = viewer_ids
    if body.get("note"):
        alert_records.note(call, alert, body["note"], user)
    call.world.webhooks.announce("Create", alert, user, body)
    return alert_records.request_status("Create", "Created alert", alert)


def _responders(call: Call) -> list[Doc]:
    """The responders by type and id, without unknown ones; a team's key adds its team."""
    pointers = [
        *(call.body.get("responders") or []),
        *({"type": "team", **each} for each in call.body.get("teams") or []),
    ]
    candidates = (alert_records.responder(call, each["type"], each) for each in pointers)
    responders = [each for each in candidates if each is not None]
    if call.key.team is not None:
        responders.append({"type": "team", "id": call.key.team})
    return responders
