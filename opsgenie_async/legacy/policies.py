"""Policies of API v1 (the deprecated Policy API page); they speak the way of v2, header and all."""

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
from opsgenie_async.unset import Unset

__all__ = ["Policies", "PolicyKind"]

POLICY = "v1/policies/{policy}"


class PolicyKind(enum.StrEnum):
    """What a policy does: a kind for every effect."""

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
    alert_actions: Sequence[str] | Unset
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
    """`og.legacy.policies`: in v2 they are alert and notification policies."""

    __slots__ = ()

    @operation("GET", "v1/policies")
    def list(self) -> Pager[PolicyMeta]:
        """List all policies in their order."""
        ...

    @operation("POST", "v1/policies")
    async def create(self, *, type: PolicyKind | str, name: str, **fields: Unpack[PolicyFields]) -> PolicyMeta:
        """Create a policy.

        Args:
            type: What it does, as `modify` or `auto-close`; it cannot be changed later.
            name: 512 characters at the most.
            **fields: What else there is to set: the fields of `PolicyFields`. `modify` needs `message`,
                `policy_description` has 200 or 512 characters at the most, by the page.
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
        """Replace a policy; what is not given is gone.

        Args:
            policy: An id, or a model that has one.
            type: The type that it has.
            name: The name from now on, 512 characters at the most.
            **fields: What else there is to set: the fields of `PolicyFields`.
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
        """Put a policy into force.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("POST", POLICY + "/disable", repeatable=True)
    async def disable(self, policy: ById) -> None:
        """Put a policy out of force.

        Args:
            policy: An id, or a model that has one.
        """
        ...

    @operation("POST", POLICY + "/change-order", repeatable=True)
    async def change_order(self, policy: ById, *, target_index: int) -> None:
        """Move a policy among the others.

        Args:
            policy: An id, or a model that has one.
            target_index: The new index, from 0; one beyond the end is the end.
        """
        ...
