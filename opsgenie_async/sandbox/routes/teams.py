"""Team API."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.references import follow_rename, refuse_duplicate_name
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour.removal import remove_team
from opsgenie_async.sandbox.behaviour.team_defaults import add_bare_team, add_team
from opsgenie_async.sandbox.behaviour.team_logs import log
from opsgenie_async.sandbox.checks.validate import Check, items, one_of, pointer, record, semantic, text, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.links import check_links, team_links
from opsgenie_async.sandbox.http.paging import page_limit, whole_number
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["check_role", "routes"]

routes = Routes()

MEMBER: dict[str, Check] = {"user": pointer("id", "username"), "role": text()}
_FIELDS: dict[str, Check] = {
    "name": text(100),
    "description": text(10_000),
    "members": items(record(MEMBER, mandatory=("user",))),
}


@routes.on("POST", "/v2/teams")
def create(call: Call) -> Response:
    validate(call.body, _FIELDS, mandatory=("name",))
    check_links(call)
    if call.key.team is not None:
        raise Refusal(403, "A team's API Key cannot create teams", code=40301)
    name = call.body["name"]
    refuse_duplicate_name(call.account.teams.values(), "team", name)
    team: Doc = {
        "id": call.world.ids.new(),
        "name": name,
        "description": call.body.get("description") or "",
        "members": _members(call.account, call.body.get("members") or [], team_id=None),
    }
    if call.world.bare_teams:
        add_bare_team(call.account, team, call.world.ids)
    else:
        add_team(call.account, team, call.world.ids, call.world.clock.utc())
    log(call, team, f"Team [{name}] created")
    return created_response(_summary(team))


@routes.on("GET", "/v2/teams")
def list_all(call: Call) -> Response:
    return data(
        [
            {
                **{key: team[key] for key in ("id", "name", "description")},
                "links": team_links(call, team),
            }
            for team in call.account.teams.values()
            if call.sees(team)
        ]
    )


@routes.on("GET", "/v2/teams/{team}")
def get(call: Call) -> Response:
    team = path_entities.team(call)
    return data({**team, "links": team_links(call, team)})


@routes.on("PATCH", "/v2/teams/{team}")
def update(call: Call) -> Response:
    if "identifierType" in call.query:
        call.kind(kinds=("id",))
    team = path_entities.team(call)
    body = call.body
    validate(body, _FIELDS)
    check_links(call)
    if "members" in body:
        members = _members(call.account, body["members"] or [], team_id=team["id"])
    else:
        members = team["members"]
    if "name" in body:
        if not body["name"]:
            raise semantic({"name": "should not be empty"})
        refuse_duplicate_name(call.account.teams.values(), "team", body["name"], but=team["id"])
        team["name"] = body["name"]
        follow_rename(call.account, "team", team)
    if "description" in body:
        team["description"] = body["description"] or ""
    team["members"] = members
    log(call, team, f"Team [{team['name']}] updated")
    return data(_summary(team), result="Updated")


@routes.on("DELETE", "/v2/teams/{team}")
def delete(call: Call) -> Response:
    team = path_entities.team(call)
    remove_team(call.world, team)
    return result("Deleted")


@routes.on("GET", "/v2/teams/{team}/logs")
def list_logs(call: Call) -> Response:
    """A page of the log, with the offset of the next page if there is one."""
    logs = call.account.team_logs.get(path_entities.team(call)["id"], [])
    order = call.query.get("order", "desc").lower()
    validate({"order": order}, {"order": one_of("asc", "desc")})
    limit, offset = page_limit(call, 20, 100), whole_number(call, "offset", 0, least=0)
    rows = logs if order == "asc" else logs[::-1]
    next_offset = offset + limit
    return data({"offset": str(next_offset) if next_offset < len(logs) else "", "logs": rows[offset:next_offset]})


def check_role(account: Account, team_id: str | None, role: object) -> str:
    """The member's role, by default `user`; 422 for a role that the team does not have."""
    names = [each["name"] for each in account.team_roles.get(team_id or "", [])]
    if role is None:
        return "user"
    if role not in ("user", "admin", *names):
        raise semantic({"role": f"there is no role [{role}] in this team"})
    return str(role)


def _members(account: Account, rows: list[Doc], team_id: str | None) -> list[Doc]:
    members: dict[str, Doc] = {}
    for each in rows:
        user = lookup.target(account, "user", each["user"])
        if user is None:
            raise semantic({"members#user": "user does not exist"})
        role = check_role(account, team_id, each.get("role"))
        members[user["id"]] = {"user": {"id": user["id"], "username": user["username"]}, "role": role}
    return [*members.values()]


def _summary(team: Doc) -> Doc:
    return {"id": team["id"], "name": team["name"]}
