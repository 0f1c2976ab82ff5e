"""Team Member API."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.behaviour.team_logs import log
from opsgenie_async.sandbox.checks.validate import semantic, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.teams import MEMBER, check_role

__all__ = ["routes"]

routes = Routes()


@routes.on("POST", "/v2/teams/{team}/members")
def add(call: Call) -> Response:
    team = path_entities.team(call, "teamIdentifierType")
    validate(call.body, MEMBER, mandatory=("user",))
    user = lookup.target(call.account, "user", call.body["user"])
    if user is None:
        raise semantic({"user": "user does not exist"})
    member = {
        "user": {"id": user["id"], "username": user["username"]},
        "role": check_role(call.account, team["id"], call.body.get("role")),
    }
    team["members"] = [*(each for each in team["members"] if each["user"]["id"] != user["id"]), member]
    log(call, team, f"Member [{user['username']}] added to team [{team['name']}]")
    return data({"id": team["id"], "name": team["name"]}, result="Added")


@routes.on("DELETE", "/v2/teams/{team}/members/{user}")
def remove(call: Call) -> Response:
    team = path_entities.team(call, "teamIdentifierType")
    user = path_entities.user(call)
    rest = [each for each in team["members"] if each["user"]["id"] != user["id"]]
    if len(rest) == len(team["members"]):
        raise Refusal(404, f"User [{user['username']}] is not a member of the team")
    team["members"] = rest
    log(call, team, f"Member [{user['username']}] removed from team [{team['name']}]")
    return data({"id": team["id"], "name": team["name"]}, result="Removed")
