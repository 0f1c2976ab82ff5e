"""Alerts (Alert API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import uuid4

from ..converters import body
from ..models import Alert, EscalationRef, Priority, RequestStatus, ScheduleRef, TeamRef, UserRef
from ..models.identifiers import Alias, TinyId
from ..paging import Pager
from ..pending import Pending
from ..wire import UNSET, Json, Unset
from .base import Resource
from .place import HasId, Place

__all__ = ["Alerts", "ByAlert"]

ALERTS = Place("v2/alerts")
REQUESTS = ALERTS / "requests"

ByAlert: TypeAlias = str | Alias | TinyId | HasId
"""An id, an `Alias` (of open alerts only), a `TinyId`, or a model with an id."""


class Alerts(Resource):
    """`og.alerts`: every write is processed later, and its `Pending` says how that went."""

    domain = "alert"

    __slots__ = ()

    def _alert(self, alert: ByAlert) -> Place:
        return ALERTS.at(alert, "identifierType", (Alias, TinyId))

    async def create(
        self,
        *,
        message: str,
        alias: str | Unset = UNSET,
        description: str | Unset = UNSET,
        responders: Sequence[UserRef | TeamRef | EscalationRef | ScheduleRef] | Unset = UNSET,
        visible_to: Sequence[UserRef | TeamRef] | Unset = UNSET,
        actions: Sequence[str] | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        entity: str | Unset = UNSET,
        source: str | Unset = UNSET,
        priority: Priority | str | Unset = UNSET,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
    ) -> Pending:
        """Raise an alert; an open alert with the same alias takes it in and counts it.

        alias: made up before the first sending when not given, so that a repeat never pages twice; see `Pending.alias`.
        message: 130 characters at the most by the page. priority: P3 when not given.
        """
        alias = alias or uuid4().hex  # for an empty one, too, the server would make one up each time
        json = body(
            message=message,
            alias=alias,
            description=description,
            responders=responders,
            visible_to=visible_to,
            actions=actions,
            tags=tags,
            details=details,
            entity=entity,
            source=source,
            priority=priority,
            user=user,
            note=note,
        )
        request = self._request("POST", ALERTS, json=json, repeatable=True)
        return await self._pending(request, REQUESTS, alias=alias)

    async def get(self, alert: ByAlert) -> Alert:
        """Get one alert with its description and details."""
        return await self._entity(Alert, self._request("GET", self._alert(alert)))

    def list(
        self,
        *,
        query: str | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: str | Unset = UNSET,
        offset: int = 0,
        limit: int = 100,
    ) -> Pager[Alert]:
        """List alerts, newest first unless told otherwise; spends the search limit.

        query: in the vendor's search language. limit: alerts a page, 100 at the most.
        """
        given = {"query": query, "sort": sort, "order": order, "offset": offset or UNSET, "limit": limit}
        words = tuple((name, str(value)) for name, value in given.items() if not isinstance(value, Unset))
        return self._listing(Alert, self._request("GET", ALERTS, query=words, domain="search"))

    async def delete(self, alert: ByAlert) -> Pending:
        """Delete an alert."""
        return await self._pending(self._request("DELETE", self._alert(alert)), REQUESTS)

    async def acknowledge(
        self,
        alert: ByAlert,
        *,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        source: str | Unset = UNSET,
    ) -> Pending:
        """Acknowledge an alert."""
        return await self._act(alert, "acknowledge", body(user=user, note=note, source=source))

    async def close(
        self,
        alert: ByAlert,
        *,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        source: str | Unset = UNSET,
    ) -> Pending:
        """Close an alert; its alias is free for a new one then."""
        return await self._act(alert, "close", body(user=user, note=note, source=source))

    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet."""
        return await self._entity(RequestStatus, self._request("GET", REQUESTS.at(request_id)))

    async def _act(self, alert: ByAlert, action: str, json: Mapping[str, Json]) -> Pending:
        # The same end state however often it is sent, but a note would be written each time.
        request = self._request("POST", self._alert(alert) / action, json=json, repeatable="note" not in json)
        return await self._pending(request, REQUESTS)
