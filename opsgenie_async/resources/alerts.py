"""Alerts (Alert API page)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypedDict, Unpack
from uuid import uuid4

import attrs

from opsgenie_async.history import ALERTS
from opsgenie_async.http.multipart import Content, File
from opsgenie_async.models import (
    Alert,
    AlertAttachment,
    AlertLog,
    AlertNote,
    AlertRecipient,
    AlertSort,
    EscalationRef,
    PriorityLike,
    RequestStatus,
    ScheduleRef,
    SortOrder,
    TeamRef,
    UserRef,
)
from opsgenie_async.models.identifiers import Alias, TinyId
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.resources.alert_limits import shorten_alert
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.following import TokenPage
from opsgenie_async.resources.history import read_history
from opsgenie_async.resources.operation.argument_errors import argument_errors
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.declare import endpoint, operation, without_note
from opsgenie_async.resources.operation.method import stream
from opsgenie_async.resources.operation.read import read_answer
from opsgenie_async.resources.path import ById, ByName, HasId, identify
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ActionFields", "Alerts", "ByAlert"]

ByAlert: TypeAlias = str | Alias | TinyId | HasId
"""An id, an `Alias` (of open alerts only), a `TinyId`, or a model with an id."""

ALERT = "v2/alerts/{alert:identifierType}"
ATTACHMENTS = "v2/alerts/{alert:alertIdentifierType}/attachments"


class ActionFields(TypedDict, total=False):
    """The fields of every action beside its own: who did it (100 characters), why (25000), where (100)."""

    user: str | None | Unset
    note: str | None | Unset
    source: str | None | Unset


def _complete_alert(arguments: dict[str, Any]) -> None:
    """Make up an alias, and cut what is to be shortened."""
    if arguments.pop("shorten", False):
        shorten_alert(arguments)
    _with_alias(arguments)


def _with_alias(arguments: dict[str, Any]) -> None:
    if not arguments.get("alias"):  # for an empty one, too, the server would make one up each time
        arguments["alias"] = uuid4().hex


def _with_search(arguments: dict[str, Any]) -> None:
    """Write a saved search as its identifier and, for a name, its kind."""
    search = arguments.get("search_identifier", UNSET)
    if search is UNSET:
        return
    try:
        arguments["search_identifier"], kind = identify(search, argument="search")
    except TypeError as error:
        raise TypeError(f"search_identifier: {error}") from None
    if kind != "id":
        arguments["search_identifier_type"] = kind


class Alerts(Resource):
    """`og.alerts`: writes are processed asynchronously, and their `Pending` has the outcome.

    For an alert that does not exist, `Pending.wait` raises `RequestFailed`. Only attachments are written synchronously.
    Actions are idempotent, so they are retried after an unclear failure, unless they write a note or page somebody.
    """

    domain = "alert"
    requests = "v2/alerts/requests"

    __slots__ = ()

    @operation("POST", "v2/alerts", before_build=_complete_alert, repeatable=True)
    async def create(
        self,
        *,
        message: str,
        alias: str | Unset = UNSET,
        description: str | Unset = UNSET,
        responders: Sequence[UserRef | TeamRef | EscalationRef | ScheduleRef] | Unset = UNSET,
        visible_to: Sequence[UserRef | TeamRef] | Unset = UNSET,
        actions: ListLike[str] | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        entity: str | Unset = UNSET,
        source: str | Unset = UNSET,
        priority: PriorityLike | Unset = UNSET,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        shorten: bool = False,
    ) -> Pending:
        """Create an alert; if an open alert has the same alias, its count is raised instead.

        Args:
            message: What happened, in one line; at most 130 characters.
            alias: The key for deduplication, case-sensitive, at most 512 characters. Generated before the first attempt
                when not given, so that a retry never pages twice; see `Pending.alias`.
            description: Details, at most 15000 characters.
            responders: Who is notified: teams, users, escalations, schedules; at most 50.
            visible_to: Who sees the alert without being notified: at most 50 teams and users.
            actions: Names of custom actions that the alert offers, at most 10, of at most 50 characters each.
            tags: Labels, at most 20, of at most 50 characters each.
            details: Custom keys and values, at most 8000 characters in total.
            entity: What the alert is about, such as a server or an application; at most 512 characters.
            source: Where it comes from, at most 100 characters; the address of the caller when not given.
            priority: `P1` to `P5`, `P3` when not given.
            user: Who creates it, as shown in the log; at most 100 characters.
            note: A first note, at most 25000 characters; not added where only the count is raised: see `add_note`.
            shorten: Truncate texts that are too long for the API, with "…" at the end. The full message is kept at the
                beginning of the description; an alias ends with a digest instead, see `Pending.alias`.
        """
        ...

    @operation("GET", ALERT)
    async def get(self, alert: ByAlert) -> Alert:
        """Get one alert with its description and details.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.

        Raises:
            NotFound: There is no such alert; a closed one is not found by its alias.
        """
        ...

    @operation("GET", "v2/alerts", domain="search", before_build=_with_search)
    def list(
        self,
        *,
        query: str | None | Unset = UNSET,
        search_identifier: ByName | None | Unset = UNSET,
        sort: AlertSort | str | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        offset: int | None | Unset = UNSET,
        page_size: int = 100,
    ) -> Pager[Alert]:
        """List alerts, newest first by default; spends the search limit.

        Args:
            query: In the vendor's search language; every alert when not given.
            search_identifier: A saved search instead of *query*: its id, its `Name`, or the model.
            sort: The field to order by, `createdAt` when not given.
            order: `asc` or `desc`, `desc` when not given.
            offset: How many alerts to skip, 0 when not given.
            page_size: Alerts per page, at most 100; the API refuses offsets beyond 20000; `history` has no limit.

        Raises:
            ListingTooLong: More than 20000 alerts match; raised with the first page.
        """
        ...

    @stream
    def history(
        self, query: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncGenerator[Alert, None]:
        """Stream all matches of *query*, oldest first and without duplicates, beyond the API's limit of 20,000.

            async for alert in og.alerts.history("priority: P1", since=january):
                ...

        Alerts are read in slices by `createdAt`, each of some thousand alerts held in memory; a slice with fewer alerts
        than the API counts is read again. An alert that exists throughout is never missed, whatever is created, closed
        or deleted meanwhile.

        Args:
            query: In the vendor's search language, "" for every alert.
            since: Skip what was created before this time, timezone-aware.
            until: Skip what was created at this time or later, timezone-aware.

        Returns:
            An asynchronous iterator of alerts, without the fields that a listing omits: `description`, `details`,
            `entity` and `actions`.

        Raises:
            ValueError: A datetime has no time zone; raised before anything is sent.
            ListingTooLong: A slice cannot be split below the limit of the API; the message names it.
            OpsgenieError: A request failed, or a slice repeatedly came back incomplete.
        """
        return read_history(self._transport, ALERTS, Alert, query, since, until)

    @operation("GET", "v2/alerts/count", before_build=_with_search, data_key="count")
    async def count(
        self, *, query: str | None | Unset = UNSET, search_identifier: ByName | None | Unset = UNSET
    ) -> int:
        """Count the alerts that match a query or a saved search.

        Args:
            query: In the vendor's search language; every alert when not given.
            search_identifier: A saved search instead of *query*: its id, its `Name`, or the model.
        """
        ...

    @operation("DELETE", ALERT)
    async def delete(
        self, alert: ByAlert, *, user: str | None | Unset = UNSET, source: str | None | Unset = UNSET
    ) -> Pending:
        """Delete an alert; the alias is in the OpenAPI file and the Go SDK, not on the vendor page.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            user: Who does it, as shown in the log; at most 100 characters.
            source: Where it comes from, as shown in the log; at most 100 characters.
        """
        ...

    @operation("POST", ALERT + "/acknowledge", repeatable=without_note)
    async def acknowledge(self, alert: ByAlert, **action: Unpack[ActionFields]) -> Pending:
        """Acknowledge an alert.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/unacknowledge", repeatable=without_note)
    async def unacknowledge(self, alert: ByAlert, **action: Unpack[ActionFields]) -> Pending:
        """Unacknowledge an alert.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/close", repeatable=without_note)
    async def close(self, alert: ByAlert, **action: Unpack[ActionFields]) -> Pending:
        """Close an alert, which frees its alias for a new one.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/snooze", repeatable=without_note)
    async def snooze(self, alert: ByAlert, *, end_time: datetime, **action: Unpack[ActionFields]) -> Pending:
        """Snooze an alert until *end_time*.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            end_time: When notifications resume, timezone-aware and at least 2 seconds ahead.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("POST", ALERT + "/escalate")
    async def escalate(self, alert: ByAlert, *, escalation: EscalationRef, **action: Unpack[ActionFields]) -> Pending:
        """Process the next rule of *escalation* now; never retried, as that would process another rule.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            escalation: The escalation, by id or name.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/assign", repeatable=without_note)
    async def assign(self, alert: ByAlert, *, owner: UserRef, **action: Unpack[ActionFields]) -> Pending:
        """Make a user the owner of an alert.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            owner: The user, by id or username.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/responders")
    async def add_responder(
        self,
        alert: ByAlert,
        *,
        responder: UserRef | TeamRef | EscalationRef | ScheduleRef,
        **action: Unpack[ActionFields],
    ) -> Pending:
        """Notify another responder.

        The vendor page names users and teams, the OpenAPI file escalations and schedules as well.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            responder: A user, a team, an escalation or a schedule, by id or name.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/teams")
    async def add_team(self, alert: ByAlert, *, team: TeamRef, **action: Unpack[ActionFields]) -> Pending:
        """Route an alert to another team.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            team: The team, by id or name.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/actions/{action_name}")
    async def execute_action(self, alert: ByAlert, action_name: str, **action: Unpack[ActionFields]) -> Pending:
        """Execute one of the alert's own `actions`; never retried after an unclear failure.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            action_name: One of the alert's `actions`.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("GET", ALERT + "/recipients")
    def list_recipients(self, alert: ByAlert) -> Pager[AlertRecipient]:
        """List the recipients of an alert, with the state of their notifications.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
        """
        ...

    @operation("GET", ALERT + "/logs")
    def list_logs(self, alert: ByAlert, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[AlertLog]:
        """List the log of an alert, newest first by default.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            page_size: Entries per page, at most 100.
            **page: `offset` starts at the entry with that `offset`, `direction` continues forward or backward from
                there, `order` is `asc` or `desc`.
        """
        ...

    @operation("GET", ALERT + "/notes")
    def list_notes(self, alert: ByAlert, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[AlertNote]:
        """List the notes of an alert, newest first by default.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            page_size: Notes per page, at most 100.
            **page: `offset` starts at the note with that `offset`, `direction` continues forward or backward from
                there, `order` is `asc` or `desc`.
        """
        ...

    @operation("POST", ALERT + "/notes")
    async def add_note(
        self, alert: ByAlert, *, note: str, user: str | Unset = UNSET, source: str | Unset = UNSET
    ) -> Pending:
        """Write a note; never retried, as there would be two notes.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            note: The text, at most 25000 characters.
            user: Who does it, as shown in the log; at most 100 characters.
            source: Where it comes from, as shown in the log; at most 100 characters.
        """
        ...

    @operation("POST", ALERT + "/tags", repeatable=without_note)
    async def add_tags(self, alert: ByAlert, *, tags: ListLike[str], **action: Unpack[ActionFields]) -> Pending:
        """Add tags; at most 20 per alert.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            tags: The tags to add, at most 50 characters each.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("DELETE", ALERT + "/tags", repeatable=without_note)
    async def remove_tags(self, alert: ByAlert, *, tags: ListLike[str], **action: Unpack[ActionFields]) -> Pending:
        """Remove tags, at most 20 per call.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            tags: The tags to remove.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: One of them contains a comma, which the query cannot express; nothing is sent.
        """
        ...

    @operation("POST", ALERT + "/details", repeatable=without_note)
    async def add_details(
        self, alert: ByAlert, *, details: Mapping[str, str], **action: Unpack[ActionFields]
    ) -> Pending:
        """Add details, replacing those with the same keys; at most 8000 characters in total.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            details: Keys and values to add; existing keys get the new value.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("DELETE", ALERT + "/details", repeatable=without_note)
    async def remove_details(self, alert: ByAlert, *, keys: ListLike[str], **action: Unpack[ActionFields]) -> Pending:
        """Remove the details of these keys, at most 10 per call.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            keys: The keys of the details to remove.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: One of them contains a comma, which the query cannot express; nothing is sent.
        """
        ...

    @operation("PUT", ALERT + "/message")
    async def update_message(self, alert: ByAlert, *, message: str) -> Pending:
        """Replace the message; a PUT by the OpenAPI file and the Go SDK.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            message: The new text, at most 130 characters.
        """
        ...

    @operation("PUT", ALERT + "/description")
    async def update_description(self, alert: ByAlert, *, description: str) -> Pending:
        """Replace the description; a PUT by the OpenAPI file and the Go SDK.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            description: The new text, at most 15000 characters.
        """
        ...

    @operation("PUT", ALERT + "/priority")
    async def update_priority(self, alert: ByAlert, *, priority: PriorityLike) -> Pending:
        """Replace the priority.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            priority: The new priority, `P1` to `P5`.
        """
        ...

    @endpoint("POST", ATTACHMENTS)
    async def add_attachment(
        self,
        alert: ByAlert,
        *,
        file: Content,
        file_name: str | Unset = UNSET,
        user: str | Unset = UNSET,
        index_file: str | Unset = UNSET,
    ) -> AlertAttachment:
        """Attach a file to an alert; the response has only its id.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            file: A path, bytes, or a file opened in binary mode, which is sent from its current position and stays
                open. It is read in chunks: a large one needs time, not memory (`og.with_config(total_timeout=...)`).
            file_name: The file name to show; the file's own name when not given, required for bytes.
            user: Who does it, as shown in the log; at most 100 characters.
            index_file: The HTML file that the web application shows for an archive (OpenAPI file).

        Raises:
            ValueError: A file without a name, or one that is not seekable.
            OSError: A path that cannot be opened.
            BadRequest: The API calls the file corrupted.
        """
        with argument_errors(self.add_attachment):
            content = File.of(file, file_name or "")
        fields = {"file": content, "user": user, "indexFile": index_file}
        form = {name: value for name, value in fields.items() if value is not UNSET}
        request = attrs.evolve(request_of(self.add_attachment, alert=alert), json=None, form=form)
        return read_answer(await self._transport.send(request), AlertAttachment)

    @operation("GET", ATTACHMENTS)
    def list_attachments(self, alert: ByAlert) -> Pager[AlertAttachment]:
        """List the attachments of an alert, id and name of each.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
        """
        ...

    @operation("GET", ATTACHMENTS + "/{attachment}")
    async def get_attachment(self, alert: ByAlert, attachment: ById) -> AlertAttachment:
        """Get name and URL of an attachment; whoever has the URL can download it without the key.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            attachment: An id, or a model that has one.
        """
        ...

    @operation("DELETE", ATTACHMENTS + "/{attachment}")
    async def delete_attachment(self, alert: ByAlert, attachment: ById, *, user: str | None | Unset = UNSET) -> None:
        """Delete one attachment, synchronously.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            attachment: An id, or a model that has one.
            user: Who does it, as shown in the log; at most 100 characters.
        """
        ...

    @operation("GET", "v2/alerts/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it for you.

        Args:
            request_id: The `request_id` of the `Pending`, or of the response to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or the id is unknown.
        """
        ...
