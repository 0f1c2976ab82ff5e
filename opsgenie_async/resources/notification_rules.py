"""Notification rules of a user (Notification Rule API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import (
    Criteria,
    NotificationAction,
    NotificationRepeat,
    NotificationRule,
    NotificationRuleMeta,
    NotificationRuleStep,
    NotificationRuleType,
    NotifyTime,
    Reference,
    ScheduleRef,
    TimeRestriction,
)
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById, ByUser
from opsgenie_async.unset import UNSET, Unset

__all__ = ["NotificationRules"]

RULES = "v2/users/{user}/notification-rules"
RULE = RULES + "/{rule}"


class NotificationRules(Resource):
    """`og.notification_rules`: how a user is told of an alert or of a shift."""

    __slots__ = ()

    @operation("GET", RULES)
    def list(self, user: ByUser) -> Pager[NotificationRuleMeta]:
        """List the rules of *user*, without what `get` tells beyond name, action, order and state."""
        ...

    @operation("POST", RULES)
    async def create(
        self,
        user: ByUser,
        *,
        name: str,
        action_type: NotificationAction | str,
        enabled: bool,
        criteria: Criteria | Unset = UNSET,
        notification_time: Sequence[NotifyTime | str] | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
        schedules: Sequence[ScheduleRef] | Unset = UNSET,
        order: int | Unset = UNSET,
        steps: Sequence[NotificationRuleStep] | Unset = UNSET,
        repeat: NotificationRepeat | None | Unset = UNSET,
    ) -> NotificationRuleMeta:
        """Add a rule for *user*.

        criteria: every alert when not given. notification_time: must be given for schedule-start and schedule-end.
        schedules: for those two actions; all of them when not given.
        order: the index among the rules of the same action, from 0.
        """
        ...

    @operation("GET", RULE)
    async def get(self, user: ByUser, rule: ById) -> NotificationRule:
        """Get one rule with its steps."""
        ...

    @operation("DELETE", RULE)
    async def delete(self, user: ByUser, rule: ById) -> None:
        """Delete one rule."""
        ...

    @operation("PATCH", RULE)
    async def update(
        self,
        user: ByUser,
        rule: ById,
        *,
        name: str | Unset = UNSET,
        criteria: Criteria | Unset = UNSET,
        notification_time: Sequence[NotifyTime | str] | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
        schedules: Sequence[ScheduleRef] | None | Unset = UNSET,
        steps: Sequence[NotificationRuleStep] | None | Unset = UNSET,
        repeat: NotificationRepeat | None | Unset = UNSET,
        order: int | Unset = UNSET,
        enabled: bool | Unset = UNSET,
    ) -> NotificationRuleMeta:
        """Change the fields that are given and leave the others; the action of a rule stays.

        steps: in place of all the steps there are; single ones are changed through `og.notification_rule_steps`.
        """
        ...

    @operation("POST", RULE + "/enable", repeatable=True)
    async def enable(self, user: ByUser, rule: ById) -> Reference:
        """Let a rule act."""
        ...

    @operation("POST", RULE + "/disable", repeatable=True)
    async def disable(self, user: ByUser, rule: ById) -> Reference:
        """Keep a rule, and do not let it act."""
        ...

    @operation("POST", RULE + "/change-order", repeatable=True)
    async def change_order(self, user: ByUser, rule: ById, *, order: int) -> None:
        """Move a rule to the index *order*, from 0, among those of its action (OpenAPI file alone)."""
        ...

    @operation("POST", RULES + "/copy-to")
    async def copy_to(
        self, user: ByUser, *, to_users: Sequence[str], rule_types: Sequence[NotificationRuleType | str]
    ) -> None:
        """Copy rules of *user* to others; sent as POST, as the Go SDK does where the vendor page writes PATCH.

        to_users: ids or usernames.
        """
        ...
