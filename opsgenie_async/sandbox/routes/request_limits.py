"""The undocumented request limits that the vendor's backup tool reads."""

from __future__ import annotations

from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()


@routes.on("GET", "/v2/request-limits", configuration=False)
def get(call: Call) -> Response:
    return data({"rateLimits": call.world.limits.describe()})
