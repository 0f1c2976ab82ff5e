"""Postmortem API: read-only, since no call creates postmortems; they come with the account."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()


@routes.on("GET", "/v2/postmortem/{postmortem}", configuration=False)
def get(call: Call) -> Response:
    """Read access is enough, by the page."""
    postmortem = call.account.postmortems.get(call.values["postmortem"])
    if postmortem is None:
        raise Refusal(404, f"Postmortem [{call.values['postmortem']}] does not exist")
    return data(postmortem)
