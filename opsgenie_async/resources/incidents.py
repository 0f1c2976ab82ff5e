"""Incidents (Incident API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ..converters import body
from ..models import Priority, RequestStatus, TeamRef, UserRef
from ..models.identifiers import TinyId
from ..pending import Pending
from ..wire import UNSET, Unset
from .base import Resource
from .place import HasId, Place

__all__ = ["ByIncident", "Incidents"]

INCIDENTS = Place("v1/incidents")
REQUESTS = INCIDENTS / "requests"

ByIncident: TypeAlias = str | TinyId | HasId
"""An id, a `TinyId`, or a model with an id."""


class Incidents(Resource):
    """`og.incidents`: every write is processed later, and its `Pending` says how that went."""

    domain = "incident"

    __slots__ = ()

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
        json = body(
            message=message,
            description=description,
            responders=responders,
            tags=tags,
            details=details,
            priority=priority,
            note=note,
            service_id=service_id,
            impacted_services=impacted_services,
            notify_stakeholders=notify_stakeholders,
        )
        return await self._pending(self._request("POST", INCIDENTS / "create", json=json), REQUESTS)

    async def close(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Close an incident."""
        place = INCIDENTS.at(incident, "identifierType", (TinyId,)) / "close"
        json = body(note=note)
        return await self._pending(self._request("POST", place, json=json, repeatable="note" not in json), REQUESTS)

    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet."""
        return await self._entity(RequestStatus, self._request("GET", REQUESTS.at(request_id)))
