"""Routing rules of a team (Team Routing Rule API page)."""

from __future__ import annotations

from opsgenie_async.models import Criteria, Recipient, Reference, TeamRoutingRule, TimeRestriction
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById, ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["TeamRoutingRules"]

RULES = "v2/teams/{team:teamIdentifierType}/routing-rules"


class TeamRoutingRules(Resource):
    """`og.team_routing_rules`: the ordered rules that decide whom the team's alerts notify.

    A key of another team's integration is refused with `Forbidden`, code 40301.
    """

    __slots__ = ()

    @operation("POST", RULES)
    async def create(
        self,
        team: ByName,
        *,
        notify: Recipient,
        name: str | Unset = UNSET,
        order: int | Unset = UNSET,
        timezone: str | Unset = UNSET,
        criteria: Criteria | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
    ) -> Reference:
        """Add a routing rule to *team*.

        Never retried after an unclear failure (`OutcomeUnknown`), as a duplicate would shift the other rules.

        Args:
            team: An id, a `Name`, or a model with an id.
            notify: A schedule, an escalation or nobody.
            name: The name of the rule; the API calls it "" when not given.
            order: The index, from 0; later rules move down, the default rule stays last.
            timezone: The time zone of *time_restriction*, such as `Europe/Berlin`; the
                account's when not given.
            criteria: Which alerts it applies to; every alert when not given.
            time_restriction: The times of the day or week when it applies; always when not given.
        """
        ...

    @operation("GET", RULES + "/{rule}")
    async def get(self, team: ByName, rule: ById) -> TeamRoutingRule:
        """Get one rule.

        Args:
            team: An id, a `Name`, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("PATCH", RULES + "/{rule}")
    async def update(
        self,
        team: ByName,
        rule: ById,
        *,
        name: str | None | Unset = UNSET,
        timezone: str | Unset = UNSET,
        criteria: Criteria | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
        notify: Recipient | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields; `change_order` moves it.

        In the default rule, *notify* can be changed, but the time zone must not be sent.

        Args:
            team: An id, a `Name`, or a model with an id.
            rule: An id, or a model that has one.
            name: The new name; None clears it.
            timezone: The time zone of *time_restriction*, such as `Europe/Berlin`.
            criteria: Which alerts it applies to.
            time_restriction: The times of the day or week when it applies; None for always.
            notify: A schedule, an escalation or nobody.
        """
        ...

    @operation("DELETE", RULES + "/{rule}")
    async def delete(self, team: ByName, rule: ById) -> None:
        """Delete one rule; the default rule cannot be deleted.

        Args:
            team: An id, a `Name`, or a model with an id.
            rule: An id, or a model that has one.
        """
        ...

    @operation("GET", RULES)
    def list(self, team: ByName) -> Pager[TeamRoutingRule]:
        """List the rules in evaluation order, the default rule last.

        Args:
            team: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("POST", RULES + "/{rule}/change-order", repeatable=True)
    async def change_order(self, team: ByName, rule: ById, *, order: int) -> Reference:
        """Move a rule.

        Args:
            team: An id, a `Name`, or a model with an id.
            rule: An id, or a model that has one.
            order: The new index, from 0; larger values mean the end, before the default rule.

        Raises:
            Forbidden: It is the default rule, which stays last.
        """
        ...
