"""What an aiohttp application needs of Opsgenie, in a line each.

setup(app, Config(...))                               a client: `request.config_dict[OPSGENIE]`
alert_on_errors(app, service="shop")                  alerts for what goes wrong
heartbeat(app, "shop", every=60)                      a sign of life while the application is well
webhooks(app, "/opsgenie", on_event, secret=SECRET)   what Opsgenie does with alerts, as typed events
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
