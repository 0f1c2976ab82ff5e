"""The addresses under which answers show where an entity is, in the web application and in the API."""

from __future__ import annotations

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call

__all__ = ["check_sent_links", "service_links", "team_links"]


def team_links(call: Call, team: Doc) -> Doc:
    """`links` of a team."""
    url, id = call.world.url, team["id"]
    return {"web": f"{url}/teams/dashboard/{id}/main", "api": f"{url}/v2/teams/{id}"}


def service_links(call: Call, service: Doc) -> Doc:
    """`links` of a service."""
    url, id = call.world.url, service["id"]
    return {"web": f"{url}/service/{id}", "api": f"{url}/v1/services/{id}"}


def check_sent_links(call: Call) -> None:
    """422 for a body that sends back what only the server says, where that is assumed to be refused."""
    if call.account.assumptions.sent_links == "refused":
        read_only = [name for name in ("links", "isExternal") if name in call.body]
        if read_only:
            raise semantic(dict.fromkeys(read_only, "is read-only"))
