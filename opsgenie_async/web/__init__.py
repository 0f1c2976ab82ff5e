"""Opsgenie in an aiohttp application, a line for each feature.

setup(app, Config(...))                               a client: `request.config_dict[OPSGENIE]`
alert_on_errors(app, service="shop")                  alerts for failed requests
heartbeat(app, "shop", every=60)                      pings while the application is healthy
webhooks(app, "/opsgenie", on_event, secret=SECRET)   actions on alerts, as typed events
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsgenie_async.web.aiohttp.error_alerts import alert_on_errors
    from opsgenie_async.web.aiohttp.heartbeat import heartbeat
    from opsgenie_async.web.aiohttp.plugin import OPSGENIE, setup
    from opsgenie_async.web.aiohttp.webhooks import webhooks
    from opsgenie_async.web.error_alerts import AlertSettings, ErrorAlerts
    from opsgenie_async.web.headers import HEADERS
    from opsgenie_async.web.heartbeat_pings import HeartbeatPings
    from opsgenie_async.web.request_failure import AlertFields, RequestFailure, fingerprint
    from opsgenie_async.web.webhook_events import (
        AlertAcknowledged,
        AlertClosed,
        AlertCreated,
        AlertDeleted,
        AlertEscalated,
        AlertNoteAdded,
        AlertOwnershipAssigned,
        AlertOwnershipTaken,
        AlertPriorityUpdated,
        AlertRecipientAdded,
        AlertSnoozed,
        AlertSnoozeEnded,
        AlertTagsAdded,
        AlertTagsRemoved,
        AlertTeamAdded,
        AlertUnacknowledged,
        EscalationTarget,
        OtherAction,
        WebhookAlert,
        WebhookEvent,
        WebhookResponder,
        WebhookSource,
    )
    from opsgenie_async.web.webhook_receiver import Webhooks, WebhookSettings

__all__ = [
    "HEADERS",
    "OPSGENIE",
    "AlertAcknowledged",
    "AlertClosed",
    "AlertCreated",
    "AlertDeleted",
    "AlertEscalated",
    "AlertFields",
    "AlertNoteAdded",
    "AlertOwnershipAssigned",
    "AlertOwnershipTaken",
    "AlertPriorityUpdated",
    "AlertRecipientAdded",
    "AlertSettings",
    "AlertSnoozeEnded",
    "AlertSnoozed",
    "AlertTagsAdded",
    "AlertTagsRemoved",
    "AlertTeamAdded",
    "AlertUnacknowledged",
    "ErrorAlerts",
    "EscalationTarget",
    "HeartbeatPings",
    "OtherAction",
    "RequestFailure",
    "WebhookAlert",
    "WebhookEvent",
    "WebhookResponder",
    "WebhookSettings",
    "WebhookSource",
    "Webhooks",
    "alert_on_errors",
    "fingerprint",
    "heartbeat",
    "setup",
    "webhooks",
]

HOMES = {
    "OPSGENIE": "aiohttp.plugin",
    "setup": "aiohttp.plugin",
    "alert_on_errors": "aiohttp.error_alerts",
    "heartbeat": "aiohttp.heartbeat",
    "webhooks": "aiohttp.webhooks",
    "AlertSettings": "error_alerts",
    "ErrorAlerts": "error_alerts",
    "HEADERS": "headers",
    "HeartbeatPings": "heartbeat_pings",
    "AlertFields": "request_failure",
    "RequestFailure": "request_failure",
    "fingerprint": "request_failure",
    "WebhookSettings": "webhook_receiver",
    "Webhooks": "webhook_receiver",
}
"""The modules of the names; all others are events. A log handler or a job needs no web server, and loads none."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    value = globals()[name] = getattr(import_module(f"{__name__}.{HOMES.get(name, 'webhook_events')}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
