"""Incident Timeline API: timeline entries, added by users or the system."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, moment, one_of, record, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.paging import page_limit, whole_number
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_ENTRIES = "/v2/incident-timelines/{incident}/entries"
_ENTRY = _ENTRIES + "/{entry}"
_FIELDS: dict[str, Check] = {
    "description": record({"type": one_of("plain_text"), "content": text()}, mandatory=("content",)),
    "time": moment,
}
_ACTOR = {"name": "API", "type": "api"}


@routes.on("POST", _ENTRIES)
def add_entry(call: Call) -> Response:
    entries = call.account.timeline_entries.setdefault(_incident(call), [])
    entry = {
        "id": call.world.ids.new(),
        "group": "custom",
        "type": "CustomUserEntry",
        "hidden": False,
        "actor": _ACTOR,
        **_content(call, dates.seconds(call.world.clock.utc())),
    }
    entries.append(entry)
    return created_response(entry)


@routes.on("GET", _ENTRIES)
def list_entries(call: Call) -> Response:
    """List by the time of the event; with `nextOffset` while more entries follow."""
    order, group = call.query.get("order", "desc").lower(), call.query.get("group")
    validate({"order": order}, {"order": one_of("asc", "desc")})
    limit, offset = page_limit(call, 20, 20), whole_number(call, "offset", 0, least=0)
    entries = [
        entry
        for entry in call.account.timeline_entries.get(_incident(call), [])
        if not (entry["hidden"] and call.flag("discardHidden")) and (not group or entry["group"] in group.split(","))
    ]
    entries.sort(key=lambda entry: str(entry["eventTime"]), reverse=order == "desc")
    page: Doc = {"entries": entries[offset : offset + limit]}
    if offset + limit < len(entries):
        page["nextOffset"] = str(offset + limit)
    return data(page)


@routes.on("GET", _ENTRY)
def get_entry(call: Call) -> Response:
    return data(_entry(call))


@routes.on("PUT", _ENTRY)
def update_entry(call: Call) -> Response:
    entry = _entry(call)
    entry.update(_content(call, entry["eventTime"]))
    entry["lastEdit"] = {"editTime": dates.seconds(call.world.clock.utc()), "actor": _ACTOR}
    return data(entry, result="Updated")


@routes.on("DELETE", _ENTRY)
def delete_entry(call: Call) -> Response:
    call.account.timeline_entries[_incident(call)].remove(_entry(call))
    return result("Deleted")


@routes.on("PATCH", _ENTRY + "/hide")
def hide_entry(call: Call) -> Response:
    entry = _entry(call)
    entry["hidden"] = True
    return data(entry)


@routes.on("PATCH", _ENTRY + "/unhide")
def unhide_entry(call: Call) -> Response:
    entry = _entry(call)
    entry["hidden"] = False
    return data(entry)


def _incident(call: Call) -> str:
    call.world.processing.catch_up()
    id = call.values["incident"]
    if id not in call.account.incidents:
        raise Refusal(404, f"Incident [{id}] does not exist")
    return id


def _entry(call: Call) -> Doc:
    """The entry at `{entry}`, which may be changed."""
    for entry in call.account.timeline_entries.setdefault(_incident(call), []):
        if entry["id"] == call.values["entry"]:
            return entry
    raise Refusal(404, f"Timeline entry [{call.values['entry']}] does not exist")


def _content(call: Call, usual_time: str) -> Doc:
    if isinstance(call.body.get("description"), str):
        raise semantic({"description": "should be an object"})
    validate(call.body, _FIELDS, mandatory=("description",))
    text = {"type": "plain_text", "content": call.body["description"]["content"]}
    return {
        # The title is what recorded entries have, the description what the page says of those that people add.
        "title": text,
        "description": {**text},
        "eventTime": dates.normalize(call.body["time"]) if call.body.get("time") else usual_time,
    }
