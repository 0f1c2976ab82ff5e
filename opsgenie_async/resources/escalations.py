"""Escalations (Escalation API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import Escalation, EscalationRepeat, EscalationRule, Reference, TeamMeta
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Escalations"]

ESCALATION = "v2/escalations/{escalation:identifierType}"


class Escalations(Resource):
    """`og.escalations`: whom to notify while nobody responds to an alert."""

    __slots__ = ()

    @operation("POST", "v2/escalations")
    async def create(
        self,
        *,
        name: str,
        rules: Sequence[EscalationRule],
        description: str | Unset = UNSET,
        owner_team: TeamMeta | Unset = UNSET,
        repeat: EscalationRepeat | Unset = UNSET,
    ) -> Reference:
        """Create an escalation; returns id and name.

        Args:
            name: The name, unique among escalations.
            rules: Whom to notify, each after a delay counted from the alert; the Go SDK sends minutes only.
            description: What it is for.
            owner_team: The team that owns it, by id or name.
            repeat: How often the rules are repeated, and after how many minutes; not at all when not given.

        Raises:
            Conflict: The name is taken.
        """
        ...

    @operation("GET", "v2/escalations")
    def list(self) -> Pager[Escalation]:
        """List every escalation that the key may see."""
        ...

    @operation("GET", ESCALATION)
    async def get(self, escalation: ByName) -> Escalation:
        """Get one escalation.

        Args:
            escalation: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PATCH", ESCALATION)
    async def update(
        self,
        escalation: ByName,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        rules: Sequence[EscalationRule] | Unset = UNSET,
        owner_team: TeamMeta | None | Unset = UNSET,
        repeat: EscalationRepeat | None | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields; *rules* replace all existing ones.

        Args:
            escalation: An id, a `Name`, or a model with an id.
            name: The new name.
            description: A new description; None clears it.
            rules: Whom to notify, and after how long, replacing all rules.
            owner_team: The team that owns it, by id or name; None for no team.
            repeat: How often the rules are repeated, and after how many minutes; None for not at all.

        Raises:
            Conflict: The new name is taken.
        """
        ...

    @operation("DELETE", ESCALATION)
    async def delete(self, escalation: ByName) -> None:
        """Delete one escalation.

        Args:
            escalation: An id, a `Name`, or a model with an id.

        Raises:
            PreconditionRequired: Something still uses the escalation.
        """
        ...
