"""Account API."""

from __future__ import annotations

from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()


@routes.on("GET", "/v2/account", configuration=False)
def get(call: Call) -> Response:
    users = len(call.account.users)
    plan = {"maxUserCount": max(1500, users), "name": "Enterprise", "isYearly": True}
    return data({"name": call.account.name, "userCount": users, "plan": plan})
