"""Escalations (Escalation API page)."""

from __future__ import annotations

from ..models import Escalation
from ..paging import Pager
from .base import Resource
from .place import ByName, Place

__all__ = ["Escalations"]

ESCALATIONS = Place("v2/escalations")


class Escalations(Resource):
    """`og.escalations`."""

    __slots__ = ()

    def list(self) -> Pager[Escalation]:
        """List every escalation that the key may see."""
        return self._listing(Escalation, self._request("GET", ESCALATIONS))

    async def get(self, escalation: ByName) -> Escalation:
        """Get one escalation."""
        return await self._entity(Escalation, self._request("GET", ESCALATIONS.at(escalation, "identifierType")))
