"""What an integration makes of the events it gets (Integration Actions API page)."""

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
        """List the actions of an integration, kind by kind, as one list."""
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
        """Replace all actions of an integration: a kind that is not given has none afterwards.

        parent: `_parent` on the wire; the path alone decides.
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
        alert_actions: Sequence[str] | Unset = UNSET,
        ignore_alert_actions_from_payload: bool | Unset = UNSET,
        responders: Sequence[Recipient] | Unset = UNSET,
        ignore_responders_from_payload: bool | Unset = UNSET,
        recipients: Sequence[Recipient] | Unset = UNSET,
        ignore_recipients_from_payload: bool | Unset = UNSET,
        ignore_teams_from_payload: bool | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        ignore_tags_from_payload: bool | Unset = UNSET,
        extra_properties: Mapping[str, str] | Unset = UNSET,
        ignore_extra_properties_from_payload: bool | Unset = UNSET,
    ) -> ActionsByKind:
        """Add an action; answers all actions of the integration.

        filter: mandatory by the OpenAPI file, and `alias` by the Go SDK as well.
        source and the fields behind it: for an action that creates alerts.
        """
        ...
