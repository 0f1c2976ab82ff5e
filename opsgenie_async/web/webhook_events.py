"""Events of webhooks, one class for each action (Webhook Integration and Alert Action Data pages)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from opsgenie_async.converters import read
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models import Priority
from opsgenie_async.models.base import Model
from opsgenie_async.web.webhook_values import Count, Details, Millis, Nanos, PriorityWord, TagText, Text, Texts

__all__ = [
    "ACTIONS",
    "AlertAcknowledged",
    "AlertClosed",
    "AlertCreated",
    "AlertDeleted",
    "AlertEscalated",
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
    "EscalationTarget",
    "OtherAction",
    "WebhookAlert",
    "WebhookEvent",
    "WebhookResponder",
    "WebhookSource",
    "read_event",
]


@attrs.define(kw_only=True)
class WebhookResponder(Model):
    """Somebody who responds to the alert."""

    id: Text = ""
    type: Text = ""
    name: Text = ""


@attrs.define(kw_only=True)
class WebhookSource(Model):
    """The origin of an action: "web", "API", or the name of a tool."""

    name: Text = ""
    type: Text = ""


@attrs.define(kw_only=True)
class EscalationTarget(Model):
    """The recipient of an escalation; `entity` is its kind ("user")."""

    id: Text = ""
    name: Text = ""
    type: Text = ""
    entity: Text = ""


@attrs.define(kw_only=True)
class WebhookAlert(Model):
    """The part of an alert that webhooks contain; for an escalation possibly no more than its id.

    Attributes:
        username: The name of the user who acted; so are `user_id` and `user_full_name`.
        teams: Ids of teams.
        recipients: Ids of recipients.
        snooze_end_date: The end of a snooze; some webhooks have it as `snoozed_until`.
        old_priority: The priority before an `UpdatePriority`.
        description: Only in a creation or a custom action, if the integration sends it; 1000 characters by the page.
        details: As `description`.
        created_at: A time that is sent in milliseconds.
        updated_at: A time that is sent in nanoseconds, truncated to microseconds; so is `inserted_at`.
    """

    alert_id: Text
    message: Text = ""
    alias: Text = ""
    tiny_id: Text = ""
    entity: Text = ""
    source: Text = ""
    username: Text = ""
    user_id: Text = ""
    priority: PriorityWord = ""
    tags: Texts = attrs.field(factory=list)
    team: Text = ""
    teams: Texts = attrs.field(factory=list)
    recipient: Text = ""
    recipients: Texts = attrs.field(factory=list)
    responders: list[WebhookResponder] = attrs.field(factory=list)
    actions: Texts = attrs.field(factory=list)
    owner: Text = ""
    note: Text = ""
    added_tags: TagText = attrs.field(factory=list)
    removed_tags: TagText = attrs.field(factory=list)
    description: Text = ""
    details: Details = attrs.field(factory=dict)
    created_at: Millis | None = None
    updated_at: Nanos | None = None
    inserted_at: Nanos | None = None
    snooze_end_date: Millis | None = None
    snoozed_until: Millis | None = None
    old_priority: PriorityWord = ""
    user_full_name: Text = ""
    alert_type: Text = ""


@attrs.define(kw_only=True)
class WebhookEvent(Model):
    """An action on an alert; `action` is Opsgenie's name of it.

    Attributes:
        actor_user_id: The id of the user who acted.
        alert_flow_context: Ids by which the vendor traces the event, unchanged.
    """

    action: str
    alert: WebhookAlert
    source: WebhookSource | None = None
    integration_id: Text = ""
    integration_name: Text = ""
    integration_type: Text = ""
    actor_user_id: Text = ""
    alert_flow_context: Json = None


@attrs.define(kw_only=True)
class AlertCreated(WebhookEvent):
    """`Create`: an alert was created, or routed to the integration's team."""


@attrs.define(kw_only=True)
class AlertAcknowledged(WebhookEvent):
    """`Acknowledge`: a user has acknowledged the alert."""


@attrs.define(kw_only=True)
class AlertUnacknowledged(WebhookEvent):
    """`UnAcknowledge`: the acknowledgement was withdrawn."""


@attrs.define(kw_only=True)
class AlertNoteAdded(WebhookEvent):
    """`AddNote`."""

    @property
    def note(self) -> str:
        """The text of the note."""
        return self.alert.note


@attrs.define(kw_only=True)
class AlertTagsAdded(WebhookEvent):
    """`AddTags`."""

    @property
    def tags(self) -> list[str]:
        """The new tags; all tags are in `alert.tags`."""
        return self.alert.added_tags


@attrs.define(kw_only=True)
class AlertTagsRemoved(WebhookEvent):
    """`RemoveTags`."""

    @property
    def tags(self) -> list[str]:
        """The removed tags; the remaining ones are in `alert.tags`."""
        return self.alert.removed_tags


@attrs.define(kw_only=True)
class AlertRecipientAdded(WebhookEvent):
    """`AddRecipient`."""

    @property
    def recipient(self) -> str:
        """The name of the new recipient: a user, escalation, schedule..."""
        return self.alert.recipient


@attrs.define(kw_only=True)
class AlertTeamAdded(WebhookEvent):
    """`AddTeam`."""

    @property
    def team(self) -> str:
        """The name of the new team."""
        return self.alert.team


@attrs.define(kw_only=True)
class AlertOwnershipAssigned(WebhookEvent):
    """`AssignOwnership`: a user was made the owner."""

    @property
    def owner(self) -> str:
        """The username of the owner."""
        return self.alert.owner


@attrs.define(kw_only=True)
class AlertOwnershipTaken(WebhookEvent):
    """`TakeOwnership`: the acting user is the owner now."""

    @property
    def owner(self) -> str:
        """The username of the owner."""
        return self.alert.owner or self.alert.username


@attrs.define(kw_only=True)
class AlertEscalated(WebhookEvent):
    """`Escalate`: a rule of an escalation was executed.

    Attributes:
        escalation_time: The delay of the rule after the alert, in minutes.
        repeat_count: The number of the current round of the escalation.
    """

    escalation_id: Text = ""
    escalation_name: Text = ""
    escalation_notify: EscalationTarget | None = None
    escalation_time: Count | None = None
    repeat_count: Count | None = None


@attrs.define(kw_only=True)
class AlertClosed(WebhookEvent):
    """`Close`."""


@attrs.define(kw_only=True)
class AlertDeleted(WebhookEvent):
    """`Delete`: the alert no longer exists."""


@attrs.define(kw_only=True)
class AlertSnoozed(WebhookEvent):
    """`Snooze`: the alert notifies nobody until the snooze ends."""

    snooze_end_date: Millis | None = None
    snoozed_until: Millis | None = None

    @property
    def until(self) -> datetime | None:
        """The end of the snooze; None if the webhook does not contain it."""
        alert = self.alert
        return alert.snooze_end_date or alert.snoozed_until or self.snooze_end_date or self.snoozed_until


@attrs.define(kw_only=True)
class AlertSnoozeEnded(WebhookEvent):
    """`SnoozeEnded`: the snooze is over."""


@attrs.define(kw_only=True)
class AlertPriorityUpdated(WebhookEvent):
    """`UpdatePriority`."""

    old_priority: PriorityWord = ""

    @property
    def priority(self) -> Priority | str:
        """The new priority."""
        return self.alert.priority

    @property
    def previous(self) -> Priority | str:
        """The old priority; "" if the webhook does not contain it."""
        return self.alert.old_priority or self.old_priority


@attrs.define(kw_only=True)
class OtherAction(WebhookEvent):
    """A custom action, or one that this version does not know; `action` is its name."""


ACTIONS: Final[Mapping[str, type[WebhookEvent]]] = MappingProxyType(
    {
        "Create": AlertCreated,
        "Acknowledge": AlertAcknowledged,
        "UnAcknowledge": AlertUnacknowledged,
        "AddNote": AlertNoteAdded,
        "AddTags": AlertTagsAdded,
        "RemoveTags": AlertTagsRemoved,
        "AddRecipient": AlertRecipientAdded,
        "AddTeam": AlertTeamAdded,
        "AssignOwnership": AlertOwnershipAssigned,
        "TakeOwnership": AlertOwnershipTaken,
        "Escalate": AlertEscalated,
        "Close": AlertClosed,
        "Delete": AlertDeleted,
        "Snooze": AlertSnoozed,
        "SnoozeEnded": AlertSnoozeEnded,
        "UpdatePriority": AlertPriorityUpdated,
    }
)
"""Names of actions and their classes; every other name is an `OtherAction`."""


def read_event(document: Json) -> WebhookEvent:
    """Read the body of a webhook.

    Raises:
        ProtocolError: The body is not a webhook; the message names the path of the value.
    """
    if not isinstance(document, dict):
        raise ProtocolError("body: expected an object")
    action = document.get("action")
    event_class = ACTIONS.get(action, OtherAction) if isinstance(action, str) else OtherAction
    return read(_without_nulls(document), event_class, at="body")


def _without_nulls(value: Json) -> Json:
    """Remove the nulls from *value*: in an event, null means the same as absence."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
