"""Incident API: all writes are accepted first and processed later."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import itemgetter

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import queries
from opsgenie_async.sandbox.behaviour.incidents import associated_alerts, notify_responders, write_log, write_note
from opsgenie_async.sandbox.checks.shapes import typed_pointer
from opsgenie_async.sandbox.checks.validate import Check, details, flag, items, one_of, record, text, validate
from opsgenie_async.sandbox.http.acceptance import process_later
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import INCIDENT
from opsgenie_async.sandbox.http.paging import page_by_offset, page_by_token
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes(domain=INCIDENT)

_FIELDS: dict[str, Check] = {
    "message": text(130),
    "description": text(15_000),
    "responders": items(typed_pointer("user", "team")),
    "tags": items(text(50), most=20),
    "details": details,
    "priority": one_of("P1", "P2", "P3", "P4", "P5"),
    "note": text(25_000),
    "serviceId": text(),
    "impactedServices": items(text()),
    "statusPageEntry": record({}),
    "notifyStakeholders": flag,
    "responder": items(typed_pointer("user", "team"), least=1),
    "keys": items(text(), least=1),
}
_SORTS = {
    "insertedAt": "createdAt",
    **{word: word for word in ("createdAt", "updatedAt", "message", "status", "isSeen", "owner", "priority", "tinyId")},
}
"""What the page and the older documents sort by, but for the postmortem's fields, which incidents here do not have."""
_ONLY_IN_GET = ("isSeen", "source", "owner", "requestId")


@routes.on("POST", "/v1/incidents/create")
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("message",))

    def effect() -> Doc:
        incident = _new_incident(call, body)
        write_log(call, incident, "Incident created via API")
        if body.get("note"):
            write_note(call, incident, body["note"])
        return _status("Create", "Incident created successfully", incident)

    return process_later(call, INCIDENT, effect)


@routes.on("GET", "/v1/incidents/requests/{request}")
def get_request_status(call: Call) -> Response:
    return data(call.world.processing.status(INCIDENT, call.values["request"]))


@routes.on("GET", "/v1/incidents/{incident}")
def get(call: Call) -> Response:
    return data(_document(call, _require(call)))


@routes.on("GET", "/v1/incidents")
def list_all(call: Call) -> Response:
    call.world.processing.catch_up()
    order, sort = call.query.get("order", "desc").lower(), call.query.get("sort", "insertedAt")
    validate({"order": order, "sort": sort}, {"order": one_of("asc", "desc"), "sort": one_of(*_SORTS)})
    incidents = call.account.incidents
    matches = queries.select(call, incidents, call.query.get("query", ""))
    field = _SORTS[sort]
    results = incidents.results(matches, partial(queries.place_by, field), field, reverse=order == "desc")
    words = {"limit": "", "sort": sort, "offset": "", "order": order}
    return page_by_offset(call, results, words=words, render=lambda each: _summary(call, each), totalCount=len(results))


def _summary(call: Call, incident: Doc) -> Doc:
    return _document(call, {key: incident[key] for key in incident if key not in _ONLY_IN_GET})


@routes.on("DELETE", "/v1/incidents/{incident}")
def delete(call: Call) -> Response:
    def work(incident: Doc) -> None:
        account = call.account
        for table in (
            account.incident_logs,
            account.incident_notes,
            account.responder_alerts,
            account.timeline_entries,
        ):
            table.pop(incident["id"], None)
        del account.incidents[incident["id"]]

    return _action(call, "Delete", "Deleted incident", work)


@routes.on("POST", "/v1/incidents/{incident}/close")
def close(call: Call) -> Response:
    return _action(call, "Close", "Closed incident", lambda incident: _end(call, incident, "closed"))


@routes.on("POST", "/v1/incidents/{incident}/resolve")
def resolve(call: Call) -> Response:
    return _action(call, "Resolve", "Resolved incident", lambda incident: _end(call, incident, "resolved"))


@routes.on("POST", "/v1/incidents/{incident}/reopen")
def reopen(call: Call) -> Response:
    def work(incident: Doc) -> None:
        incident["status"] = "open"
        incident.pop("impactEndDate", None)

    return _action(call, "Reopen", "Reopened incident", work)


def _end(call: Call, incident: Doc, status: str) -> None:
    incident["status"] = status
    incident.setdefault("impactEndDate", dates.trim(call.world.clock.utc()))


@routes.on("POST", "/v1/incidents/{incident}/notes")
def add_note(call: Call) -> Response:
    return _action(call, "AddNote", "Added note", lambda incident: None, mandatory="note")


@routes.on("POST", "/v1/incidents/{incident}/responders")
def add_responder(call: Call) -> Response:
    """Add responders: the field is a list in the Go SDK and an object on the page; both are accepted."""
    pointer = call.body.get("responder")
    body = {**call.body, "responder": [pointer] if isinstance(pointer, dict) else pointer}

    def work(incident: Doc) -> None:
        present = {each["id"] for each in incident["responders"]}
        new = [each for each in _responders(call, body["responder"]) if each["id"] not in present]
        incident["responders"] += new
        notify_responders(call, incident, new)

    return _action(call, "AddResponder", "Added responder", work, body, mandatory="responder")


@routes.on("POST", "/v1/incidents/{incident}/tags")
def add_tags(call: Call) -> Response:
    def work(incident: Doc) -> None:
        incident["tags"] += [tag for tag in dict.fromkeys(call.body["tags"]) if tag not in incident["tags"]]

    return _action(call, "AddTags", "Added tags", work, mandatory="tags")


@routes.on("DELETE", "/v1/incidents/{incident}/tags")
def remove_tags(call: Call) -> Response:
    body = _parameter(call, "tags")

    def work(incident: Doc) -> None:
        incident["tags"] = [tag for tag in incident["tags"] if tag not in body["tags"]]

    return _action(call, "RemoveTags", "Removed tags", work, body, mandatory="tags")


@routes.on("POST", "/v1/incidents/{incident}/details")
def add_details(call: Call) -> Response:
    def work(incident: Doc) -> None:
        incident["extraProperties"] |= call.body["details"]

    return _action(call, "AddDetails", "Added details", work, mandatory="details")


@routes.on("DELETE", "/v1/incidents/{incident}/details")
def remove_details(call: Call) -> Response:
    body = _parameter(call, "keys")

    def work(incident: Doc) -> None:
        for key in body["keys"]:
            incident["extraProperties"].pop(key, None)

    return _action(call, "RemoveDetails", "Removed details", work, body, mandatory="keys")


def _update(call: Call, field: str) -> Response:
    """Replace one field of the incident with the field of the same name in the body."""
    return _action(
        call,
        f"Update{field.capitalize()}",
        f"Updated {field}",
        lambda incident: incident.update({field: call.body[field]}),
        mandatory=field,
    )


@routes.on("PUT", "/v1/incidents/{incident}/priority")
@routes.on("POST", "/v1/incidents/{incident}/priority")
def update_priority(call: Call) -> Response:
    """PUT in the Go SDK, POST on the page."""
    return _update(call, "priority")


@routes.on("POST", "/v1/incidents/{incident}/message")
def update_message(call: Call) -> Response:
    return _update(call, "message")


@routes.on("POST", "/v1/incidents/{incident}/description")
def update_description(call: Call) -> Response:
    return _update(call, "description")


@routes.on("GET", "/v1/incidents/{incident}/logs")
def list_logs(call: Call) -> Response:
    return page_by_token(call, call.account.incident_logs.get(_require(call)["id"], []))


@routes.on("GET", "/v1/incidents/{incident}/notes")
def list_notes(call: Call) -> Response:
    return page_by_token(call, call.account.incident_notes.get(_require(call)["id"], []))


@routes.on("GET", "/v1/incidents/{incident}/responder-alert-ids")
def list_responder_alerts(call: Call) -> Response:
    return _ids(call, call.account.responder_alerts.get(_require(call)["id"], []))


@routes.on("GET", "/v1/incidents/{incident}/associated-alert-ids")
def list_associated_alerts(call: Call) -> Response:
    return _ids(call, associated_alerts(call.account, _require(call)))


def _ids(call: Call, ids: list[str]) -> Response:
    """A page of ids, which have no token: their position is the token."""
    places = [{"offset": place, "id": id} for place, id in enumerate(ids, 1)]
    return page_by_token(call, places, most=25, render=itemgetter("id"))


def _document(call: Call, incident: Doc) -> Doc:
    """An incident in the form of responses: with its links on this server."""
    id, url = incident["id"], call.world.url
    return {**incident, "links": {"web": f"{url}/incident/detail/{id}", "api": f"{url}/v1/incidents/{id}"}}


def _parameter(call: Call, parameter: str) -> Doc:
    """A comma-separated parameter of the query in the form of a body, with the note."""
    words = [word for word in call.query.get(parameter, "").split(",") if word]
    return {parameter: words or None, "note": call.query.get("note")}


def _action(
    call: Call,
    action: str,
    done: str,
    work: Callable[[Doc], None],
    body: Doc | None = None,
    *,
    mandatory: str | None = None,
) -> Response:
    """Accept now, run *work* later: only the request status shows that an incident is missing."""
    fields = call.body if body is None else body
    checks = {name: _FIELDS[name] for name in ("note", mandatory) if name is not None}
    validate(fields, checks, mandatory=(mandatory,) if mandatory else ())
    call.kind(kinds=("id", "tiny"))

    def effect() -> Doc:
        incident = _incident(call)
        if incident is None:
            return _status(action, "Incident does not exist", None)
        work(incident)
        if incident["id"] in call.account.incidents:
            incident["updatedAt"] = dates.trim(call.world.clock.utc())
            write_log(call, incident, f"{done} via API")
            if fields.get("note"):
                write_note(call, incident, fields["note"])
        return _status(action, done, incident)

    return process_later(call, INCIDENT, effect)


def _require(call: Call) -> Doc:
    call.world.processing.catch_up()
    incident = _incident(call)
    if incident is None:
        raise Refusal(404, f"Incident [{call.values['incident']}] does not exist")
    return incident


def _incident(call: Call) -> Doc | None:
    identifier, kind = call.values["incident"], call.kind(kinds=("id", "tiny"))
    if kind == "id":
        return call.account.incidents.get(identifier)
    return call.account.incidents.lookup(f"tiny {identifier}")


def _new_incident(call: Call, body: Doc) -> Doc:
    incidents = call.account.incidents
    now = dates.trim(call.world.clock.utc())
    id = call.world.ids.new()
    incident: Doc = {
        "id": id,
        "tinyId": str(call.account.next_tiny_id(incidents)),
        "message": body["message"],
        "description": body.get("description") or "",
        "status": "open",
        "isSeen": False,
        "tags": [*dict.fromkeys(body.get("tags") or [])],
        "createdAt": now,
        "updatedAt": now,
        "source": "API",
        "owner": "",
        "ownerTeam": call.key.team or "",
        "priority": body.get("priority") or "P3",
        "responders": _responders(call, body.get("responders") or []),
        "impactedServices": body.get("impactedServices") or ([body["serviceId"]] if body.get("serviceId") else []),
        "impactStartDate": now,
        "actions": [],
        "extraProperties": body.get("details") or {},
        "requestId": call.request_id,
    }
    incidents[id] = incident
    notify_responders(call, incidents[id], incident["responders"])
    return incidents[id]


def _responders(call: Call, pointers: list[Doc]) -> list[Doc]:
    candidates = ((each["type"], lookup.target(call.account, each["type"], each)) for each in pointers)
    return [{"type": kind, "id": entity["id"]} for kind, entity in candidates if entity is not None]


def _status(action: str, text: str, incident: Doc | None) -> Doc:
    exists = incident is not None
    return {"action": action, "isSuccess": exists, "status": text, "incidentId": incident["id"] if incident else ""}
