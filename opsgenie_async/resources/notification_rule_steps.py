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
    """`og.notification_rule_steps`: where a rule's notifications go, one after the other."""

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
            send_after: How long after the alert it notifies, 0 for at once; the vendor page speaks of minutes only.
                Rules of new and of assigned alerts must have it.
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
        """Change the fields that are given and leave the others.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
            contact: A method and an address or number of the user's.
            send_after: How long after the alert it notifies, 0 for at once; None clears it.
            enabled: Whether it notifies.
        """
        ...

    @operation("POST", STEP + "/disable", repeatable=True)
    async def disable(self, user: ByUser, rule: ById, step: ById) -> Reference:
        """Keep a step, and skip it.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...

    @operation("POST", STEP + "/enable", repeatable=True)
    async def enable(self, user: ByUser, rule: ById, step: ById) -> Reference:
        """Let a step notify.

        Args:
            user: An id or username, or a model with an id.
            rule: An id, or a model that has one.
            step: An id, or a model that has one.
        """
        ...
