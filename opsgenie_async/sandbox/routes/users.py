"""User API."""

from __future__ import annotations

from operator import itemgetter

from opsgenie_async.sandbox import dates, subjects
from opsgenie_async.sandbox.answers import Answer, Refusal, created, data, result
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.paging import paged
from opsgenie_async.sandbox.references import follow_rename, refuse_if_used
from opsgenie_async.sandbox.router import SEARCH, Routes
from opsgenie_async.sandbox.state import Doc
from opsgenie_async.sandbox.validate import (
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

__all__ = ["routes"]

routes = Routes()

_OPTIONAL: dict[str, Check] = {
    "skypeUsername": text(),
    "timeZone": timezone,
    "locale": text(),
    "userAddress": record({key: text() for key in ("country", "state", "city", "line", "zipCode")}),
    "tags": items(text()),
    "details": record({}),
}
_FIELDS: dict[str, Check] = {
    "username": text(100),
    "fullName": text(512),
    "role": pointer("id", "name"),
    "invitationDisabled": flag,
    **_OPTIONAL,
}
_SORTS = {"username": "username", "fullName": "fullName", "insertedAt": "createdAt", "createdAt": "createdAt"}


@routes.on("POST", "/v2/users")
def create(call: Call) -> Answer:
    body = call.body
    validate(body, _FIELDS, mandatory=("username", "fullName", "role"))
    _refuse_username(call, body["username"], but="")
    user: Doc = {
        "id": call.world.ids.new(),
        "username": body["username"],
        "fullName": body["fullName"],
        "role": _role(body["role"]),
        "timeZone": call.account.timezone,
        "locale": "en_US",
        "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""},
        "tags": [],
        "details": {},
        "blocked": False,
        "verified": False,
        "createdAt": dates.milliseconds(call.world.clock.utc()),
    }
    _apply_optional(user, body)
    call.account.users[user["id"]] = user
    return created({"id": user["id"], "name": user["fullName"]})


@routes.on("GET", "/v2/users", domain=SEARCH, configuration=True)
def list_all(call: Call) -> Answer:
    word = call.query.get("sort") or call.query.get("sortField") or "username"
    order = call.query.get("order", "asc").lower()
    validate({"sort": word, "order": order}, {"sort": one_of(*_SORTS), "order": one_of("asc", "desc")})
    wanted = call.query.get("query", "").casefold()
    found = [
        user
        for user in call.account.users.values()
        if wanted in user["username"].casefold() or wanted in user["fullName"].casefold()
    ]
    found.sort(key=itemgetter(_SORTS[word]), reverse=order == "desc")
    return paged(call, found, default=100, most=None, reach=None, totalCount=len(found))


@routes.on("GET", "/v2/users/{user}")
def get(call: Call) -> Answer:
    user = subjects.user(call)
    if "contact" in call.query.get("expand", "").split(","):
        user = {"userContacts": [], **user}
    return data(user, expandable=["contact"])


@routes.on("PATCH", "/v2/users/{user}")
def update(call: Call) -> Answer:
    user = subjects.user(call)
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
        user["role"] = _role(body["role"])
    _apply_optional(user, body)
    return result("Updated")


@routes.on("DELETE", "/v2/users/{user}")
def delete(call: Call) -> Answer:
    user = subjects.user(call)
    refuse_if_used(call.account, "user", user)
    for overrides in call.account.overrides.values():
        for alias in [alias for alias, each in overrides.items() if each["user"].get("id") == user["id"]]:
            del overrides[alias]
    del call.account.users[user["id"]]
    return result("Deleted")


@routes.on("GET", "/v2/users/{user}/teams")
def list_teams(call: Call) -> Answer:
    user = subjects.user(call)
    return data(
        [
            {"id": team["id"], "name": team["name"]}
            for team in call.account.teams.values()
            if call.sees(team) and any(member["user"]["id"] == user["id"] for member in team["members"])
        ]
    )


@routes.on("GET", "/v2/users/{user}/schedules")
def list_schedules(call: Call) -> Answer:
    user = subjects.user(call)
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
def list_escalations(call: Call) -> Answer:
    user = subjects.user(call)
    return data(
        [
            {"id": escalation["id"], "name": escalation["name"]}
            for escalation in call.account.escalations.values()
            if call.sees(escalation.get("ownerTeam"))
            and any(rule["recipient"].get("id") == user["id"] for rule in escalation["rules"])
        ]
    )


def _refuse_username(call: Call, username: str, *, but: str) -> None:
    if "@" not in username:
        raise semantic({"username": "should be an e-mail address"})
    wanted = username.casefold()
    if any(each["username"].casefold() == wanted and each["id"] != but for each in call.account.users.values()):
        raise Refusal(409, f"User with username [{username}] already exists")


def _role(given: Doc) -> Doc:
    """Both members from either: the built-in roles have their names as ids, custom ones belong to their own page."""
    name = given.get("name") or given["id"]
    return {"id": given.get("id") or name, "name": name}


def _apply_optional(user: Doc, body: Doc) -> None:
    empty: Doc = {"skypeUsername": "", "userAddress": {}, "tags": [], "details": {}}
    for key in _OPTIONAL:
        if body.get(key) is not None:
            user[key] = body[key]
        elif key in body and key in empty:
            user[key] = empty[key]
