"""Alert API: saved searches, which lists and counts of alerts can use."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.references import refuse_duplicate_name
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import queries
from opsgenie_async.sandbox.checks.validate import Check, items, pointer, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import ALERT
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes(domain=ALERT)

_FIELDS: dict[str, Check] = {
    "name": text(100),
    "description": text(15_000),
    "query": text(queries.LONGEST),
    "owner": pointer("id", "username"),
    "teams": items(pointer("id", "name"), most=20),
}
_MANDATORY = ("name", "query", "owner")


@routes.on("GET", "/v2/alerts/saved-searches")
def list_all(call: Call) -> Response:
    return data([_summary(each) for each in call.account.saved_searches.values()])


@routes.on("POST", "/v2/alerts/saved-searches")
def create(call: Call) -> Response:
    now = dates.milliseconds(call.world.clock.utc())
    search = {"id": call.world.ids.new(), **_content(call), "createdAt": now, "updatedAt": now}
    call.account.saved_searches[search["id"]] = search
    return created_response(_summary(search))


@routes.on("GET", "/v2/alerts/saved-searches/{search}")
def get(call: Call) -> Response:
    return data(_search(call))


@routes.on("PATCH", "/v2/alerts/saved-searches/{search}")
def update(call: Call) -> Response:
    search = _search(call)
    document = _content(call, but=search["id"])
    search |= {name: document[name] for name in document if name in _MANDATORY or name in call.body}
    search["updatedAt"] = dates.milliseconds(call.world.clock.utc())
    return data(search, result="Updated")


@routes.on("DELETE", "/v2/alerts/saved-searches/{search}")
def delete(call: Call) -> Response:
    del call.account.saved_searches[_search(call)["id"]]
    return result("Deleted")


def _search(call: Call) -> Doc:
    identifier, kind = call.values["search"], call.kind()
    search = lookup.find(call.account.saved_searches, identifier, kind)
    if search is None:
        raise Refusal(404, f"Saved search with {kind} [{identifier}] does not exist")
    return search


def _content(call: Call, *, but: str = "") -> Doc:
    """The validated content of the body; owner and teams by id, as in responses."""
    body = call.body
    validate(body, _FIELDS, mandatory=_MANDATORY)
    queries.check(call, body["query"])
    refuse_duplicate_name(call.account.saved_searches.values(), "saved search", body["name"], but=but)
    owner = lookup.target(call.account, "user", body["owner"])
    if owner is None:
        raise semantic({"owner": "user does not exist"})
    teams = [lookup.target(call.account, "team", each) for each in body.get("teams") or []]
    if None in teams:
        raise semantic({"teams": "team does not exist"})
    return {
        "name": body["name"],
        "description": body.get("description") or "",
        "query": body["query"],
        "owner": {"id": owner["id"]},
        "teams": [{"id": team["id"]} for team in teams if team is not None],
    }


def _summary(search: Doc) -> Doc:
    return {"id": search["id"], "name": search["name"]}
