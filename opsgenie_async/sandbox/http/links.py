"""Links in responses, to the web application and to the API."""

from __future__ import annotations

import hashlib
import re

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call

__all__ = ["check_download", "check_links", "download_link", "service_links", "team_links"]

_SECONDS = re.compile("[0-9]{1,12}")


def team_links(call: Call, team: Doc) -> Doc:
    """`links` of a team."""
    url, id = call.world.url, team["id"]
    return {"web": f"{url}/teams/dashboard/{id}/main", "api": f"{url}/v2/teams/{id}"}


def service_links(call: Call, service: Doc) -> Doc:
    """`links` of a service."""
    url, id = call.world.url, service["id"]
    return {"web": f"{url}/service/{id}", "api": f"{url}/v1/services/{id}"}


def download_link(call: Call, path: str) -> str:
    """A download link that needs no key, valid for the lifetime of links.

    Args:
        call: The request that asks for the link.
        path: The path below this server, percent-encoded.
    """
    world = call.world
    expires = int(world.clock.utc().timestamp() + world.link_lifetime)
    return f"{world.download_url or world.url}{path}?expires={expires}&signature={_signature(call, path, expires)}"


def check_download(call: Call) -> None:
    """Refuse with 403 a link that was not issued here, or that has expired."""
    expires = call.query.get("expires", "")
    if not _SECONDS.fullmatch(expires) or call.query.get("signature") != _signature(call, call.raw_path, int(expires)):
        raise Refusal(403, "The link is not valid")
    if int(expires) < call.world.clock.utc().timestamp():
        raise Refusal(403, "The link has expired")


def _signature(call: Call, path: str, expires: int) -> str:
    return hashlib.sha256(f"{call.world.dx_token} {path} {expires}".encode()).hexdigest()[:32]


def check_links(call: Call) -> None:
    """Refuse with 422 a body with read-only fields, if the assumptions have it."""
    if call.account.assumptions.sent_links == "refused":
        read_only = [name for name in ("links", "isExternal") if name in call.body]
        if read_only:
            raise semantic(dict.fromkeys(read_only, "is read-only"))
