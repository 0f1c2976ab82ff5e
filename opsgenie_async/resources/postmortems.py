"""Postmortems (Postmortem API page)."""

from __future__ import annotations

from ..models import Postmortem
from .base import Resource
from .operation import operation
from .place import ById

__all__ = ["Postmortems"]


class Postmortems(Resource):
    """`og.postmortems`: what was learnt from an incident."""

    __slots__ = ()

    @operation("GET", "v2/postmortem/{postmortem}")
    async def get(self, postmortem: ById) -> Postmortem:
        """Get one postmortem with its text."""
