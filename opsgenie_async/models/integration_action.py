"""What an integration does with incoming events (Integration Actions API page)."""

from __future__ import annotations

import enum
from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Model, Tagged, Unknown, on_wire
from opsgenie_async.models.common import Priority
from opsgenie_async.models.integration import IntegrationFilter, IntegrationMeta
from opsgenie_async.models.recipient import Recipient

__all__ = [
    "AcknowledgeAction",
    "AddNoteAction",
    "CloseAction",
    "CreateAction",
    "IgnoreAction",
    "IntegrationAction",
    "IntegrationActionType",
    "IntegrationActions",
]


class IntegrationActionType(enum.StrEnum):
    """The type of an action."""

    CREATE = "create"
    CLOSE = "close"
    ACKNOWLEDGE = "acknowledge"
    ADD_NOTE = "addNote"
    IGNORE = "ignore"


@attrs.define(kw_only=True)
class IgnoreAction(Tagged):
    """Ignores events; every other type has its filter and order as well."""

    type: ClassVar[Literal["ignore"]] = "ignore"
    name: str
    order: int | None = None
    filter: IntegrationFilter | None = None


@attrs.define(kw_only=True)
class _AlertAction(Tagged):
    name: str
    order: int | None = None
    filter: IntegrationFilter | None = None
    user: str | None = None
    note: str | None = None
    alias: str | None = None


@attrs.define(kw_only=True)
class CreateAction(_AlertAction):
    """Creates an alert; `{{message}}` and the like insert fields of the event.

    `ignore_..._from_payload` ignores these fields of the event.
    """

    type: ClassVar[Literal["create"]] = "create"
    source: str | None = None
    message: str | None = None
    description: str | None = None
    entity: str | None = None
    priority: Priority | str | None = None
    custom_priority: str | None = None
    append_attachments: bool | None = None
    alert_actions: list[str] | None = None
    ignore_alert_actions_from_payload: bool | None = None
    responders: list[Recipient] | None = None
    ignore_responders_from_payload: bool | None = None
    recipients: list[Recipient] | None = None
    ignore_recipients_from_payload: bool | None = None
    ignore_teams_from_payload: bool | None = None
    tags: list[str] | None = None
    ignore_tags_from_payload: bool | None = None
    extra_properties: dict[str, str] | None = None
    ignore_extra_properties_from_payload: bool | None = None


@attrs.define(kw_only=True)
class CloseAction(_AlertAction):
    """Closes the alert with the alias."""

    type: ClassVar[Literal["close"]] = "close"


@attrs.define(kw_only=True)
class AcknowledgeAction(_AlertAction):
    """Acknowledges the alert with the alias."""

    type: ClassVar[Literal["acknowledge"]] = "acknowledge"


@attrs.define(kw_only=True)
class AddNoteAction(_AlertAction):
    """Adds a note to the alert with the alias."""

    type: ClassVar[Literal["addNote"]] = "addNote"


IntegrationAction: TypeAlias = IgnoreAction | CreateAction | CloseAction | AcknowledgeAction | AddNoteAction | Unknown


@attrs.define(kw_only=True)
class IntegrationActions(Model):
    """All actions of an integration, by type."""

    parent: IntegrationMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    ignore: list[IgnoreAction] = attrs.field(factory=list)
    create: list[CreateAction] = attrs.field(factory=list)
    close: list[CloseAction] = attrs.field(factory=list)
    acknowledge: list[AcknowledgeAction] = attrs.field(factory=list)
    add_note: list[AddNoteAction] = attrs.field(factory=list)
