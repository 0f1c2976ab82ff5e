"""Steps of a notification rule (Notification Rule Step API page)."""

from __future__ import annotations

from opsgenie_async.models import ContactMeta, Duration, NotificationRuleStep, Reference
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById, ByUser
from opsgenie_async.unset import UNSET, Unset

__all__ = ["NotificationRuleSteps"]

STEPS = "v2/users/{user}/notification-rules/{rule}/steps"
STEP = STEPS + "/{step}"


class NotificationRuleSteps(Resource):
    """`og.notification_rule_steps`: the contacts that a rule notifies, in order."""

    __slots__ = ()

    @operation("GET", STEPS)
    def list(self, user: ByUser, rule: ById) -> Pager[NotificationRuleStep]:
        """List the steps of *rule*.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("POST", STEPS)
    async def create(
        self,
        user: ByUser,
        rule: ById,
        *,
        contact: ContactMeta,
        enabled: bool,
        send_after: Duration | Unset = UNSET,
    ) -> Reference:
        """Add a step to *rule*; returns the id.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            contact: A method and an address or number of the user's.
            enabled: Whether it notifies.
            send_after: The delay after the alert, 0 for none; in minutes only by the vendor page. Required in rules for
                new and assigned alerts.
        """
        ...

    @operation("GET", STEP)
    async def get(self, user: ByUser, rule: ById, step: ById) -> NotificationRuleStep:
        """Get one step; its `parent` is the rule.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...

    @operation("DELETE", STEP)
    async def delete(self, user: ByUser, rule: ById, step: ById) -> None:
        """Delete one step.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...

    @operation("PATCH", STEP)
    async def update(
        self,
        user: ByUser,
        rule: ById,
        step: ById,
        *,
        contact: ContactMeta | Unset = UNSET,
        send_after: Duration | None | Unset = UNSET,
        enabled: bool | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
            contact: A method and an address or number of the user's.
            send_after: The delay after the alert, 0 for none; None clears it.
            enabled: Whether it notifies.
        """
        ...

    @operation("POST", STEP + "/disable", repeatable=True)
    async def disable(self, user: ByUser, rule: ById, step: ById) -> Reference:
        """Disable a step.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...

    @operation("POST", STEP + "/enable", repeatable=True)
    async def enable(self, user: ByUser, rule: ById, step: ById) -> Reference:
        """Enable a step.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...
