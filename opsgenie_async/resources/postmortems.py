"""Postmortems (Postmortem API page)."""

from __future__ import annotations

from opsgenie_async.models import Postmortem
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById

__all__ = ["Postmortems"]


class Postmortems(Resource):
    """`og.postmortems`: the postmortems of incidents."""

    __slots__ = ()

    @operation("GET", "v2/postmortem/{postmortem}")
    async def get(self, postmortem: ById) -> Postmortem:
        """Get one postmortem with its text.

        Args:
            postmortem: An id, or a model that has one.
        """
        ...
