"""Alerts (Alert API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import uuid4

from ..models import Alert, EscalationRef, Priority, RequestStatus, ScheduleRef, TeamRef, UserRef
from ..models.identifiers import Alias, TinyId
from ..paging import Pager
from ..pending import Pending
from ..wire import UNSET, Unset
from .base import Resource
from .operation import operation
from .place import HasId

__all__ = ["Alerts", "ByAlert"]

ByAlert: TypeAlias = str | Alias | TinyId | HasId
"""An id, an `Alias` (of open alerts only), a `TinyId`, or a model with an id."""

ALERT = "v2/alerts/{alert:identifierType}"


def _with_alias(arguments: dict[str, Any]) -> None:
    if not arguments.get("alias"):  # for an empty one, too, the server would make one up each time
        arguments["alias"] = uuid4().hex


def _without_note(fields: Mapping[str, Any]) -> bool:
    """The same end state however often it is sent, but a note would be written each time."""
    return "note" not in fields


class Alerts(Resource):
    """`og.alerts`: every write is processed later, and its `Pending` says how that went."""

    domain = "alert"
    requests = "v2/alerts/requests"

    __slots__ = ()

    @operation("POST", "v2/alerts", prepare=_with_alias, repeatable=True)
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

    @operation("GET", ALERT)
    async def get(self, alert: ByAlert) -> Alert:
        """Get one alert with its description and details."""

    @operation("GET", "v2/alerts", domain="search")
    def list(
        self,
        *,
        query: str | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: str | Unset = UNSET,
        offset: int | Unset = UNSET,
        limit: int = 100,
    ) -> Pager[Alert]:
        """List alerts, newest first unless told otherwise; spends the search limit.

        query: in the vendor's search language. limit: alerts a page, 100 at the most.
        """

    @operation("DELETE", ALERT)
    async def delete(self, alert: ByAlert, *, user: str | Unset = UNSET, source: str | Unset = UNSET) -> Pending:
        """Delete an alert."""

    @operation("POST", ALERT + "/acknowledge", repeatable=_without_note)
    async def acknowledge(
        self,
        alert: ByAlert,
        *,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        source: str | Unset = UNSET,
    ) -> Pending:
        """Acknowledge an alert."""

    @operation("POST", ALERT + "/close", repeatable=_without_note)
    async def close(
        self,
        alert: ByAlert,
        *,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        source: str | Unset = UNSET,
    ) -> Pending:
        """Close an alert; its alias is free for a new one then."""

    @operation("GET", "v2/alerts/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet."""
