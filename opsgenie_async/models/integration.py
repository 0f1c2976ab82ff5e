"""Integrations (Integration API page): the common fields of some 200 types.

The fields of one type alone (a Jira project, a Zendesk subdomain) are in `extra`, by their names on the wire; some are
passwords and keys, which is why no repr shows them.
"""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import Priority, TeamMeta
from opsgenie_async.models.criteria import Condition, ConditionMatchType
from opsgenie_async.models.recipient import Recipient

__all__ = ["ActionMapping", "CreatedIntegration", "Integration", "IntegrationFilter", "IntegrationMeta"]


@attrs.define(kw_only=True)
class IntegrationFilter(Model):
    """A filter for events or alerts; `match-all` has no conditions."""

    condition_match_type: ConditionMatchType | str = ConditionMatchType.MATCH_ALL
    conditions: list[Condition] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ActionMapping(Model):
    """The action of one side after an action of the other; the names and further fields depend on the type."""

    action: str
    mapped_action: str = ""
    extra_field: str = ""
    extra_field_for_mapped_action: str = ""


@attrs.define(kw_only=True)
class IntegrationMeta(Model):
    """An integration in listings and responses to writes; without a team it is global."""

    id: str
    name: str = ""
    enabled: bool = True
    type: str = ""
    team_id: str | None = None


@attrs.define(kw_only=True)
class CreatedIntegration(IntegrationMeta):
    """A new integration; its secret is only in this response.

    Attributes:
        api_key: The key of one that is called (Go SDK and page).
        email_address: The address of one that receives e-mail.
    """

    api_key: str = attrs.field(default="", repr=False)
    email_address: str = ""


@attrs.define(kw_only=True)
class Integration(Model):
    """An integration, through which a tool creates alerts or is notified of them.

    `ignore_..._from_payload` ignores these fields in the tool's events; `alert_filter`, `forwarding_...`,
    `updates_...`, `alert_actions` and `send_alert_actions` control what the tool receives and does.

    Attributes:
        responders: Who receives the alerts; `recipients` on old accounts.
        assigned_team: The team of the alerts.
    """

    id: str = ""
    type: str
    name: str = ""
    enabled: bool = True
    owner_team: TeamMeta | None = None
    is_global: bool | None = None
    is_default_integration: bool | None = None
    is_advanced: bool | None = None
    read_only: list[str] = attrs.field(factory=list, metadata=on_wire("_readOnly"))
    feature_type: str = attrs.field(default="", metadata=on_wire("feature-type"))
    callback_type: str = attrs.field(default="", metadata=on_wire("callback-type"))
    bidirectional_callback_type: str = attrs.field(default="", metadata=on_wire("bidirectional-callback-type"))
    base_webhook_callback_type: str = attrs.field(default="", metadata=on_wire("base-webhook-callback-type"))

    allow_read_access: bool | None = None
    allow_write_access: bool | None = None
    allow_delete_access: bool | None = None
    allow_configuration_access: bool | None = None

    suppress_notifications: bool | None = None
    assigned_team: TeamMeta | None = None
    responders: list[Recipient] | None = None
    recipients: list[Recipient] | None = None
    priority: Priority | str | None = None
    custom_priority: str | None = None
    tags: list[str] | None = None
    extra_properties: dict[str, str] | None = None
    ignore_responders_from_payload: bool | None = None
    ignore_recipients_from_payload: bool | None = None
    ignore_teams_from_payload: bool | None = None
    ignore_tags_from_payload: bool | None = None
    ignore_extra_properties_from_payload: bool | None = None
    email_address: str | None = None
    email_username: str | None = None

    alert_filter: IntegrationFilter | None = None
    alert_actions: list[str] | None = None
    send_alert_actions: bool | None = None
    forwarding_enabled: bool | None = None
    forwarding_action_mappings: list[ActionMapping] | None = None
    updates_enabled: bool | None = None
    updates_action_mappings: list[ActionMapping] | None = None
    url: str | None = attrs.field(default=None, repr=False)
    headers: dict[str, str] | None = attrs.field(default=None, repr=False)
    add_alert_description: bool | None = None
    add_alert_details: bool | None = None
