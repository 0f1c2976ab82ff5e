"""Opsgenie in an aiohttp application, a line for each feature.

setup(app, Config(...))                               a client: `request.config_dict[OPSGENIE]`
alert_on_errors(app, service="shop")                  alerts for failed requests
heartbeat(app, "shop", every=60)                      pings while the application is healthy
webhooks(app, "/opsgenie", on_event, secret=SECRET)   actions on alerts, as typed events
"""

from opsgenie_async.web.aiohttp.error_alerts import alert_on_errors
from opsgenie_async.web.aiohttp.heartbeat import heartbeat
from opsgenie_async.web.aiohttp.plugin import OPSGENIE, setup
from opsgenie_async.web.aiohttp.webhooks import webhooks
from opsgenie_async.web.error_alerts import AlertSettings, ErrorAlerts
from opsgenie_async.web.headers import HEADERS
from opsgenie_async.web.pings import HeartbeatPings
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
