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
    """`og.notification_rules`: how a user is notified of alerts and shifts."""

    __slots__ = ()

    @operation("GET", RULES)
    def list(self, user: ByUser) -> Pager[NotificationRuleMeta]:
        """List the rules of *user*, without what `get` tells beyond name, action, order and state.

        Args:
            user: An id or username, or a model with an id.
        """
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

        Args:
            user: An id or username, or a model with an id.
            name: The name.
            action_type: What the rule is for, as `create-alert` or `schedule-start`.
            enabled: Whether it is in force.
            criteria: Every alert when not given.
            notification_time: Must be given for schedule-start and schedule-end.
            time_restriction: The times of the day or the week in which it is in force; always when not given.
            schedules: For those two actions; all of them when not given.
            order: The index among the rules of the same action, from 0.
            steps: Contacts, and the delay after which each is notified, in order.
            repeat: How often the whole rule is repeated, and after how long.
        """
        ...

    @operation("GET", RULE)
    async def get(self, user: ByUser, rule: ById) -> NotificationRule:
        """Get one rule with its steps.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("DELETE", RULE)
    async def delete(self, user: ByUser, rule: ById) -> None:
        """Delete one rule.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
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

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            name: The new name.
            criteria: Which alerts it is for from now on.
            notification_time: How long before the start or end of a shift the user is notified.
            time_restriction: The times of the day or the week in which it is in force; always when not given.
            schedules: Only these schedules; None for all.
            steps: In place of all the steps there are; single ones are changed through
                `og.notification_rule_steps`.
            repeat: How often the whole rule is repeated; None for not at all.
            order: `asc` or `desc`.
            enabled: Whether it is in force.
        """
        ...

    @operation("POST", RULE + "/enable", repeatable=True)
    async def enable(self, user: ByUser, rule: ById) -> Reference:
        """Let a rule act.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("POST", RULE + "/disable", repeatable=True)
    async def disable(self, user: ByUser, rule: ById) -> Reference:
        """Keep a rule, and do not let it act.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("POST", RULE + "/change-order", repeatable=True)
    async def change_order(self, user: ByUser, rule: ById, *, order: int) -> None:
        """Move a rule to the index *order*, from 0, among those of its action (OpenAPI file alone).

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            order: `asc` or `desc`.
        """
        ...

    @operation("POST", RULES + "/copy-to")
    async def copy_to(
        self, user: ByUser, *, to_users: Sequence[str], rule_types: Sequence[NotificationRuleType | str]
    ) -> None:
        """Copy rules of *user* to others; sent as POST, as the Go SDK does where the vendor page writes PATCH.

        Args:
            user: An id or username, or a model with an id.
            to_users: Ids or usernames.
            rule_types: Which rules, by what they are for; `all` for every one.
        """
        ...
