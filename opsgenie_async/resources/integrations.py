"""Integrations (Integration API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from opsgenie_async.json_text import Json
from opsgenie_async.models import (
    ActionMapping,
    CreatedIntegration,
    Integration,
    IntegrationFilter,
    IntegrationMeta,
    Priority,
    Recipient,
    TeamMeta,
)
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Integrations"]

INTEGRATION = "v2/integrations/{integration}"
WRITES = "integration-configuration"


class IntegrationFields(TypedDict, total=False):
    """The optional fields that all types of integrations share; `Integration` explains them.

    Attributes:
        extra: The fields of a single type, named as in the API: `{"jiraUrl": "https://...", "projectKey":
            "OPS"}`.
    """

    enabled: bool | Unset
    owner_team: TeamMeta | Unset
    is_global: bool | Unset
    is_advanced: bool | Unset
    allow_read_access: bool | Unset
    allow_write_access: bool | Unset
    allow_delete_access: bool | Unset
    allow_configuration_access: bool | Unset
    suppress_notifications: bool | Unset
    assigned_team: TeamMeta | Unset
    responders: Sequence[Recipient] | Unset
    recipients: Sequence[Recipient] | Unset
    priority: Priority | str | Unset
    custom_priority: str | Unset
    tags: ListLike[str] | Unset
    extra_properties: Mapping[str, str] | Unset
    ignore_responders_from_payload: bool | Unset
    ignore_recipients_from_payload: bool | Unset
    ignore_teams_from_payload: bool | Unset
    ignore_tags_from_payload: bool | Unset
    ignore_extra_properties_from_payload: bool | Unset
    email_username: str | Unset
    alert_filter: IntegrationFilter | Unset
    alert_actions: ListLike[str] | Unset
    send_alert_actions: bool | Unset
    forwarding_enabled: bool | Unset
    forwarding_action_mappings: Sequence[ActionMapping] | Unset
    updates_enabled: bool | Unset
    updates_action_mappings: Sequence[ActionMapping] | Unset
    url: str | Unset
    headers: Mapping[str, str] | Unset
    add_alert_description: bool | Unset
    add_alert_details: bool | Unset
    extra: Mapping[str, Json] | Unset


class Integrations(Resource):
    """`og.integrations`: some 200 types, named as on the page (`API`, `Email`, `Webhook`, `Jira`...).

    Common fields have their own arguments and attributes; the rest is `extra`. Writes have a rate limit of their own.
    """

    __slots__ = ()

    @operation("GET", "v2/integrations")
    def list(
        self,
        *,
        type: str | None | Unset = UNSET,
        team_id: str | None | Unset = UNSET,
        team_name: str | None | Unset = UNSET,
    ) -> Pager[IntegrationMeta]:
        """List the integrations; with a team's key, those of its team.

        Args:
            type: Only integrations of this type.
            team_id: Only those of the team with this id.
            team_name: Only those of the team with this name.
        """
        ...

    @operation("POST", "v2/integrations", domain=WRITES)
    async def create(self, *, type: str, name: str, **fields: Unpack[IntegrationFields]) -> CreatedIntegration:
        """Create an integration; only this response has its key or address.

        With a team's key, `owner_team` is always that team.

        Args:
            type: The type, such as `API` or `Webhook`; it cannot be changed later.
            name: The name, unique among integrations.
            **fields: Further settings: the fields of `IntegrationFields`, the same as the attributes of
                `Integration`.

        Raises:
            Conflict: The name is taken.
        """
        ...

    @operation("GET", INTEGRATION)
    async def get(self, integration: ById) -> Integration:
        """Get one integration.

        Args:
            integration: An id, or a model that has one.
        """
        ...

    @operation("PUT", INTEGRATION, domain=WRITES)
    async def update(
        self, integration: ById, *, type: str, name: str, **fields: Unpack[IntegrationFields]
    ) -> IntegrationMeta:
        """Replace an integration; arguments that are not given are cleared. Type and owner team stay.

        Args:
            integration: An id, or a model that has one.
            type: Its current type.
            name: The new name.
            **fields: Further settings: the fields of `IntegrationFields`, the same as the attributes of
                `Integration`.

        Raises:
            Conflict: The new name is taken.
        """
        ...

    @operation("DELETE", INTEGRATION, domain=WRITES)
    async def delete(self, integration: ById) -> None:
        """Delete one integration; its key stops working.

        Args:
            integration: An id, or a model that has one.
        """
        ...

    @operation("POST", INTEGRATION + "/enable", domain=WRITES, repeatable=True)
    async def enable(self, integration: ById) -> IntegrationMeta:
        """Enable an integration.

        Args:
            integration: An id, or a model that has one.
        """
        ...

    @operation("POST", INTEGRATION + "/disable", domain=WRITES, repeatable=True)
    async def disable(self, integration: ById) -> IntegrationMeta:
        """Disable an integration; calls with its key are refused with 401.

        Args:
            integration: An id, or a model that has one.
        """
        ...

    @operation("POST", "v2/integrations/authenticate")
    async def authenticate(self, *, type: str) -> None:
        """Check that the key in use is one of an integration of this type.

        Args:
            type: The type of the integration, in any case.

        Raises:
            Unauthorized: The key is invalid, or belongs to another type of integration.
        """
        ...
