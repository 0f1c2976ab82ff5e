"""What Opsgenie posts to a webhook: one class for each action (Webhook Integration and Alert Action Data pages)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Final

import attrs

from ..converters import read
from ..converters.misfit import Misfit
from ..converters.spellings import Spelling
from ..errors import ProtocolError
from ..models import Priority
from ..models.base import Json, Model

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
    "AlertRecipientAdded",
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

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NANOSECONDS_FROM = 10**15
"""Milliseconds reach this in the year 33658, nanoseconds reached it on the twelfth day."""


def _moment(value: object, _: object) -> datetime:
    if value.__class__ is int and isinstance(value, int):
        try:
            if abs(value) >= NANOSECONDS_FROM:
                return EPOCH + timedelta(microseconds=value // 1000)
            return EPOCH + timedelta(milliseconds=value)
        except OverflowError:
            pass
    raise Misfit("milliseconds or nanoseconds since 1970", value)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _nanoseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def _tags(value: object, _: object) -> list[str]:
    if isinstance(value, str):
        return [tag for tag in (each.strip() for each in value.split(",")) if tag]
    if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        return value
    raise Misfit("tags with commas between", value)


def _priority(value: object, _: object) -> Priority | str:
    word = f"P{value}" if value.__class__ is int else value
    if not isinstance(word, str):
        raise Misfit("str, or int for its number", value)
    try:
        return Priority(word)
    except ValueError:
        return word


Millis = Annotated[datetime, Spelling(_moment, _milliseconds)]
Nanos = Annotated[datetime, Spelling(_moment, _nanoseconds)]
TagText = Annotated[list[str], Spelling(_tags, ",".join)]
PriorityWord = Annotated[Priority | str, Spelling(_priority, str)]


@attrs.define(kw_only=True)
class WebhookResponder(Model):
    """Somebody who responds to the alert."""

    id: str = ""
    type: str = ""
    name: str = ""


@attrs.define(kw_only=True)
class WebhookSource(Model):
    """Where the action came from: "web", "API", or the tool that did it."""

    name: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class EscalationTarget(Model):
    """Whom an escalation notifies; `entity` says what it is ("user")."""

    id: str = ""
    name: str = ""
    type: str = ""
    entity: str = ""


@attrs.define(kw_only=True)
class WebhookAlert(Model):
    """The part of an alert that webhooks tell; for an escalation that may be no more than its id.

    username, user_id: who did it. teams, recipients: ids.
    description, details: only where the integration sends them, cut at 1000 characters by the page, and only for a
        creation and for custom actions.
    created_at: sent in milliseconds; updated_at, inserted_at: sent in nanoseconds, of which Python keeps microseconds.
    """

    alert_id: str
    message: str = ""
    alias: str = ""
    tiny_id: str = ""
    entity: str = ""
    source: str = ""
    username: str = ""
    user_id: str = ""
    priority: PriorityWord = ""
    tags: list[str] = attrs.field(factory=list)
    team: str = ""
    teams: list[str] = attrs.field(factory=list)
    recipient: str = ""
    recipients: list[str] = attrs.field(factory=list)
    responders: list[WebhookResponder] = attrs.field(factory=list)
    actions: list[str] = attrs.field(factory=list)
    owner: str = ""
    note: str = ""
    added_tags: TagText = attrs.field(factory=list)
    removed_tags: TagText = attrs.field(factory=list)
    description: str = ""
    details: dict[str, str] = attrs.field(factory=dict)
    created_at: Millis | None = None
    updated_at: Nanos | None = None
    inserted_at: Nanos | None = None


@attrs.define(kw_only=True)
class WebhookEvent(Model):
    """Something was done to an alert; `action` is Opsgenie's word for it."""

    action: str
    alert: WebhookAlert
    source: WebhookSource | None = None
    integration_id: str = ""
    integration_name: str = ""
    integration_type: str = ""


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

    escalation_id: str = ""
    escalation_name: str = ""
    escalation_notify: EscalationTarget | None = None
    escalation_time: int | None = None
    repeat_count: int | None = None


@attrs.define(kw_only=True)
class AlertClosed(WebhookEvent):
    """`Close`."""


@attrs.define(kw_only=True)
class AlertDeleted(WebhookEvent):
    """`Delete`: it cannot be asked for any more."""


@attrs.define(kw_only=True)
class AlertSnoozed(WebhookEvent):
    """`Snooze`: it is kept quiet for a while."""


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
    }
)
"""Opsgenie's words and their classes; every other word is an `OtherAction`."""


def event_of(document: Json) -> WebhookEvent:
    """Read what was posted; raises `ProtocolError` naming the place of what does not fit."""
    if not isinstance(document, dict):
        raise ProtocolError("body: expected an object")
    action = document.get("action")
    kind = ACTIONS.get(action, OtherAction) if isinstance(action, str) else OtherAction
    return read(_told(document), kind, at="body")


def _told(document: dict[str, Json]) -> dict[str, Json]:
    """*document* without its nulls: of an action that is over, null says as much as nothing."""
    return {
        name: _told(value) if isinstance(value, dict) else value
        for name, value in document.items()
        if value is not None
    }
