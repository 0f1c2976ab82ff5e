"""Opsgenie Actions API: the one operation of it that is documented in full."""

from __future__ import annotations

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, one_of, record, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_AWS = {"accountId": text(), "region": text()}
_SETTINGS: dict[str, Check] = {
    "awsSmActionChannel": record({"roleName": text(), **_AWS}, mandatory=("roleName", *_AWS)),
    "awsSnsActionChannel": record({"topicName": text(), **_AWS}, mandatory=("topicName", *_AWS)),
    "restActionChannel": record({"url": text(), "headers": record({})}, mandatory=("url",)),
}
_SETTING_OF = {
    "aws-systems-manager": "awsSmActionChannel",
    "aws-sns": "awsSnsActionChannel",
    "rest": "restActionChannel",
    "oec": None,
}


@routes.on("POST", "/v1/actions/channels")
def create(call: Call) -> Response:
    body = dict(call.body)
    if "restChannel" in body:  # the word of the page's table; its sample has the other one
        body.setdefault("restActionChannel", body.pop("restChannel"))
    setting = _SETTING_OF.get(str(body.get("actionType")))
    mandatory = ("name", "actionType") if setting is None else ("name", "actionType", setting)
    validate(body, {"name": text(), "actionType": one_of(*_SETTING_OF), **_SETTINGS}, mandatory=mandatory)
    channel: Doc = {"id": call.world.ids.new(), "name": body["name"], "actionType": body["actionType"]}
    team = call.query.get("teamId") or call.key.team
    if team is not None:
        if team not in call.account.teams:
            raise semantic({"teamId": "team does not exist"})
        call.require({"id": team})
        channel["teamId"] = team
    if setting is not None:
        channel[setting] = body[setting]
    call.account.action_channels[channel["id"]] = channel
    return data({"id": channel["id"]}, status=201)
