"""Incidents (Incident API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ..models import Priority, RequestStatus, TeamRef, UserRef
from ..models.identifiers import TinyId
from ..pending import Pending
from ..wire import UNSET, Unset
from .base import Resource
from .operation import operation
from .place import HasId

__all__ = ["ByIncident", "Incidents"]

ByIncident: TypeAlias = str | TinyId | HasId
"""An id, a `TinyId`, or a model with an id."""

INCIDENT = "v1/incidents/{incident:identifierType}"


class Incidents(Resource):
    """`og.incidents`: every write is processed later, and its `Pending` says how that went."""

    domain = "incident"
    requests = "v1/incidents/requests"

    __slots__ = ()

    @operation("POST", "v1/incidents/create")
    async def create(
        self,
        *,
        message: str,
        description: str | Unset = UNSET,
        responders: Sequence[UserRef | TeamRef] | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        priority: Priority | str | Unset = UNSET,
        note: str | Unset = UNSET,
        service_id: str | Unset = UNSET,
        impacted_services: Sequence[str] | Unset = UNSET,
        notify_stakeholders: bool | Unset = UNSET,
    ) -> Pending:
        """Open an incident. There is no key to find a copy by, so it is never sent twice: `OutcomeUnknown` instead.

        impacted_services: ids, by the vendor's page; older clients send `service_id`.
        """

    @operation("POST", INCIDENT + "/close", repeatable=lambda fields: "note" not in fields)
    async def close(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Close an incident."""

    @operation("GET", "v1/incidents/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet."""
