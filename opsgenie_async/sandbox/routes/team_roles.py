"""Team Role API."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.references import refuse_duplicate_name
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, flag, items, record, semantic, text, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_FIELDS: dict[str, Check] = {
    "name": text(100),
    "rights": items(record({"right": text(), "granted": flag}, mandatory=("right",))),
}


@routes.on("POST", "/v2/teams/{team}/roles")
def create(call: Call) -> Response:
    team = path_entities.team(call, "teamIdentifierType")
    validate(call.body, _FIELDS, mandatory=("name", "rights"))
    roles = call.account.team_roles.setdefault(team["id"], [])
    refuse_duplicate_name(roles, "team role", call.body["name"])
    role = {"id": call.world.ids.new(), "name": call.body["name"], "rights": _rights(call)}
    roles.append(role)
    return created_response(_summary(role))


@routes.on("GET", "/v2/teams/{team}/roles")
def list_all(call: Call) -> Response:
    team = path_entities.team(call, "teamIdentifierType")
    return data(call.account.team_roles.get(team["id"], []))


@routes.on("GET", "/v2/teams/{team}/roles/{role}")
def get(call: Call) -> Response:
    return data(_role(call)[1])


@routes.on("PATCH", "/v2/teams/{team}/roles/{role}")
def update(call: Call) -> Response:
    team, role = _role(call)
    validate(call.body, _FIELDS)
    if "name" in call.body:
        name = call.body["name"]
        if not name:
            raise semantic({"name": "should not be empty"})
        refuse_duplicate_name(call.account.team_roles[team["id"]], "team role", name, but=role["id"])
        for member in team["members"]:
            if member["role"] == role["name"]:
                member["role"] = name
        role["name"] = name
    if call.body.get("rights") is not None:
        role["rights"] = _rights(call)
    return data(_summary(role), result="Updated")


@routes.on("DELETE", "/v2/teams/{team}/roles/{role}")
def delete(call: Call) -> Response:
    team, role = _role(call)
    if any(member["role"] == role["name"] for member in team["members"]):
        raise Refusal(428, "Team role is used by members of the team")
    call.account.team_roles[team["id"]].remove(role)
    return result("Deleted")


def _role(call: Call) -> tuple[Doc, Doc]:
    team = path_entities.team(call, "teamIdentifierType")
    roles = {role["id"]: role for role in call.account.team_roles.get(team["id"], [])}
    role = lookup.find(roles, call.values["role"], call.kind())
    if role is None:
        raise Refusal(404, f"Team role [{call.values['role']}] does not exist")
    return team, role


def _rights(call: Call) -> object:
    return [{"right": each["right"], "granted": each.get("granted", True)} for each in call.body["rights"]]


def _summary(role: Doc) -> Doc:
    return {"id": role["id"], "name": role["name"]}
