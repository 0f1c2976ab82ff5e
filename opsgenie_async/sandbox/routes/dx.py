"""DX `incidents.upsert`: always HTTP 200; `ok` in the body has the result.

The page lists the error codes but not the key that holds one; here it is `error`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.intake import parse
from opsgenie_async.sandbox.http.responses import Dialect, Response, bare
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes(domain=None, dialect=Dialect.DX)

_TEXTS = ("name", "priority", "source_url")
_KEY = re.compile(r"[A-Za-z0-9_-]+")


@routes.on("POST", "/api/incidents.upsert", configuration=False)
def upsert(call: Call) -> Response:
    body = _body(call)
    reference_id = body.get("reference_id")
    if not isinstance(reference_id, str) or not reference_id or not isinstance(body.get("started_at"), str):
        raise Refusal(200, "invalid_arguments")
    for key in _TEXTS:
        if not isinstance(body.get(key, ""), str | None):
            raise Refusal(200, "invalid_arguments")
    for key in ("started_at", "resolved_at"):
        if body.get(key) is not None and not _readable(body[key]):
            raise Refusal(200, "invalid_timestamp")
    incident = dict(call.account.dx_incidents.get(reference_id, {"services": [], "metadata": {}}))
    incident["reference_id"] = reference_id
    incident |= {key: body[key] for key in ("started_at", "resolved_at", *_TEXTS) if key in body}
    if "services" in body:
        incident["services"] = _services(body["services"])
    if "metadata" in body:
        incident["metadata"] = _metadata(body["metadata"])
    call.account.dx_incidents[reference_id] = incident
    return bare({"ok": True})


def _body(call: Call) -> Doc:
    try:
        return parse(call.raw)
    except Refusal as refusal:
        raise Refusal(200, "invalid_json" if refusal.status == 400 else "invalid_arguments") from None


def _readable(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _services(value: Any) -> list[Doc]:
    """`null` and `[]` clear; each service needs its identifier, the name is optional."""
    services = value or []
    if not isinstance(services, list):
        raise Refusal(200, "invalid_arguments")
    for each in services:
        has_identifier = isinstance(each, dict) and isinstance(each.get("identifier"), str) and each["identifier"]
        if not has_identifier or not isinstance(each.get("name", ""), str | None):
            raise Refusal(200, "invalid_arguments")
    return services


def _metadata(value: Any) -> Doc:
    """`null` and `[]` clear; keys are letters, digits, dashes and underscores."""
    metadata = value or {}
    if not isinstance(metadata, dict) or not all(_KEY.fullmatch(key) for key in metadata):
        raise Refusal(200, "metadata_invalid")
    return metadata
