"""User API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.references import follow_rename, refuse_if_used
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import (
    Check,
    flag,
    items,
    one_of,
    pointer,
    record,
    semantic,
    text,
    timezone,
    validate,
)
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import SEARCH
from opsgenie_async.sandbox.http.paging import page_by_offset
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.custom_user_roles import checked_role

__all__ = ["NO_ADDRESS", "routes"]

routes = Routes()


def _details(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """An object whose members are lists of strings."""
    yield from record(dict.fromkeys(value, items(text())) if isinstance(value, dict) else {})(value, name)


_OPTIONAL: dict[str, Check] = {
    "skypeUsername": text(),
    "timeZone": timezone,
    "locale": text(),
    "userAddress": record({key: text() for key in ("country", "state", "city", "line", "zipCode")}),
    "tags": items(text()),
    "details": _details,
}
_FIELDS: dict[str, Check] = {
    "username": text(100),
    "fullName": text(512),
    "role": pointer("id", "name"),
    "invitationDisabled": flag,
    **_OPTIONAL,
}
LOCALE = "en_US"
NO_ADDRESS: Doc = dict.fromkeys(("country", "state", "city", "line", "zipCode"), "")
_SEARCHED = ("username", "fullName", "locale", "timeZone", "blocked", "verified", "createdAt")
_SORTS = {"username": "username", "fullName": "fullName", "insertedAt": "createdAt", "createdAt": "createdAt"}
_ONLY_IN_GET = ("tags", "details")


@routes.on("POST", "/v2/users")
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("username", "fullName", "role"))
    _refuse_username(call, body["username"], but="")
    user: Doc = {
        "id": call.world.ids.new(),
        "username": body["username"],
        "fullName": body["fullName"],
        "role": checked_role(call.account, body["role"]),
        "timeZone": call.account.timezone,
        "locale": LOCALE,
        "userAddress": {**NO_ADDRESS},
        "tags": [],
        "details": {},
        "blocked": False,
        "verified": False,
        "createdAt": dates.milliseconds(call.world.clock.utc()),
    }
    _apply_optional(user, body, call.account.timezone)
    call.account.users[user["id"]] = user
    if call.account.assumptions.first_contact:
        contact = {"method": "email", "to": user["username"], "status": {"enabled": True}}
        call.account.contacts[user["id"]] = [{"id": call.world.ids.new(), **contact}]
    return created_response({"id": user["id"], "name": user[call.account.assumptions.created_user_name]})


@routes.on("GET", "/v2/users", domain=SEARCH, configuration=True)
def list_all(call: Call) -> Response:
    word = call.query.get("sort") or call.query.get("sortField") or "username"
    order = call.query.get("order", "asc").lower()
    validate({"sort": word, "order": order}, {"sort": one_of(*_SORTS), "order": one_of("asc", "desc")})
    terms = [term for term in re.split(r"(?<!\s)\s+AND\s+", call.query.get("query", "").strip()) if term]
    users = [user for user in call.account.users.values() if all(_matches(user, term) for term in terms)]
    users.sort(key=itemgetter(_SORTS[word]), reverse=order == "desc")
    documents = [{key: user[key] for key in user if key not in _ONLY_IN_GET} for user in users]
    words = {"limit": "", "offset": "", "order": call.query.get("order", "ASC"), "sort": word}
    return page_by_offset(call, documents, default=100, most=None, reach=None, words=words, totalCount=len(users))


@routes.on("GET", "/v2/users/{user}")
def get(call: Call) -> Response:
    user = path_entities.user(call)
    if "contact" in call.query.get("expand", "").split(","):
        user = {**user, "userContacts": [_contact_document(each) for each in call.account.contacts.get(user["id"], [])]}
    return data(user, expandable=["contact"])


@routes.on("PATCH", "/v2/users/{user}")
def update(call: Call) -> Response:
    user = path_entities.user(call)
    body = call.body
    validate(body, _FIELDS)
    if missing := [name for name in ("username", "fullName", "role") if name in body and not body[name]]:
        raise semantic(dict.fromkeys(missing, "should not be empty"))
    if "username" in body:
        _refuse_username(call, body["username"], but=user["id"])
        user["username"] = body["username"]
        follow_rename(call.account, "user", user)
    if "fullName" in body:
        user["fullName"] = body["fullName"]
    if "role" in body:
        user["role"] = checked_role(call.account, body["role"])
    _apply_optional(user, body, call.account.timezone)
    return result("Updated")


@routes.on("DELETE", "/v2/users/{user}")
def delete(call: Call) -> Response:
    user = path_entities.user(call)
    refuse_if_used(call.account, "user", user)
    for overrides in call.account.overrides.values():
        for alias in [alias for alias, each in overrides.items() if each["user"].get("id") == user["id"]]:
            del overrides[alias]
    rules = call.account.forwarding_rules
    for rule in [each for each in rules.values() if user["id"] in (each["fromUser"]["id"], each["toUser"]["id"])]:
        del rules[rule["id"]]
    call.account.contacts.pop(user["id"], None)
    call.account.notification_rules.pop(user["id"], None)
    del call.account.users[user["id"]]
    return result("Deleted")


@routes.on("GET", "/v2/users/{user}/teams")
def list_teams(call: Call) -> Response:
    user = path_entities.user(call)
    return data(
        [
            {"id": team["id"], "name": team["name"]}
            for team in call.account.teams.values()
            if call.sees(team) and any(member["user"]["id"] == user["id"] for member in team["members"])
        ]
    )


@routes.on("GET", "/v2/users/{user}/schedules")
def list_schedules(call: Call) -> Response:
    user = path_entities.user(call)
    return data(
        [
            {"id": schedule["id"], "name": schedule["name"], "enabled": schedule["enabled"]}
            for schedule in call.account.schedules.values()
            if call.sees(schedule.get("ownerTeam"))
            and any(
                each.get("id") == user["id"]
                for rotation in call.account.rotations.get(schedule["id"], [])
                for each in rotation["participants"]
            )
        ]
    )


@routes.on("GET", "/v2/users/{user}/escalations")
def list_escalations(call: Call) -> Response:
    user = path_entities.user(call)
    return data(
        [
            escalation
            for escalation in call.account.escalations.values()
            if call.sees(escalation.get("ownerTeam"))
            and any(rule["recipient"].get("id") == user["id"] for rule in escalation["rules"])
        ]
    )


@routes.on("GET", "/v2/users/{user}/forwarding-rules")
def list_forwarding_rules(call: Call) -> Response:
    user = path_entities.user(call)
    return data([each for each in call.account.forwarding_rules.values() if each["fromUser"]["id"] == user["id"]])


def _contact_document(contact: Doc) -> Doc:
    """A contact in the form of an expanded user: flat, with `contactMethod`."""
    return {"id": contact["id"], "to": contact["to"], "contactMethod": contact["method"], **contact["status"]}


def _matches(user: Doc, term: str) -> bool:
    """Whether a user matches one term of a search: `username: ann`, or a word of the name or address."""
    field, colon, word = (part.strip().casefold() for part in term.partition(":"))
    texts = {name.casefold(): str(user[name]).casefold() for name in _SEARCHED}
    texts["role"] = user["role"]["name"].casefold()
    if colon and field in texts:
        return word in texts[field]
    return any(term.casefold() in texts[name] for name in ("username", "fullname"))


def _refuse_username(call: Call, username: str, *, but: str) -> None:
    if "@" not in username:
        raise semantic({"username": "should be an e-mail address"})
    folded = username.casefold()
    if any(each["username"].casefold() == folded and each["id"] != but for each in call.account.users.values()):
        raise Refusal(409, f"User with username [{username}] already exists")


def _apply_optional(user: Doc, body: Doc, zone: str) -> None:
    empty: Doc = {"skypeUsername": "", "tags": [], "details": {}, "locale": LOCALE, "timeZone": zone}
    for key in _OPTIONAL:
        if key == "userAddress" and key in body:
            # The answer has all five members, whichever were sent.
            user[key] = NO_ADDRESS | {part: text for part, text in (body[key] or {}).items() if text is not None}
        elif body.get(key) is not None:
            user[key] = body[key]
        elif key in body:
            user[key] = empty[key]
