"""Opsgenie in an aiohttp application, a line for each feature.

setup(app, Config(...))                               a client: `request.config_dict[OPSGENIE]`
alert_on_errors(app, service="shop")                  alerts for failed requests
heartbeat(app, "shop", every=60)                      pings while the application is healthy
webhooks(app, "/opsgenie", on_event, secret=SECRET)   actions on alerts, as typed events
"""

from opsgenie_async.web.error_alerts import ErrorAlerts, alert_on_errors
from opsgenie_async.web.headers import HEADERS
from opsgenie_async.web.heartbeat import HeartbeatPings, heartbeat
from opsgenie_async.web.plugin import OPSGENIE, setup
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
from opsgenie_async.web.webhooks import Webhooks, webhooks

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
    "WebhookSource",
    "Webhooks",
    "alert_on_errors",
    "fingerprint",
    "heartbeat",
    "setup",
    "webhooks",
]
