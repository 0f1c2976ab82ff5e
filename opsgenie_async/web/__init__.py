"""What an aiohttp application needs of Opsgenie, in a line each.

setup(app, Config(...))                               a client: `request.config_dict[OPSGENIE]`
alert_on_errors(app, service="shop")                  alerts for what goes wrong
heartbeat(app, "shop", every=60)                      a sign of life while the application is well
webhooks(app, "/opsgenie", on_event, secret=SECRET)   what Opsgenie does with alerts, as typed events
"""

from .error_alerts import ErrorAlerts, alert_on_errors
from .headers import HEADERS
from .pings import Pings, heartbeat
from .plugin import OPSGENIE, setup
from .receiving import Webhooks, webhooks
from .trouble import AlertFields, Trouble, fingerprint
from .webhook_events import (
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
    "OtherAction",
    "Pings",
    "Trouble",
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
