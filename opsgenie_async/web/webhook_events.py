"""What Opsgenie posts to a webhook: one class for each action (Webhook Integration and Alert Action Data pages)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from opsgenie_async.converters import read
from opsgenie_async.errors import ProtocolError
from opsgenie_async.models import Priority
from opsgenie_async.models.base import Json, Model
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
    "event_of",
]


@attrs.define(kw_only=True)
class WebhookResponder(Model):
    """Somebody who responds to the alert."""

    id: Text = ""
    type: Text = ""
    name: Text = ""


@attrs.define(kw_only=True)
class WebhookSource(Model):
    """Where the action came from: "web", "API", or the tool that did it."""

    name: Text = ""
    type: Text = ""


@attrs.define(kw_only=True)
class EscalationTarget(Model):
    """Whom an escalation notifies; `entity` says what it is ("user")."""

    id: Text = ""
    name: Text = ""
    type: Text = ""
    entity: Text = ""


@attrs.define(kw_only=True)
class WebhookAlert(Model):
    """The part of an alert that webhooks tell; for an escalation that may be no more than its id.

    username, user_id, user_full_name: who did it. teams, recipients: ids.
    snooze_end_date, snoozed_until: the end of a snooze, by whichever name it came. old_priority: before an
        `UpdatePriority`.
    description, details: only where the integration sends them, cut at 1000 characters by the page, and only for a
        creation and for custom actions.
    created_at: sent in milliseconds; updated_at, inserted_at: sent in nanoseconds, of which Python keeps microseconds.
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
    """Something was done to an alert; `action` is Opsgenie's word for it.

    actor_user_id: the id of the user who did it. alert_flow_context: ids by which the vendor follows the event,
        as they came.
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
    """`Create`: there is a new alert, or it came to the integration's team."""


@attrs.define(kw_only=True)
class AlertAcknowledged(WebhookEvent):
    """`Acknowledge`: somebody looks after it."""


@attrs.define(kw_only=True)
class AlertUnacknowledged(WebhookEvent):
    """`UnAcknowledge`: nobody does any more."""


@attrs.define(kw_only=True)
class AlertNoteAdded(WebhookEvent):
    """`AddNote`."""

    @property
    def note(self) -> str:
        """What was written."""
        return self.alert.note


@attrs.define(kw_only=True)
class AlertTagsAdded(WebhookEvent):
    """`AddTags`."""

    @property
    def tags(self) -> list[str]:
        """The ones that were added; all of them are in `alert.tags`."""
        return self.alert.added_tags


@attrs.define(kw_only=True)
class AlertTagsRemoved(WebhookEvent):
    """`RemoveTags`."""

    @property
    def tags(self) -> list[str]:
        """The ones that were removed; those that are left are in `alert.tags`."""
        return self.alert.removed_tags


@attrs.define(kw_only=True)
class AlertRecipientAdded(WebhookEvent):
    """`AddRecipient`."""

    @property
    def recipient(self) -> str:
        """Who was added: the name of a user, escalation, schedule..."""
        return self.alert.recipient


@attrs.define(kw_only=True)
class AlertTeamAdded(WebhookEvent):
    """`AddTeam`."""

    @property
    def team(self) -> str:
        """The name of the team that was added."""
        return self.alert.team


@attrs.define(kw_only=True)
class AlertOwnershipAssigned(WebhookEvent):
    """`AssignOwnership`: somebody made `owner` responsible."""

    @property
    def owner(self) -> str:
        """The username of the owner."""
        return self.alert.owner


@attrs.define(kw_only=True)
class AlertOwnershipTaken(WebhookEvent):
    """`TakeOwnership`: whoever did it is the owner now."""

    @property
    def owner(self) -> str:
        """The username of the owner."""
        return self.alert.owner or self.alert.username


@attrs.define(kw_only=True)
class AlertEscalated(WebhookEvent):
    """`Escalate`: a rule of an escalation was carried out.

    escalation_time: minutes after the alert that the rule is for. repeat_count: which round of the escalation it is.
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
    """`Delete`: it cannot be asked for any more."""


@attrs.define(kw_only=True)
class AlertSnoozed(WebhookEvent):
    """`Snooze`: it is kept quiet for a while."""

    snooze_end_date: Millis | None = None
    snoozed_until: Millis | None = None

    @property
    def until(self) -> datetime | None:
        """When it ends; None where the webhook does not say."""
        alert = self.alert
        return alert.snooze_end_date or alert.snoozed_until or self.snooze_end_date or self.snoozed_until


@attrs.define(kw_only=True)
class AlertSnoozeEnded(WebhookEvent):
    """`SnoozeEnded`: it is quiet no longer."""


@attrs.define(kw_only=True)
class AlertPriorityUpdated(WebhookEvent):
    """`UpdatePriority`."""

    old_priority: PriorityWord = ""

    @property
    def priority(self) -> Priority | str:
        """The new one."""
        return self.alert.priority

    @property
    def previous(self) -> Priority | str:
        """The one before; "" where the webhook does not say."""
        return self.alert.old_priority or self.old_priority


@attrs.define(kw_only=True)
class OtherAction(WebhookEvent):
    """A custom action, whose name is `action`, or a word that this version does not know: nothing tells them apart."""


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
"""Opsgenie's words and their classes; every other word is an `OtherAction`."""


def event_of(document: Json) -> WebhookEvent:
    """Read what was posted; raises `ProtocolError` naming the place of what does not fit."""
    if not isinstance(document, dict):
        raise ProtocolError("body: expected an object")
    action = document.get("action")
    kind = ACTIONS.get(action, OtherAction) if isinstance(action, str) else OtherAction
    return read(_without_nulls(document), kind, at="body")


def _without_nulls(value: Json) -> Json:
    """*value* without the nulls in it: of an action that is over, null says as much as nothing."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
