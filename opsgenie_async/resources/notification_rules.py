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
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["NotificationRules"]

RULES = "v2/users/{user}/notification-rules"
RULE = RULES + "/{rule}"


class NotificationRules(Resource):
    """`og.notification_rules`: how a user is notified of alerts and shifts."""

    __slots__ = ()

    @operation("GET", RULES)
    def list(self, user: ByUser) -> Pager[NotificationRuleMeta]:
        """List the rules of *user*: name, action, order and state of each; `get` has the rest.

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
        notification_time: ListLike[NotifyTime | str] | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
        schedules: Sequence[ScheduleRef] | Unset = UNSET,
        order: int | Unset = UNSET,
        steps: Sequence[NotificationRuleStep] | Unset = UNSET,
        repeat: NotificationRepeat | None | Unset = UNSET,
    ) -> NotificationRuleMeta:
        """Add a rule for *user*.

        Args:
            user: An id or username, or a model with an id.
            name: The name of the rule.
            action_type: What the rule applies to, such as `create-alert` or `schedule-start`; it cannot be changed
                later.
            enabled: Whether it is enabled.
            criteria: Which alerts it applies to; every alert when not given.
            notification_time: How long before a shift starts or ends the user is notified, such as `1-hour-ago`;
                required for `schedule-start` and `schedule-end`.
            time_restriction: The times of the day or week when it applies; always when not given.
            schedules: Whose shifts it applies to, only with `schedule-start` and `schedule-end`; all schedules when not
                given.
            order: Its index among the rules of the same action, from 0; after the others when not given.
            steps: Contacts, and the delay after which each is notified, in order.
            repeat: The minutes after which the steps are repeated; not at all when not given.
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
        notification_time: ListLike[NotifyTime | str] | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
        schedules: Sequence[ScheduleRef] | None | Unset = UNSET,
        steps: Sequence[NotificationRuleStep] | None | Unset = UNSET,
        repeat: NotificationRepeat | None | Unset = UNSET,
        order: int | Unset = UNSET,
        enabled: bool | Unset = UNSET,
    ) -> NotificationRuleMeta:
        """Change only the given fields; the action of a rule stays.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            name: The new name.
            criteria: Which alerts it applies to.
            notification_time: How long before a shift starts or ends the user is notified, such as `1-hour-ago`,
                replacing all.
            time_restriction: The times of the day or week when it applies; None for always.
            schedules: Whose shifts it applies to; None for all schedules.
            steps: The steps, replacing all; None for none; `og.notification_rule_steps` changes single ones.
            repeat: The minutes after which the steps are repeated; None for not at all.
            order: Its index among the rules of the same action, from 0.
            enabled: Whether it is enabled.
        """
        ...

    @operation("POST", RULE + "/enable", repeatable=True)
    async def enable(self, user: ByUser, rule: ById) -> Reference:
        """Enable a rule.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("POST", RULE + "/disable", repeatable=True)
    async def disable(self, user: ByUser, rule: ById) -> Reference:
        """Disable a rule.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("POST", RULE + "/change-order", repeatable=True)
    async def change_order(self, user: ByUser, rule: ById, *, order: int) -> None:
        """Move a rule among those with the same action (OpenAPI file only).

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            order: The new index, from 0.
        """
        ...

    @operation("POST", RULES + "/copy-to")
    async def copy_to(
        self, user: ByUser, *, to_users: ListLike[str], rule_types: ListLike[NotificationRuleType | str]
    ) -> None:
        """Copy rules of *user* to other users; a POST by the Go SDK, a PATCH by the vendor page.

        Args:
            user: An id or username, or a model with an id.
            to_users: Ids or usernames.
            rule_types: The types of the rules to copy, such as `new-alert`; `all` for all rules.
        """
        ...
