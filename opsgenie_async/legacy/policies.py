"""Policies of API v1 (the deprecated Policy API page); requests look like those of v2."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Unpack

from opsgenie_async.legacy.policy_models import Policy
from opsgenie_async.models import DeduplicationType, DelayOption, Duration, PolicyMeta, Recipient
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.resources.policies import AlertChanges
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import Unset

__all__ = ["Policies", "PolicyKind"]

POLICY = "v1/policies/{policy}"


class PolicyKind(enum.StrEnum):
    """The kind of a policy, one for every effect."""

    MODIFY = "modify"
    AUTO_CLOSE = "auto-close"
    AUTO_RESTART = "auto-restart-notifications"
    DEDUPLICATION = "notification-deduplication"
    DELAY = "notification-delay"
    SUPPRESS = "notification-suppress"
    RENOTIFY = "notification-renotify"


class PolicyFields(AlertChanges, total=False):
    """The optional fields of a policy: those of `modify`, then those of the kinds that close, repeat, bundle, delay.

    Attributes:
        alert_actions: By the page; `actions` by the OpenAPI file.
    """

    enabled: bool | Unset
    alert_actions: ListLike[str] | Unset
    ignore_original_alert_actions: bool | Unset
    ignore_original_recipients: bool | Unset
    recipients: Sequence[Recipient] | Unset
    duration: Duration | Unset
    max_repeat_count: int | Unset
    deduplication_action_type: DeduplicationType | str | Unset
    count: int | Unset
    delay_option: DelayOption | str | Unset
    until_hour: int | Unset
    until_minute: int | Unset


class Policies(Resource):
    """`og.legacy.policies`: the predecessors of v2's alert and notification policies."""

    __slots__ = ()

    @operation("GET", "v1/policies")
    def list(self) -> Pager[PolicyMeta]:
        """List all policies in their order."""
        ...

    @operation("POST", "v1/policies")
    async def create(self, *, type: PolicyKind | str, name: str, **fields: Unpack[PolicyFields]) -> PolicyMeta:
        """Create a policy.

        Args:
            type: What it does, such as `modify` or `auto-close`; it cannot be changed later.
            name: At most 512 characters.
            **fields: Further settings: the fields of `PolicyFields`. `modify` needs `message`,
                `policy_description` is limited to 200 or 512 characters, by the page.
        """
        ...

    @operation("GET", POLICY)
    async def get(self, policy: ById) -> Policy:
        """Get one policy.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("PUT", POLICY)
    async def update(self, policy: ById, *, type: PolicyKind | str, name: str, **fields: Unpack[PolicyFields]) -> None:
        """Replace a policy; arguments that are not given are cleared.

        Args:
            policy: An id, or a model that has one.
            type: Its current type.
            name: The new name, at most 512 characters.
            **fields: Further settings: the fields of `PolicyFields`.
        """
        ...

    @operation("DELETE", POLICY)
    async def delete(self, policy: ById) -> None:
        """Delete one policy.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("POST", POLICY + "/enable", repeatable=True)
    async def enable(self, policy: ById) -> None:
        """Enable a policy.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("POST", POLICY + "/disable", repeatable=True)
    async def disable(self, policy: ById) -> None:
        """Disable a policy.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("POST", POLICY + "/change-order", repeatable=True)
    async def change_order(self, policy: ById, *, target_index: int) -> None:
        """Move a policy among the others.

        Args:
            policy: An id, or a model that has one.
            target_index: The new index, from 0; larger values mean the end.
        """
        ...
