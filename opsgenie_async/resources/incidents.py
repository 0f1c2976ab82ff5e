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
    PriorityLike,
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
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ByIncident", "Incidents"]

ByIncident: TypeAlias = str | TinyId | HasId
"""An id, a `TinyId`, or a model with an id."""

INCIDENT = "v1/incidents/{incident:identifierType}"


class Incidents(Resource):
    """`og.incidents`: writes are processed asynchronously, and their `Pending` has the outcome.

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
        tags: ListLike[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        priority: PriorityLike | Unset = UNSET,
        note: str | Unset = UNSET,
        service_id: str | Unset = UNSET,
        impacted_services: ListLike[str] | Unset = UNSET,
        status_page_entry: StatusPageEntry | Unset = UNSET,
        notify_stakeholders: bool | Unset = UNSET,
    ) -> Pending:
        """Open an incident. Never retried, as a duplicate cannot be recognised: `OutcomeUnknown` is raised instead.

        Args:
            message: What happened, in one line; at most 130 characters.
            description: Details, at most 15000 characters.
            responders: Who is notified: users and teams.
            tags: Labels.
            details: Custom keys and values.
            priority: `P1` to `P5`, `P3` when not given.
            note: A first note, at most 25000 characters.
            service_id: The id of the one service that is impacted: required by the OpenAPI file and the Go SDK, absent
                from the vendor page.
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
        """List incidents, newest first by default.

        Args:
            query: In the vendor's search language, every incident when not given; required by the OpenAPI file and the
                Go SDK, not by the vendor page.
            sort: The field to order by; the API takes `insertedAt` when not given.
            order: `asc` or `desc`, `desc` when not given.
            offset: How many incidents to skip, 0 when not given.
            page_size: Incidents per page, at most 100; the API refuses offsets beyond 20000; `history` has no limit.

        Raises:
            ListingTooLong: More than 20000 incidents match; raised with the first page.
        """
        ...

    @stream
    def history(
        self, query: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncGenerator[Incident, None]:
        """Stream all matches of *query*, oldest first and without duplicates, beyond the API's limit of 20,000.

        Read in slices by `createdAt`, as in `og.alerts.history`; incidents with the same `createdAt` come in any order.

        Args:
            query: In the vendor's search language, "" for every incident.
            since: Skip what was created before this time, timezone-aware.
            until: Skip what was created at this time or later, timezone-aware.

        Returns:
            An asynchronous iterator of incidents, as listed.

        Raises:
            ValueError: A datetime has no time zone; raised before anything is sent.
            ListingTooLong: A slice cannot be split below the limit of the API; the message names it.
            OpsgenieError: A request failed, or a slice repeatedly came back incomplete.
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
            note: Why; at most 25000 characters.
        """
        ...

    @operation("POST", INCIDENT + "/resolve", repeatable=without_note)
    async def resolve(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Resolve an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why; at most 25000 characters.
        """
        ...

    @operation("POST", INCIDENT + "/reopen", repeatable=without_note)
    async def reopen(self, incident: ByIncident, *, note: str | Unset = UNSET) -> Pending:
        """Reopen an incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: Why; at most 25000 characters.
        """
        ...

    @operation("POST", INCIDENT + "/notes")
    async def add_note(self, incident: ByIncident, *, note: str) -> Pending:
        """Write a note; never retried, as there would be two notes.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            note: The text, at most 25000 characters.
        """
        ...

    @operation("POST", INCIDENT + "/responders", repeatable=without_note)
    async def add_responder(
        self, incident: ByIncident, *, responder: Sequence[UserRef | TeamRef], note: str | Unset = UNSET
    ) -> Pending:
        """Notify more users and teams: one or several, although the field's name is singular (Go SDK).

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            responder: Users and teams, by id or name.
            note: Why; at most 25000 characters.
        """
        ...

    @operation("POST", INCIDENT + "/tags", repeatable=without_note)
    async def add_tags(self, incident: ByIncident, *, tags: ListLike[str], note: str | Unset = UNSET) -> Pending:
        """Add tags.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to add.
            note: Why; at most 25000 characters.
        """
        ...

    @operation("DELETE", INCIDENT + "/tags", repeatable=without_note)
    async def remove_tags(
        self, incident: ByIncident, *, tags: ListLike[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove tags.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            tags: The tags to remove.
            note: Why; at most 25000 characters.

        Raises:
            ValueError: One of them contains a comma, which the query cannot express; nothing is sent.
        """
        ...

    @operation("POST", INCIDENT + "/details", repeatable=without_note)
    async def add_details(
        self, incident: ByIncident, *, details: Mapping[str, str], note: str | Unset = UNSET
    ) -> Pending:
        """Add custom properties, replacing those with the same keys.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            details: Keys and values to add; existing keys get the new value.
            note: Why; at most 25000 characters.
        """
        ...

    @operation("DELETE", INCIDENT + "/details", repeatable=without_note)
    async def remove_details(
        self, incident: ByIncident, *, keys: ListLike[str], note: str | None | Unset = UNSET
    ) -> Pending:
        """Remove custom properties by their keys.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            keys: The keys to remove.
            note: Why; at most 25000 characters.

        Raises:
            ValueError: One of them contains a comma, which the query cannot express; nothing is sent.
        """
        ...

    @operation("PUT", INCIDENT + "/priority")
    async def update_priority(self, incident: ByIncident, *, priority: PriorityLike) -> Pending:
        """Change the priority; a PUT by the Go SDK, a POST by the vendor page.

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
            message: The new text, at most 130 characters.
        """
        ...

    @operation("POST", INCIDENT + "/description", repeatable=True)
    async def update_description(self, incident: ByIncident, *, description: str) -> Pending:
        """Change the description.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            description: The new text, at most 15000 characters.
        """
        ...

    @operation("GET", INCIDENT + "/logs")
    def list_logs(self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[IncidentLog]:
        """List the log of an incident, newest first by default.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Entries per page, at most 100.
            **page: `offset` starts at the entry with that `offset`, `direction` continues forward or backward from
                there, `order` is `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/notes")
    def list_notes(
        self, incident: ByIncident, *, page_size: int = 100, **page: Unpack[TokenPage]
    ) -> Pager[IncidentNote]:
        """List the notes, newest first by default.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Notes per page, at most 100.
            **page: `offset` starts at the note with that `offset`, `direction` continues forward or backward from
                there, `order` is `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/responder-alert-ids")
    def list_responder_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that notified the responders.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Ids per page, at most 25.
            **page: `offset` starts at the id with that `offset`, `direction` continues forward or backward from there,
                `order` is `asc` or `desc`.
        """
        ...

    @operation("GET", INCIDENT + "/associated-alert-ids")
    def list_associated_alerts(
        self, incident: ByIncident, *, page_size: int = 25, **page: Unpack[TokenPage]
    ) -> Pager[str]:
        """List the ids of the alerts that belong to the incident.

        Args:
            incident: An id, a `TinyId`, or a model with an id.
            page_size: Ids per page, at most 25.
            **page: `offset` starts at the id with that `offset`, `direction` continues forward or backward from there,
                `order` is `asc` or `desc`.
        """
        ...

    @operation("GET", "v1/incidents/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it for you.

        Args:
            request_id: The `request_id` of the `Pending`, or of the response to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or the id is unknown.
        """
        ...
