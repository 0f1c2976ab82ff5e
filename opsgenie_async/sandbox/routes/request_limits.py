"""The undocumented request limits that the vendor's backup tool reads."""

from __future__ import annotations

from opsgenie_async.sandbox.answers import Answer, data
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.router import Routes

__all__ = ["routes"]

routes = Routes()


@routes.on("GET", "/v2/request-limits", configuration=False)
def get(call: Call) -> Answer:
    return data({"rateLimits": call.world.limits.describe()})
