"""Incidents (Incident API page)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, Unpack

from opsgenie_async.history import INCIDENTS
from opsgenie_async.models import (
    Incident,
    IncidentLog,
    IncidentNote,
    IncidentSort,
    Priority,
    RequestStatus,
    SortOrder,
    StatusPageEntry,
    TeamRef,
    UserRef,
)
from opsgenie_async.models.identifiers import TinyId
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.following import TokenPage
from opsgenie_async.resources.history import read_history
from opsgenie_async.resources.operation.declare import operation, without_note
from opsgenie_async.resources.operation.method import stream
from opsgenie_async.resources.path import HasId
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ByIncident", "Incidents"]

ByIncident: TypeAlias = str | TinyId | HasId
"""An id, a `TinyId`, or a model with an id."""

INCIDENT = "v1/incidents/{incident:identifierType}"


class Incidents(Resource):
    """`og.incidents`: every write is processed later, and its `Pending` says how that went.

    A change of state may be sent twice, unless it comes with a note, which would be written twice.
    """

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
        status_page_entry: StatusPageEntry | Unset = UNSET,
        notify_stakeholders: bool | Unset = UNSET,
    ) -> Pending:
        """Open an incident. There is no key to find a copy by, so it is never sent twice: `OutcomeUnknown` instead.

        Args:
            message: 130 characters at the most.
            description: More than the message says, 15000 characters at the most.
            responders: Who is notified: users and teams.
            tags: Labels.
            details: Keys and values of one's own.
            priority: P3 when not given.
            note: A note to begin with, 25000 characters at the most.
            service_id: The id of the one service that is impacted, as older clients send it.
            impacted_services: Ids, by the vendor's page; older clients send `service_id`.
            status_page_entry: What the status page says.
            notify_stakeholders: Whether stakeholders are told.
        """
        ...

    @operation("GET", INCIDENT)
    async def get(self, incident: ByIncident) -> Incident:
        """Get one incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
        """
        ...

    @operation("GET", "v1/incidents")
    def list(
        self,
        *,
        query: str | None | Unset = UNSET,
        sort: IncidentSort | str | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        offset: int | None | Unset = UNSET,
        page_size: int = 100,
    ) -> Pager[Incident]:
        """List incidents, newest first unless told otherwise.

        Args:
            query: In the vendor's search language; the Go SDK and the OpenAPI file demand one, the vendor page does
                not.
            sort: The field to order by.
            order: `asc` or `desc`.
            offset: How many items to leave out before the first.
            page_size: Incidents a page, 100 at the most; offset and page_size together stay within 20000, and
                `history` goes past that.
        """
        ...

    @stream
    def history(
        self, query: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncGenerator[Incident, None]:
        """Stream everything that *query* finds, oldest first, each once, past the 20,000 that the API lists.

        It is read in slices by `createdAt`, as `og.alerts.history` is; incidents that share their moment with others
        may come in any order.

        Args:
            query: In the vendor's search language, "" for every incident.
            since: Leave out what was created before this moment, an aware one.
            until: Leave out what was created at this moment or later, an aware one.

        Returns:
            An asynchronous iterator of incidents as a listing has them.

        Raises:
            ValueError: A moment has no time zone; raised at once, before anything is sent.
            ListingTooLong: A slice cannot be cut small enough for the API; names it.
            OpsgenieError: A request failed, or a slice came short again and again.
        """
        return read_history(self._transport, INCIDENTS, Incident, query, since, until)

    @operation("DELETE", INCIDENT)
    async def delete(self, incident: ByIncident) -> Pending:
        """Delete an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
        """
        ...

    @operation("POST", INCIDENT + "/close", repeatable=without_note)
    async def close(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Close an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why, as a note.
        """
        ...

    @operation("POST", INCIDENT + "/resolve", repeatable=without_note)
    async def resolve(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Resolve an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why, as a note.
        """
        ...

    @operation("POST", INCIDENT + "/reopen", repeatable=without_note)
    async def reopen(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Open an incident again.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why, as a note.
        """
        ...

    @operation("POST", INCIDENT + "/notes")
    async def add_note(self, incident: ByIncident, *, note: str) -> Pending:
        """Write a note of 25000 characters at the most; never sent twice.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: The text.
        """
        ...

    @operation("POST", INCIDENT + "/responders", repeatable=without_note)
    async def add_responder(
        self, incident: ByIncident, *, responder: Sequence[UserRef | TeamRef], note: str | Unset = UNSET
    ) -> Pending:
        """Bring in users and teams: several at once, though the field's name is in the singular (Go SDK).

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            responder: Who is notified, too.
            note: Why, as a note.
        """
        ...

    @operation("POST", INCIDENT + "/tags", repeatable=without_note)
    async def add_tags(self, incident: ByIncident, *, tags: Sequence[str], note: str | Unset = UNSET) -> Pending:
        """Add tags.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to add.
            note: Why, as a note.
        """
        ...

    @operation("DELETE", INCIDENT + "/tags", repeatable=without_note)
    async def remove_tags(
        self, incident: ByIncident, *, tags: Sequence[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove tags; one that has a comma in it cannot be named.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to remove.
            note: Why, as a note.
        """
        ...

    @operation("POST", INCIDENT + "/details", repeatable=without_note)
    async def add_details(
        self, incident: ByIncident, *, details: Mapping[str, str], note: str | Unset = UNSET
    ) -> Pending:
        """Add custom properties; a key that is there gets the new value.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            details: Keys and values to add; a key that is there gets the new value.
            note: Why, as a note.
        """
        ...

    @operation("DELETE", INCIDENT + "/details", repeatable=without_note)
    async def remove_details(
        self, incident: ByIncident, *, keys: Sequence[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove custom properties by their keys; one that has a comma in it cannot be named.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            keys: The keys of the details to remove.
            note: Why, as a note.
        """
        ...

    @operation("PUT", INCIDENT + "/priority")
    async def update_priority(self, incident: ByIncident, *, priority: Priority | str) -> Pending:
        """Change the priority; sent as PUT (Go SDK), the vendor page writes POST.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            priority: The new priority, `P1` to `P5`.
        """
        ...

    @operation("POST", INCIDENT + "/message", repeatable=True)
    async def update_message(self, incident: ByIncident, *, message: str) -> Pending:
        """Change the message.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            message: The new text, 130 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/description", repeatable=True)
    async def update_description(self, incident: ByIncident, *, description: str) -> Pending:
        """Change the description.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            description: The new text.
        """
        ...

    @operation("GET", INCIDENT + "/logs")
    def list_logs(self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[IncidentLog]:
        """List what happened, the latest first; *offset* is the one of an entry, *page_size* 100 a page at the most.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Items a page, 100 at the most.
            **page: Where to begin and which way to go: the fields of `TokenPage`.
        """
        ...

    @operation("GET", INCIDENT + "/notes")
    def list_notes(
        self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]
    ) -> Pager[IncidentNote]:
        """List the notes, the latest first; *offset* is the one of a note, *page_size* 100 a page at the most.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Items a page, 100 at the most.
            **page: Where to begin and which way to go: the fields of `TokenPage`.
        """
        ...

    @operation("GET", INCIDENT + "/responder-alert-ids")
    def list_responder_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that told the responders; *page_size* is 25 a page at the most.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Items a page, 100 at the most.
            **page: Where to begin and which way to go: the fields of `TokenPage`.
        """
        ...

    @operation("GET", INCIDENT + "/associated-alert-ids")
    def list_associated_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that belong to the incident; *page_size* is 25 a page at the most.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Items a page, 100 at the most.
            **page: Where to begin and which way to go: the fields of `TokenPage`.
        """
        ...

    @operation("GET", "v1/incidents/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet.

        Args:
            request_id: The id of the answer to the write.
        """
        ...
