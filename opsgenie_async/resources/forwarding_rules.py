"""Forwarding rules (Forwarding Rule API page)."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from opsgenie_async.errors import Conflict
from opsgenie_async.models import ForwardingRule, Reference, UserMeta
from opsgenie_async.models.identifiers import Alias
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.read import answer_of
from opsgenie_async.resources.path import HasId
from opsgenie_async.resources.periods import check_period, same_entity, same_period
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ByForwardingRule", "ForwardingRules"]

ByForwardingRule: TypeAlias = str | Alias | HasId
"""An id, an `Alias`, or a model with an id."""

RULES = "v2/forwarding-rules"
RULE = RULES + "/{rule:identifierType}"


class ForwardingRules(Resource):
    """`og.forwarding_rules`: notifications of one user go to another for a while.

    Datetimes must be timezone-aware and the end after the start (else `ValueError`).
    """

    __slots__ = ()

    @operation("GET", RULES)
    def list(self) -> Pager[ForwardingRule]:
        """List the forwarding rules of the account."""
        ...

    @endpoint("POST", RULES, before_build=check_period, repeatable=lambda fields: bool(fields.get("alias")))
    async def create(
        self,
        *,
        from_user: UserMeta,
        to_user: UserMeta,
        start_date: datetime,
        end_date: datetime,
        alias: str | Unset = UNSET,
    ) -> Reference:
        """Forward notifications from *from_user* to *to_user*; returns the id and the alias.

        Args:
            from_user: Whose notifications are forwarded, by id or username.
            to_user: Who receives them, by id or username.
            start_date: When it begins, timezone-aware.
            end_date: When it ends, timezone-aware and after *start_date*.
            alias: Makes the call safe to retry: if exactly this rule exists already, an earlier attempt succeeded. When
                not given, the call is never retried after an unclear failure.

        Raises:
            Conflict: The alias is taken.
            ValueError: A datetime has no time zone, or the end is not after the start; nothing is sent.
        """
        try:
            reference: Reference = await answer_of(
                self.create, from_user=from_user, to_user=to_user, start_date=start_date, end_date=end_date, alias=alias
            )
        except Conflict as error:
            if not (error.maybe_done and alias):
                raise
            existing = await self.get(Alias(alias))
            if not (
                same_period(existing, start_date, end_date)
                and same_entity(from_user, existing.from_user, "id", "username")
                and same_entity(to_user, existing.to_user, "id", "username")
            ):
                raise
            return Reference(id=existing.id, alias=existing.alias)
        return reference

    @operation("GET", RULE)
    async def get(self, rule: ByForwardingRule) -> ForwardingRule:
        """Get one rule.

        Args:
            rule: An id, an `Alias`, or a model with an id.
        """
        ...

    @operation("DELETE", RULE)
    async def delete(self, rule: ByForwardingRule) -> None:
        """Delete one rule.

        Args:
            rule: An id, an `Alias`, or a model with an id.
        """
        ...

    @operation("PUT", RULE, before_build=check_period)
    async def update(
        self,
        rule: ByForwardingRule,
        *,
        from_user: UserMeta,
        to_user: UserMeta,
        start_date: datetime,
        end_date: datetime,
        alias: str | Unset = UNSET,
    ) -> Reference:
        """Replace a rule; by the Go SDK and the vendor page the alias may change, by the OpenAPI file not.

        Args:
            rule: An id, an `Alias`, or a model with an id.
            from_user: Whose notifications are forwarded, by id or username.
            to_user: Who receives them, by id or username.
            start_date: When it begins, timezone-aware.
            end_date: When it ends, timezone-aware and after *start_date*.
            alias: A new alias; unchanged when not given.

        Raises:
            ValueError: A datetime has no time zone, or the end is not after the start; nothing is sent.
        """
        ...
