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
    """`og.team_routing_rules`: the table that decides whom an alert of the team goes to.

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
        """Add a rule to *team*'s table.

        notify: a schedule, an escalation or nobody.
        order: the index in the table, from 0; the rules from there on move back, the default rule stays last.
        timezone: the account's when not given. criteria: every alert when not given.

        Never repeated after an unclear failure (`OutcomeUnknown`): a second rule would move the others again.
        """
        ...

    @operation("GET", RULES + "/{rule}")
    async def get(self, team: ByName, rule: ById) -> TeamRoutingRule:
        """Get one rule."""
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
        """Change the fields that are given and leave the others; the place in the table is `change_order`'s."""
        ...

    @operation("DELETE", RULES + "/{rule}")
    async def delete(self, team: ByName, rule: ById) -> None:
        """Delete one rule; the default rule stays."""
        ...

    @operation("GET", RULES)
    def list(self, team: ByName) -> Pager[TeamRoutingRule]:
        """List the rules in the order in which they are tried, the default rule last."""
        ...

    @operation("POST", RULES + "/{rule}/change-order", repeatable=True)
    async def change_order(self, team: ByName, rule: ById, *, order: int) -> Reference:
        """Move a rule to the index *order*, from 0; the API takes one beyond the end as the end."""
        ...
