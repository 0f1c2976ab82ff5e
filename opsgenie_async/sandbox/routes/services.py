"""Service API."""

from __future__ import annotations

from opsgenie_async.sandbox.account.records.fields import SERVICE
from opsgenie_async.sandbox.account.records.predicates import passes
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import queries
from opsgenie_async.sandbox.behaviour.removal import remove_service
from opsgenie_async.sandbox.checks.validate import Check, items, one_of, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.links import check_links, service_links
from opsgenie_async.sandbox.http.paging import page_by_offset
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes", "service_of"]

routes = Routes()

_FIELDS: dict[str, Check] = {
    "name": text(100),
    "teamId": text(512),
    "description": text(10_000),
    "visibility": one_of("TEAM_MEMBERS", "OPSGENIE_USERS"),
    "tags": items(text(50), most=20),
}
_LISTING: dict[str, Check] = {"order": one_of("asc", "desc"), "sort": one_of("name")}


@routes.on("POST", "/v1/services")
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("name", "teamId"))
    check_links(call)
    team = call.account.teams.get(body["teamId"])
    if team is None:
        raise semantic({"teamId": "team does not exist"})
    call.require(team)
    service: Doc = {
        "id": call.world.ids.new(),
        "name": body["name"],
        "description": body.get("description") or "",
        "teamId": team["id"],
        "tags": body.get("tags") or [],
    }
    if body.get("visibility"):
        service["visibility"] = body["visibility"]
    call.account.services[service["id"]] = service
    return created_response(_summary(service))


@routes.on("GET", "/v1/services")
def list_all(call: Call) -> Response:
    """List the newest first, or by name."""
    order, sort = call.query.get("order", "desc").lower(), call.query.get("sort")
    validate({"order": order, "sort": sort}, _LISTING)
    predicate = queries.compile_query(call, call.query.get("query", ""), SERVICE, text=("name", "description"))
    services = [each for each in call.account.services.values() if _visible(call, each) and passes(predicate, each)]
    if sort:
        services.sort(key=lambda each: each[sort].casefold())
    words = {"limit": "", **({"sort": sort} if sort else {}), "offset": "", "order": order}
    return page_by_offset(
        call, [_document(call, each) for each in (services[::-1] if order == "desc" else services)], words=words
    )


@routes.on("GET", "/v1/services/{service}")
def get(call: Call) -> Response:
    return data(_document(call, service_of(call)))


@routes.on("PATCH", "/v1/services/{service}")
def update(call: Call) -> Response:
    service = service_of(call)
    validate(call.body, _FIELDS)
    check_links(call)
    if "name" in call.body and not call.body["name"]:
        raise semantic({"name": "should not be empty"})
    service.update({key: call.body[key] for key in _FIELDS if call.body.get(key) is not None and key != "teamId"})
    service.update({key: empty for key, empty in (("description", ""), ("tags", [])) if _is_cleared(call, key)})
    if _is_cleared(call, "visibility"):
        service.pop("visibility", None)
    return data(_summary(service), result="Updated")


@routes.on("DELETE", "/v1/services/{service}")
def delete(call: Call) -> Response:
    remove_service(call.account, service_of(call)["id"])
    return result("Deleted")


def service_of(call: Call) -> Doc:
    """The service at `{service}`: 404 if it does not exist, 40301 if another team or no team owns it."""
    service = call.account.services.get(call.values["service"])
    if service is None:
        raise Refusal(404, f"Service with id [{call.values['service']}] does not exist")
    call.require({"id": service["teamId"]})
    return service


def _is_cleared(call: Call, name: str) -> bool:
    return name in call.body and call.body[name] is None


def _visible(call: Call, service: Doc) -> bool:
    return call.sees({"id": service["teamId"]})


def _document(call: Call, service: Doc) -> Doc:
    return {**service, "isExternal": False, "links": service_links(call, service)}


def _summary(service: Doc) -> Doc:
    return {"id": service["id"], "name": service["name"]}
