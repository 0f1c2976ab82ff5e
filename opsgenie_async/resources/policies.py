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
from opsgenie_async.unset import UNSET, Unset

__all__ = ["AlertChanges", "Policies", "PolicyScope"]

POLICY = "v2/policies/{policy}"
TEAM = ("team_id",)


class PolicyScope(TypedDict, total=False):
    """Which alerts any policy is for, and when; 200 characters of description."""

    policy_description: str | None | Unset
    filter: Criteria | None | Unset
    time_restrictions: TimeRestriction | None | Unset


class AlertChanges(PolicyScope, total=False):
    """What a policy makes of an alert; `{{message}}` and the like stand for what the alert had."""

    message: str | Unset
    continue_: bool | Unset
    alias: str | Unset
    description: str | Unset
    entity: str | Unset
    source: str | Unset
    actions: Sequence[str] | Unset
    ignore_original_details: bool | Unset
    details: Mapping[str, str] | Unset
    ignore_original_tags: bool | Unset
    tags: Sequence[str] | Unset
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
            It goes into the query, as the page and the Go SDK have it.
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
        """Create a policy, behind the others of its kind.

        Args:
            type: `alert` or `notification`; it cannot be changed later.
            name: 100 characters at the most.
            enabled: Whether it is in force.
            team_id: The id of the team that it belongs to: mandatory for a notification policy, none for an alert
                policy of the whole account.
            **fields: What else there is to set: the fields of `PolicyFields`. An alert policy needs `message`,
                `policy_description` has 200 characters at the most.
        """
        ...

    @operation("GET", "v2/policies/alert")
    def list_alert_policies(self, *, team_id: str | None | Unset = UNSET) -> Pager[PolicyMeta]:
        """List the alert policies of a team, or the global ones, in the order in which they are tried.

        Args:
            team_id: The id of the team; the policies of the whole account when not given.
        """
        ...

    @operation("GET", "v2/policies/notification")
    def list_notification_policies(self, *, team_id: str) -> Pager[PolicyMeta]:
        """List the notification policies of a team in the order in which they are tried.

        Args:
            team_id: The id of the team; there are none of the whole account.
        """
        ...

    @operation("DELETE", POLICY)
    async def delete(self, policy: ById, *, team_id: str | None | Unset = UNSET) -> None:
        """Delete one policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; not given for one of the whole account.
        """
        ...

    @operation("GET", POLICY)
    async def get(self, policy: ById, *, team_id: str | None | Unset = UNSET) -> Policy:
        """Get one policy.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; not given for one of the whole account.

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
        """Replace a policy; what is not given is gone. `change_order` moves it among the others.

        Args:
            policy: An id, or a model that has one.
            type: The type that it has.
            name: The name from now on, 100 characters at the most.
            enabled: Whether it is in force.
            team_id: The id of the team that it belongs to; not given for one of the whole account.
            **fields: What else there is to set: the fields of `PolicyFields`. An alert policy needs `message`,
                `policy_description` has 200 characters at the most.
        """
        ...

    @operation("POST", POLICY + "/enable", query=TEAM, repeatable=True)
    async def enable(self, policy: ById, *, team_id: str | Unset = UNSET) -> None:
        """Put a policy into force.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; not given for one of the whole account.
        """
        ...

    @operation("POST", POLICY + "/disable", query=TEAM, repeatable=True)
    async def disable(self, policy: ById, *, team_id: str | Unset = UNSET) -> None:
        """Put a policy out of force.

        Args:
            policy: An id, or a model that has one.
            team_id: The id of the team that it belongs to; not given for one of the whole account.
        """
        ...

    @operation("POST", POLICY + "/change-order", query=TEAM, repeatable=True)
    async def change_order(self, policy: ById, *, target_index: int, team_id: str | Unset = UNSET) -> None:
        """Move a policy among those of its kind.

        Args:
            policy: An id, or a model that has one.
            target_index: The new index, from 0; one beyond the end is the end.
            team_id: The id of the team that it belongs to; not given for one of the whole account.
        """
        ...
