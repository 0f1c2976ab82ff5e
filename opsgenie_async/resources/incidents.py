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
        """Open an incident. Never sent twice, as nothing tells a copy from it: `OutcomeUnknown` instead.

        Args:
            message: What happened, in a line; 130 characters at the most.
            description: More than the message says, 15000 characters at the most.
            responders: Who is notified: users and teams.
            tags: Labels.
            details: Keys and values of your own.
            priority: `P1` to `P5`, `P3` when not given.
            note: A note to begin with, 25000 characters at the most.
            service_id: The id of the one service that is impacted: mandatory by the OpenAPI file and the Go SDK,
                unknown to the vendor page.
            impacted_services: Ids of the services that are impacted, by the vendor page; the OpenAPI file and the Go
                SDK have *service_id*.
            status_page_entry: Title and text for the status page; message and description when not given.
            notify_stakeholders: Whether stakeholders are notified, False when not given.
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
            query: In the vendor's search language, every incident when not given; the OpenAPI file and the Go SDK
                demand one, the vendor page does not.
            sort: The field to order by; the API takes `insertedAt` when not given.
            order: `asc` or `desc`, `desc` when not given.
            offset: How many incidents to leave out before the first, 0 when not given.
            page_size: Incidents a page, 100 at the most; the API refuses whatever lies beyond the 20000th incident,
                which `history` gives.

        Raises:
            ListingTooLong: More than 20000 incidents are found; raised with the first page.
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
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/resolve", repeatable=without_note)
    async def resolve(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Resolve an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/reopen", repeatable=without_note)
    async def reopen(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Open an incident again.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/notes")
    async def add_note(self, incident: ByIncident, *, note: str) -> Pending:
        """Write a note; never sent twice, there would be two.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: The text, 25000 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/responders", repeatable=without_note)
    async def add_responder(
        self, incident: ByIncident, *, responder: Sequence[UserRef | TeamRef], note: str | Unset = UNSET
    ) -> Pending:
        """Notify users and teams, too: several at once, though the field's name is in the singular (Go SDK).

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            responder: Users and teams, by id or name.
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("POST", INCIDENT + "/tags", repeatable=without_note)
    async def add_tags(self, incident: ByIncident, *, tags: Sequence[str], note: str | Unset = UNSET) -> Pending:
        """Add tags.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to add.
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("DELETE", INCIDENT + "/tags", repeatable=without_note)
    async def remove_tags(
        self, incident: ByIncident, *, tags: Sequence[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove tags.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to remove.
            note: Why; 25000 characters at the most.

        Raises:
            ValueError: One of them has a comma in it, which the query cannot hold; nothing is sent.
        """
        ...

    @operation("POST", INCIDENT + "/details", repeatable=without_note)
    async def add_details(
        self, incident: ByIncident, *, details: Mapping[str, str], note: str | Unset = UNSET
    ) -> Pending:
        """Add custom properties, or replace those of the same keys.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            details: Keys and values to add; a key that is there gets the new value.
            note: Why; 25000 characters at the most.
        """
        ...

    @operation("DELETE", INCIDENT + "/details", repeatable=without_note)
    async def remove_details(
        self, incident: ByIncident, *, keys: Sequence[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove custom properties by their keys.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            keys: The keys to remove.
            note: Why; 25000 characters at the most.

        Raises:
            ValueError: One of them has a comma in it, which the query cannot hold; nothing is sent.
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
            description: The new text, 15000 characters at the most.
        """
        ...

    @operation("GET", INCIDENT + "/logs")
    def list_logs(self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[IncidentLog]:
        """List what happened, newest first unless told otherwise.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Entries a page, 100 at the most.
            **page: `offset` begins at the entry with that `offset`, `direction` goes on or back from there, `order` is
                `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/notes")
    def list_notes(
        self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]
    ) -> Pager[IncidentNote]:
        """List the notes, newest first unless told otherwise.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Notes a page, 100 at the most.
            **page: `offset` begins at the note with that `offset`, `direction` goes on or back from there, `order` is
                `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/responder-alert-ids")
    def list_responder_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that notified the responders.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Ids a page, 25 at the most.
            **page: `offset` begins at the id with that `offset`, `direction` goes on or back from there, `order` is
                `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/associated-alert-ids")
    def list_associated_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that belong to the incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Ids a page, 25 at the most.
            **page: `offset` begins at the id with that `offset`, `direction` goes on or back from there, `order` is
                `asc` or `desc`.
        """
        ...

    @operation("GET", "v1/incidents/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it by itself.

        Args:
            request_id: The `request_id` of the `Pending`, or of the answer to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or there is none with this
                id.
        """
        ...
