"""Alert and notification policies (Policy API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from opsgenie_async.models import (
    AutoCloseAction,
    AutoRestartAction,
    Criteria,
    DeduplicationAction,
    DelayAction,
    Policy,
    PolicyMeta,
    PolicyType,
    Priority,
    Recipient,
    TimeRestriction,
)
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["AlertChanges", "Policies", "PolicyScope"]

POLICY = "v2/policies/{policy}"
TEAM = ("team_id",)


class PolicyScope(TypedDict, total=False):
    """The alerts that a policy applies to, and when; the description has at most 200 characters."""

    policy_description: str | None | Unset
    filter: Criteria | None | Unset
    time_restrictions: TimeRestriction | None | Unset


class AlertChanges(PolicyScope, total=False):
    """The changes that a policy makes to an alert; `{{message}}` and the like insert the alert's own values."""

    message: str | Unset
    continue_: bool | Unset
    alias: str | Unset
    description: str | Unset
    entity: str | Unset
    source: str | Unset
    actions: ListLike[str] | Unset
    ignore_original_details: bool | Unset
    details: Mapping[str, str] | Unset
    ignore_original_tags: bool | Unset
    tags: ListLike[str] | Unset
    ignore_original_teams: bool | Unset
    priority: Priority | str | Unset


class PolicyFields(AlertChanges, total=False):
    """The optional fields of a policy: those of alert policies, then those of notification policies."""

    ignore_original_actions: bool | Unset
    ignore_original_responders: bool | Unset
    responders: Sequence[Recipient] | Unset
    auto_restart_action: AutoRestartAction | None | Unset
    auto_close_action: AutoCloseAction | None | Unset
    deduplication_action: DeduplicationAction | None | Unset
    delay_action: DelayAction | None | Unset
    suppress: bool | Unset


class Policies(Resource):
    """`og.policies`.

    Attributes:
        team_id: The team that the policy belongs to, none for a global one; a notification policy always has one.
            It goes into the query, as in the vendor page and the Go SDK.
    """

    __slots__ = ()

    @operation("POST", "v2/policies", query=TEAM)
    async def create(
        self,
        *,
        type: PolicyType | str,
        name: str,
        enabled: bool,
        team_id: str | Unset = UNSET,
        **fields: Unpack[PolicyFields],
    ) -> PolicyMeta:
        """Create a policy, after the others of its type.

        Args:
            type: `alert` or `notification`; it cannot be changed later.
            name: At most 100 characters.
            enabled: Whether it is enabled.
            team_id: The id of the team that it belongs to: required for a notification policy, none for an alert
                policy of the whole account.
            **fields: Further settings: the fields of `PolicyFields`. An alert policy needs `message`,
                `policy_description` is limited to 200 characters.
        """
        ...

    @operation("GET", "v2/policies/alert")
    def list_alert_policies(self, *, team_id: str | None | Unset = UNSET) -> Pager[PolicyMeta]:
        """List the alert policies of a team, or the global ones, in evaluation order.

        Args:
            team_id: The id of the team; the global policies when not given.
        """
        ...

    @operation("GET", "v2/policies/notification")
    def list_notification_policies(self, *, team_id: str) -> Pager[PolicyMeta]:
        """List the notification policies of a team in evaluation order.

        Args:
            team_id: The id of the team; there are no global ones.
        """
        ...

    @operation("DELETE", POLICY)
    async def delete(self, policy: ById, *, team_id: str | None | Unset = UNSET) -> None:
        """Delete one policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; omit it for a global policy.
        """
        ...

    @operation("GET", POLICY)
    async def get(self, policy: ById, *, team_id: str | None | Unset = UNSET) -> Policy:
        """Get one policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; omit it for a global policy.

        Raises:
            NotFound: There is no such policy in that team, or its team is gone.
        """
        ...

    @operation("PUT", POLICY, query=TEAM)
    async def update(
        self,
        policy: ById,
        *,
        type: PolicyType | str,
        name: str,
        enabled: bool,
        team_id: str | Unset = UNSET,
        **fields: Unpack[PolicyFields],
    ) -> None:
        """Replace a policy; arguments that are not given are cleared. `change_order` moves it.

        Args:
            policy: An id, or a model that has one.
            type: Its current type.
            name: The new name, at most 100 characters.
            enabled: Whether it is enabled.
            team_id: The id of the team that it belongs to; omit it for a global policy.
            **fields: Further settings: the fields of `PolicyFields`. An alert policy needs `message`,
                `policy_description` is limited to 200 characters.
        """
        ...

    @operation("POST", POLICY + "/enable", query=TEAM, repeatable=True)
    async def enable(self, policy: ById, *, team_id: str | Unset = UNSET) -> None:
        """Enable a policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; omit it for a global policy.
        """
        ...

    @operation("POST", POLICY + "/disable", query=TEAM, repeatable=True)
    async def disable(self, policy: ById, *, team_id: str | Unset = UNSET) -> None:
        """Disable a policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; omit it for a global policy.
        """
        ...

    @operation("POST", POLICY + "/change-order", query=TEAM, repeatable=True)
    async def change_order(self, policy: ById, *, target_index: int, team_id: str | Unset = UNSET) -> None:
        """Move a policy among those of its type.

        Args:
            policy: An id, or a model that has one.
            target_index: The new index, from 0; larger values mean the end.
            team_id: The id of the team that it belongs to; omit it for a global policy.
        """
        ...
