"""Contact API."""

from __future__ import annotations

import re

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, one_of, semantic, text, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_FIELDS: dict[str, Check] = {"method": one_of("email", "sms", "voice", "mobile"), "to": text()}
_FORM = {"email": r"[^@\s]+@[^@\s]+", "sms": r"\+?\d[\d -]*", "voice": r"\+?\d[\d -]*", "mobile": r".+"}


@routes.on("POST", "/v2/users/{user}/contacts")
def create(call: Call) -> Response:
    user = path_entities.user(call)
    validate(call.body, _FIELDS, mandatory=("method", "to"))
    contacts = call.account.contacts.setdefault(user["id"], [])
    if (first := _first(call, user, contacts)) is not None:
        return created_response({"id": first["id"]})
    contact: Doc = {"id": call.world.ids.new(), "method": call.body["method"], "to": "", "status": {"enabled": True}}
    _point(contact, call.body["to"], contacts)
    contacts.append(contact)
    return created_response({"id": contact["id"]})


@routes.on("GET", "/v2/users/{user}/contacts")
def list_all(call: Call) -> Response:
    contacts = call.account.contacts.get(path_entities.user(call)["id"], [])
    return data([{**contact, "applyOrder": place} for place, contact in enumerate(contacts)])


@routes.on("GET", "/v2/users/{user}/contacts/{contact}")
def get(call: Call) -> Response:
    return data(_contact(call)[1])


@routes.on("PATCH", "/v2/users/{user}/contacts/{contact}")
def update(call: Call) -> Response:
    contacts, contact = _contact(call)
    validate(call.body, {"to": text()}, mandatory=("to",))
    if contact["method"] == "mobile":
        raise semantic({"method": "mobile contacts cannot be changed here"})
    _point(contact, call.body["to"], contacts)
    return data({"id": contact["id"]}, result="Updated")


@routes.on("DELETE", "/v2/users/{user}/contacts/{contact}")
def delete(call: Call) -> Response:
    contacts, contact = _contact(call)
    contacts.remove(contact)
    return result("Deleted")


@routes.on("POST", "/v2/users/{user}/contacts/{contact}/enable")
def enable(call: Call) -> Response:
    contact = _contact(call)[1]
    contact["status"] = {"enabled": True}
    return data({"id": contact["id"]}, result="Enabled")


@routes.on("POST", "/v2/users/{user}/contacts/{contact}/disable")
def disable(call: Call) -> Response:
    contact = _contact(call)[1]
    contact["status"] = {"enabled": False, "disabledReason": "Disabled by user"}
    return data({"id": contact["id"]}, result="Disabled")


def _first(call: Call, user: Doc, contacts: list[Doc]) -> Doc | None:
    """The contact that was created with the user, if the request has the same method and address."""
    address = user["username"].casefold()
    if call.body["method"] != "email" or call.body["to"].casefold() != address:
        return None
    return next((each for each in contacts if each["method"] == "email" and each["to"].casefold() == address), None)


def _contact(call: Call) -> tuple[list[Doc], Doc]:
    contacts = call.account.contacts.get(path_entities.user(call)["id"], [])
    for contact in contacts:
        if contact["id"] == call.values["contact"]:
            return contacts, contact
    raise Refusal(404, f"Contact with id [{call.values['contact']}] does not exist")


def _point(contact: Doc, to: str, contacts: list[Doc]) -> None:
    """Set the address of *contact*, if it is valid for the method and not a duplicate."""
    method = contact["method"]
    if not re.fullmatch(_FORM[method], to):
        raise semantic({"to": f"is not valid for {method}"})
    if any(each is not contact and each["method"] == method and each["to"] == to for each in contacts):
        raise Refusal(409, f"Contact [{method}] with address [{to}] already exists")
    contact["to"] = to
