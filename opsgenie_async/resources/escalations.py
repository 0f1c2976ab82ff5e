"""Escalations (Escalation API page)."""

from __future__ import annotations

from ..models import Escalation
from ..paging import Pager
from .base import Resource
from .operation import operation
from .place import ByName

__all__ = ["Escalations"]


class Escalations(Resource):
    """`og.escalations`."""

    __slots__ = ()

    @operation("GET", "v2/escalations")
    def list(self) -> Pager[Escalation]:
        """List every escalation that the key may see."""

    @operation("GET", "v2/escalations/{escalation:identifierType}")
    async def get(self, escalation: ByName) -> Escalation:
        """Get one escalation."""
