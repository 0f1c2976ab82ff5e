"""Custom User Role API."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.references import refuse_duplicate_name
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.validate import Check, items, one_of, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["BUILT_IN", "checked_role", "routes"]

routes = Routes()

BUILT_IN = ("owner", "admin", "user", "observer", "stakeholder")

_FIELDS: dict[str, Check] = {
    "name": text(),
    "extendedRole": one_of("user", "observer", "stakeholder"),  # as the page says; the OpenAPI file says the opposite
    "grantedRights": items(text()),
    "disallowedRights": items(text()),
}


@routes.on("POST", "/v2/roles")
def create(call: Call) -> Response:
    validate(call.body, _FIELDS, mandatory=("name",))
    _refuse_name(call, but="")
    role = {"id": call.world.ids.new(), "name": call.body["name"], **_content(call.body)}
    call.account.user_roles[role["id"]] = role
    return created_response(_summary(role))


@routes.on("GET", "/v2/roles")
def list_all(call: Call) -> Response:
    return data([_summary(role) for role in call.account.user_roles.values()])


@routes.on("GET", "/v2/roles/{role}")
def get(call: Call) -> Response:
    return data(_role(call))


@routes.on("PUT", "/v2/roles/{role}")
def update(call: Call) -> Response:
    role = _role(call)
    validate(call.body, _FIELDS)
    if call.body.get("name"):
        _refuse_name(call, but=role["id"])
        role["name"] = call.body["name"]
        for user in _holders(call.account, role):
            user["role"]["name"] = role["name"]
    role.update(_content(call.body))
    return data(_summary(role), result="Updated")


@routes.on("DELETE", "/v2/roles/{role}")
def delete(call: Call) -> Response:
    role = _role(call)
    if _holders(call.account, role):
        raise Refusal(428, "Custom user role is used by users")
    del call.account.user_roles[role["id"]]
    return result("Deleted")


def checked_role(account: Account, body: Doc) -> Doc:
    """The role in a user's `{id}` or `{name}`: a built-in one, whose id is its name, or a custom one."""
    word = body.get("id") or body["name"]
    if word.casefold() in BUILT_IN:
        return {"id": word, "name": body.get("name") or word}
    for role in account.user_roles.values():
        if word in (role["id"], role["name"]):
            return _summary(role)
    raise semantic({"role": "role does not exist"})


def _role(call: Call) -> Doc:
    role = lookup.find(call.account.user_roles, call.values["role"], call.kind())
    if role is None:
        raise Refusal(404, f"Custom user role [{call.values['role']}] does not exist")
    return role


def _refuse_name(call: Call, *, but: str) -> None:
    name = call.body["name"]
    if name.casefold() in BUILT_IN:
        raise Refusal(409, f"Custom user role with name [{name}] already exists")
    refuse_duplicate_name(call.account.user_roles.values(), "custom user role", name, but=but)


def _content(body: Doc) -> Doc:
    """The content of a role, which a write replaces completely, including absent members."""
    return {
        "extendedRole": body.get("extendedRole") or "user",
        "grantedRights": body.get("grantedRights") or [],
        "disallowedRights": body.get("disallowedRights") or [],
    }


def _holders(account: Account, role: Doc) -> list[Doc]:
    return [user for user in account.users.values() if user["role"]["id"] == role["id"]]


def _summary(role: Doc) -> Doc:
    return {"id": role["id"], "name": role["name"]}
