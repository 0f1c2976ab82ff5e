"""What an integration does with incoming events (Integration Actions API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opsgenie_async.models import (
    AcknowledgeAction,
    AddNoteAction,
    CloseAction,
    CreateAction,
    IgnoreAction,
    IntegrationAction,
    IntegrationActionType,
    IntegrationFilter,
    IntegrationMeta,
    Priority,
    Recipient,
)
from opsgenie_async.models import IntegrationActions as ActionsByKind
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.lists import all_lists
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["IntegrationActions"]

ACTIONS = "v2/integrations/{integration}/actions"
WRITES = "integration-configuration"


def _parent_on_wire(arguments: dict[str, Any]) -> None:
    if (parent := arguments.pop("parent", UNSET)) is not UNSET:
        arguments["extra"] = {"_parent": parent}


class IntegrationActions(Resource):
    """`og.integration_actions`: an action has a kind, a filter and what it does to an alert."""

    __slots__ = ()

    @operation("GET", ACTIONS, data_key=all_lists)
    def list(self, integration: ById) -> Pager[IntegrationAction]:
        """List all actions of an integration, sorted by type.

        Args:
            integration: An id, or a model that has one.
        """
        ...

    @operation("PUT", ACTIONS, domain=WRITES, before_build=_parent_on_wire)
    async def update_all(
        self,
        integration: ById,
        *,
        ignore: Sequence[IgnoreAction] | Unset = UNSET,
        create: Sequence[CreateAction] | Unset = UNSET,
        close: Sequence[CloseAction] | Unset = UNSET,
        acknowledge: Sequence[AcknowledgeAction] | Unset = UNSET,
        add_note: Sequence[AddNoteAction] | Unset = UNSET,
        parent: IntegrationMeta | Unset = UNSET,
    ) -> ActionsByKind:
        """Replace all actions of an integration; types that are not given are cleared.

        Args:
            integration: An id, or a model that has one.
            ignore: The actions that ignore events; none when not given.
            create: The actions that create alerts; none when not given.
            close: The actions that close alerts; none when not given.
            acknowledge: The actions that acknowledge alerts; none when not given.
            add_note: The actions that add notes; none when not given.
            parent: The integration, as `_parent` in a response; the API uses the path.
        """
        ...

    @operation("POST", ACTIONS, domain=WRITES)
    async def create(
        self,
        integration: ById,
        *,
        type: IntegrationActionType | str,
        name: str,
        alias: str,
        filter: IntegrationFilter,
        order: int | Unset = UNSET,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        source: str | Unset = UNSET,
        message: str | Unset = UNSET,
        description: str | Unset = UNSET,
        entity: str | Unset = UNSET,
        priority: Priority | str | Unset = UNSET,
        custom_priority: str | Unset = UNSET,
        append_attachments: bool | Unset = UNSET,
        alert_actions: ListLike[str] | Unset = UNSET,
        ignore_alert_actions_from_payload: bool | Unset = UNSET,
        responders: Sequence[Recipient] | Unset = UNSET,
        ignore_responders_from_payload: bool | Unset = UNSET,
        recipients: Sequence[Recipient] | Unset = UNSET,
        ignore_recipients_from_payload: bool | Unset = UNSET,
        ignore_teams_from_payload: bool | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
        ignore_tags_from_payload: bool | Unset = UNSET,
        extra_properties: Mapping[str, str] | Unset = UNSET,
        ignore_extra_properties_from_payload: bool | Unset = UNSET,
    ) -> ActionsByKind:
        """Add an action; returns all actions of the integration.

        *source* and the arguments after it are for actions of type `create`.

        Args:
            integration: An id, or a model that has one.
            type: What it does: `create`, `close`, `acknowledge`, `addNote` or `ignore`.
            name: The name of the action.
            alias: The alias of the alert; `{{...}}` takes a field of the event.
            filter: Which events it applies to; required by the OpenAPI file, not by the Go SDK.
            order: Its position among the actions, from 1.
            user: Who does it, as shown in the log of the alert.
            note: A note on the alert.
            source: The source of the alert.
            message: The message of the alert.
            description: The description of the alert.
            entity: The entity of the alert.
            priority: The priority of the alert, `P1` to `P5`.
            custom_priority: The priority as an expression over the event, instead of *priority*.
            append_attachments: Whether files of the event are attached to the alert.
            alert_actions: Names of custom actions that the alert offers.
            ignore_alert_actions_from_payload: Whether actions in the event are left out.
            responders: Who is notified.
            ignore_responders_from_payload: Whether responders in the event are left out.
            recipients: Who is notified; the older name of *responders*.
            ignore_recipients_from_payload: Whether recipients in the event are left out.
            ignore_teams_from_payload: Whether teams in the event are left out.
            tags: Tags of the alert.
            ignore_tags_from_payload: Whether tags in the event are left out.
            extra_properties: Details of the alert.
            ignore_extra_properties_from_payload: Whether details in the event are left out.
        """
        ...
