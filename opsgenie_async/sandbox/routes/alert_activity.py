"""Alert API: logs, notes and recipients."""

from __future__ import annotations

from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import ALERT
from opsgenie_async.sandbox.http.paging import page_by_token
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes(domain=ALERT)


@routes.on("GET", "/v2/alerts/{alert}/logs")
def list_logs(call: Call) -> Response:
    return page_by_token(call, call.account.alert_logs.get(alert_records.require(call)["id"], []))


@routes.on("GET", "/v2/alerts/{alert}/notes")
def list_notes(call: Call) -> Response:
    return page_by_token(call, call.account.alert_notes.get(alert_records.require(call)["id"], []))


@routes.on("GET", "/v2/alerts/{alert}/recipients")
def list_recipients(call: Call) -> Response:
    return data(call.account.alert_recipients.get(alert_records.require(call)["id"], []))
