"""Policy API (v2): alert policies of the account or a team, notification policies of a team."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks import shapes
from opsgenie_async.sandbox.checks.policy_fields import (
    ALERT_FIELDS,
    COUNT,
    DEDUPLICATIONS,
    DELAYS,
    DURATION,
    IGNORES,
    UNTIL,
    defaults,
    policy_content,
    reorder,
    until,
)
from opsgenie_async.sandbox.checks.validate import Check, flag, integer, items, one_of, record, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_COMMON: dict[str, Check] = {
    "type": one_of("alert", "notification"),
    "name": text(100),
    "enabled": flag,
    "policyDescription": text(200),
    "filter": shapes.criteria,
    "timeRestrictions": shapes.restriction,
}
_ALERT: dict[str, Check] = {
    **ALERT_FIELDS,
    **dict.fromkeys(("continue", *IGNORES), flag),
    "responders": items(shapes.typed_pointer("user", "team", "escalation", "schedule")),
}
_NOTIFICATION: dict[str, Check] = {
    "autoRestartAction": record(
        {"duration": DURATION, "maxRepeatCount": integer(1)}, mandatory=("duration", "maxRepeatCount")
    ),
    "autoCloseAction": record({"duration": DURATION}, mandatory=("duration",)),
    "deduplicationAction": record(
        {"deduplicationActionType": one_of(*DEDUPLICATIONS), "count": COUNT, "duration": DURATION},
        mandatory=("deduplicationActionType", "count"),
    ),
    "delayAction": record({"delayOption": one_of(*DELAYS), "duration": DURATION, **UNTIL}, mandatory=("delayOption",)),
    "suppress": flag,
}
_FIELDS_OF = {"alert": _COMMON | _ALERT, "notification": _COMMON | _NOTIFICATION}


@routes.on("POST", "/v2/policies")
def create(call: Call) -> Response:
    team = _team(call)
    policy: Doc = {"id": call.world.ids.new(), **_policy_from_body(call, team)}
    call.account.policies.setdefault(team, []).append(policy)
    return created_response(_meta(call, team, policy))


@routes.on("GET", "/v2/policies/alert")
def list_alert_policies(call: Call) -> Response:
    return _list(call, _team(call), "alert")


@routes.on("GET", "/v2/policies/notification")
def list_notification_policies(call: Call) -> Response:
    team = _team(call)
    if not team:
        raise semantic({"teamId": "should not be empty"})
    return _list(call, team, "notification")


@routes.on("GET", "/v2/policies/{policy}")
def get(call: Call) -> Response:
    return data(_document(_policy(call)[1]))


@routes.on("PUT", "/v2/policies/{policy}")
def update(call: Call) -> Response:
    team, policy = _policy(call)
    content = _policy_from_body(call, team)
    if content["type"] != policy["type"]:
        raise semantic({"type": f"cannot be changed from {policy['type']}"})
    id = policy["id"]
    policy.clear()
    policy.update({"id": id, **content})
    return result("Updated")


@routes.on("DELETE", "/v2/policies/{policy}")
def delete(call: Call) -> Response:
    team, policy = _policy(call)
    call.account.policies[team].remove(policy)
    return result("Deleted")


@routes.on("POST", "/v2/policies/{policy}/enable")
def enable(call: Call) -> Response:
    _policy(call)[1]["enabled"] = True
    return result("Enabled")


@routes.on("POST", "/v2/policies/{policy}/disable")
def disable(call: Call) -> Response:
    _policy(call)[1]["enabled"] = False
    return result("Disabled")


@routes.on("POST", "/v2/policies/{policy}/change-order")
def change_order(call: Call) -> Response:
    team, policy = _policy(call)
    validate(call.body, {"targetIndex": integer(0)}, mandatory=("targetIndex",))
    policies = call.account.policies[team]
    same_kind = reorder(_of_kind(policies, policy["type"]), policy, call.body["targetIndex"])
    policies[:] = [*same_kind, *(each for each in policies if each["type"] != policy["type"])]
    return result("Changed")


def _team(call: Call) -> str:
    """The owner of the policies: the team in the query (in the body by the OpenAPI file), "" for the account."""
    in_body = call.body.get("teamId") if call.route.method in ("POST", "PUT") else None
    team = call.query.get("teamId") or (in_body if isinstance(in_body, str) else "")
    if not team:
        return call.key.team or ""
    if team not in call.account.teams:
        if call.route.path == "/v2/policies":
            raise semantic({"teamId": "team does not exist"})
        raise Refusal(404, f"Team with id [{team}] does not exist")
    call.require({"id": team})
    return team


def _policy(call: Call) -> tuple[str, Doc]:
    team, id = _team(call), call.values["policy"]
    for policy in call.account.policies.get(team, []):
        if policy["id"] == id:
            return team, policy
    raise Refusal(404, f"Policy with id [{id}] does not exist")


def _document(policy: Doc) -> Doc:
    """A policy in the form of responses: with responders only by type and id."""
    responders = [{"type": each["type"], "id": each["id"]} for each in policy.get("responders", ())]
    return {**policy, "responders": responders} if "responders" in policy else policy


def _of_kind(policies: list[Doc], kind: str) -> list[Doc]:
    return [each for each in policies if each["type"] == kind]


def _list(call: Call, team: str, kind: str) -> Response:
    policies = _of_kind(call.account.policies.get(team, []), kind)
    return data([_meta(call, team, each) for each in policies])


def _meta(call: Call, team: str, policy: Doc) -> Doc:
    place = _of_kind(call.account.policies[team], policy["type"]).index(policy)
    return {"id": policy["id"], "name": policy["name"], "type": policy["type"], "order": place} | {
        "enabled": policy["enabled"]
    }


def _policy_from_body(call: Call, team: str) -> Doc:
    body = call.body
    kind = body.get("type")
    fields = _FIELDS_OF.get(kind, _COMMON) if isinstance(kind, str) else _COMMON
    extra = ("message",) if kind == "alert" else ()
    validate(body, fields, mandatory=("type", "name", "enabled", *extra))
    if kind == "notification":
        _check_notification(body, team)
    own = _ALERT if kind == "alert" else _NOTIFICATION
    content: Doc = {"type": kind, "name": body["name"], "enabled": body["enabled"], **policy_content(body)}
    content |= defaults(str(kind))
    content |= {key: body[key] for key in own if body.get(key) is not None}
    if kind == "alert":
        content["responders"] = [
            shapes.resolve_pointer(call.account, each, "responders") for each in content["responders"]
        ]
    if team:
        content["teamId"] = team
    return content


def _check_notification(body: Doc, team: str) -> None:
    errors: dict[str, str] = {} if team else {"teamId": "should not be empty"}
    if (delay := body.get("delayAction")) is not None:
        errors |= dict(until(delay, "delayAction"))
    if body.get("suppress"):
        errors |= {
            name: "cannot be combined with suppress"
            for name in ("autoRestartAction", "deduplicationAction", "delayAction")
            if body.get(name) is not None
        }
    if errors:
        raise semantic(errors)
