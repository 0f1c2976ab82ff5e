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
    Priority,
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
from opsgenie_async.resources.operation.build import argument_errors, request_of
from opsgenie_async.resources.operation.declare import endpoint, operation, without_note
from opsgenie_async.resources.operation.method import stream
from opsgenie_async.resources.operation.read import read_answer
from opsgenie_async.resources.path import ById, ByName, HasId, identify
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ActionFields", "Alerts", "ByAlert"]

ByAlert: TypeAlias = str | Alias | TinyId | HasId
"""An id, an `Alias` (of open alerts only), a `TinyId`, or a model with an id."""

ALERT = "v2/alerts/{alert:identifierType}"
ATTACHMENTS = "v2/alerts/{alert:alertIdentifierType}/attachments"


class ActionFields(TypedDict, total=False):
    """What every action takes beside fields of its own: who did it (100 characters), why (25000), where (100)."""

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
    """`og.alerts`: every write is processed later, and its `Pending` says how that went.

    Also of an alert that does not exist: `Pending.wait` raises `RequestFailed` then. Attachments alone are written at
    once. An action that is sent again comes to the same, so it is repeated after an unclear failure, unless it writes a
    note or pages somebody.
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
        actions: Sequence[str] | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        entity: str | Unset = UNSET,
        source: str | Unset = UNSET,
        priority: Priority | str | Unset = UNSET,
        user: str | Unset = UNSET,
        note: str | Unset = UNSET,
        shorten: bool = False,
    ) -> Pending:
        """Raise an alert; an open alert with the same alias takes it in and counts it.

        Args:
            message: What happened, in a line; 130 characters at the most.
            alias: What later alerts of the same trouble are recognised by, 512 characters at the most, in the same
                case. Made up before the first sending when not given, so that a repeat never pages twice; see
                `Pending.alias`.
            description: More than the message says, 15000 characters at the most.
            responders: Who is notified: teams, users, escalations, schedules; 50 at the most.
            visible_to: Who sees the alert without being notified: teams and users, 50 at the most.
            actions: Names of custom actions that the alert offers, 10 of 50 characters at the most.
            tags: Labels, 20 of 50 characters at the most.
            details: Keys and values of your own, 8000 characters at the most in all.
            entity: What the alert is about, as a server or an application; 512 characters at the most.
            source: Where it comes from, 100 characters at the most; the address of the caller when not given.
            priority: `P1` to `P5`, `P3` when not given.
            user: Who raises it, as the log is to show; 100 characters at the most.
            note: A note to begin with, 25000 characters at the most.
            shorten: Cut every text that is longer than the API takes, between characters and with "…" at its end. A
                message that is cut stands whole at the beginning of the description; an alias gets a digest at its end,
                and `Pending.alias` tells it.
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
        """List alerts, newest first unless told otherwise; spends the search limit.

        Args:
            query: In the vendor's search language; every alert when not given.
            search_identifier: A saved search in place of *query*: its id, its `Name`, or the model.
            sort: The field to order by, `createdAt` when not given.
            order: `asc` or `desc`, `desc` when not given.
            offset: How many alerts to leave out before the first, 0 when not given.
            page_size: Alerts a page, 100 at the most; the API refuses whatever lies beyond the 20000th alert, which
                `history` gives.

        Raises:
            ListingTooLong: More than 20000 alerts are found; raised with the first page.
        """
        ...

    @stream
    def history(
        self, query: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncGenerator[Alert, None]:
        """Stream everything that *query* finds, oldest first, each once, past the 20,000 that the API lists.

            async for alert in og.alerts.history("priority: P1", since=january):
                ...

        It is read in slices by `createdAt`, some thousand alerts each, which are held while they are read: a slice that
        comes shorter than the API counts it is read again. An alert that was there all the time is never missing,
        whatever is created, closed and deleted meanwhile.

        Args:
            query: In the vendor's search language, "" for every alert.
            since: Leave out what was created before this moment, an aware one.
            until: Leave out what was created at this moment or later, an aware one.

        Returns:
            An asynchronous iterator of alerts, without what a listing leaves out: `description`, `details`, `entity`
            and `actions`.

        Raises:
            ValueError: A moment has no time zone; raised at once, before anything is sent.
            ListingTooLong: A slice cannot be cut small enough for the API; names it.
            OpsgenieError: A request failed, or a slice came short again and again.
        """
        return read_history(self._transport, ALERTS, Alert, query, since, until)

    @operation("GET", "v2/alerts/count", before_build=_with_search, data_key="count")
    async def count(
        self, *, query: str | None | Unset = UNSET, search_identifier: ByName | None | Unset = UNSET
    ) -> int:
        """Count the alerts that a query, or a saved search, finds.

        Args:
            query: In the vendor's search language; every alert when not given.
            search_identifier: A saved search in place of *query*: its id, its `Name`, or the model.
        """
        ...

    @operation("DELETE", ALERT)
    async def delete(
        self, alert: ByAlert, *, user: str | None | Unset = UNSET, source: str | None | Unset = UNSET
    ) -> Pending:
        """Delete an alert; the vendor page knows no alias here, the OpenAPI file and the Go SDK do.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            user: Who does it, as the log is to show; 100 characters at the most.
            source: Where it comes from, as the log is to show; 100 characters at the most.
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
        """Take the acknowledgement of an alert back.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/close", repeatable=without_note)
    async def close(self, alert: ByAlert, **action: Unpack[ActionFields]) -> Pending:
        """Close an alert; its alias is free for a new one then.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/snooze", repeatable=without_note)
    async def snooze(self, alert: ByAlert, *, end_time: datetime, **action: Unpack[ActionFields]) -> Pending:
        """Keep an alert quiet until *end_time*.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            end_time: When notifications go on, timezone-aware and at least 2 seconds ahead.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...

    @operation("POST", ALERT + "/escalate")
    async def escalate(self, alert: ByAlert, *, escalation: EscalationRef, **action: Unpack[ActionFields]) -> Pending:
        """Process the next rule of *escalation* now; never repeated, for that would process the one after it.

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
        """Notify somebody else, too.

        The vendor page names users and teams, the OpenAPI file escalations and schedules as well.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            responder: A user, a team, an escalation or a schedule, by id or name.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/teams")
    async def add_team(self, alert: ByAlert, *, team: TeamRef, **action: Unpack[ActionFields]) -> Pending:
        """Route an alert to a further team.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            team: The team, by id or name.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("POST", ALERT + "/actions/{action_name}")
    async def execute_action(self, alert: ByAlert, action_name: str, **action: Unpack[ActionFields]) -> Pending:
        """Execute one of the alert's own `actions`; never repeated after an unclear failure.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            action_name: One of the alert's `actions`.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("GET", ALERT + "/recipients")
    def list_recipients(self, alert: ByAlert) -> Pager[AlertRecipient]:
        """List who was to be notified of an alert, and how that went.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
        """
        ...

    @operation("GET", ALERT + "/logs")
    def list_logs(self, alert: ByAlert, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[AlertLog]:
        """List the log of an alert, newest first unless told otherwise.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            page_size: Entries a page, 100 at the most.
            **page: `offset` begins at the entry with that `offset`, `direction` goes on or back from there, `order`
                is `asc` or `desc`.
        """
        ...

    @operation("GET", ALERT + "/notes")
    def list_notes(self, alert: ByAlert, *, page_size: int = 100, **page: Unpack[TokenPage]) -> Pager[AlertNote]:
        """List the notes of an alert, newest first unless told otherwise.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            page_size: Notes a page, 100 at the most.
            **page: `offset` begins at the note with that `offset`, `direction` goes on or back from there, `order` is
                `asc` or `desc`.
        """
        ...

    @operation("POST", ALERT + "/notes")
    async def add_note(
        self, alert: ByAlert, *, note: str, user: str | Unset = UNSET, source: str | Unset = UNSET
    ) -> Pending:
        """Write a note; never repeated, there would be two.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            note: The text, 25000 characters at the most.
            user: Who does it, as the log is to show; 100 characters at the most.
            source: Where it comes from, as the log is to show; 100 characters at the most.
        """
        ...

    @operation("POST", ALERT + "/tags", repeatable=without_note)
    async def add_tags(self, alert: ByAlert, *, tags: Sequence[str], **action: Unpack[ActionFields]) -> Pending:
        """Add tags; an alert has 20 at the most.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            tags: The tags to add, of 50 characters at the most.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("DELETE", ALERT + "/tags", repeatable=without_note)
    async def remove_tags(self, alert: ByAlert, *, tags: Sequence[str], **action: Unpack[ActionFields]) -> Pending:
        """Remove tags, 20 a call at the most.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            tags: The tags to remove.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: One of them has a comma in it, which the query cannot hold; nothing is sent.
        """
        ...

    @operation("POST", ALERT + "/details", repeatable=without_note)
    async def add_details(
        self, alert: ByAlert, *, details: Mapping[str, str], **action: Unpack[ActionFields]
    ) -> Pending:
        """Add details, or replace those of the same keys; 8000 characters at the most in all.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            details: Keys and values to add; a key that is there gets the new value.
            **action: Who does it, why and where: the fields of `ActionFields`.
        """
        ...

    @operation("DELETE", ALERT + "/details", repeatable=without_note)
    async def remove_details(self, alert: ByAlert, *, keys: Sequence[str], **action: Unpack[ActionFields]) -> Pending:
        """Remove the details of these keys, 10 a call at the most.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            keys: The keys of the details to remove.
            **action: Who does it, why and where: the fields of `ActionFields`.

        Raises:
            ValueError: One of them has a comma in it, which the query cannot hold; nothing is sent.
        """
        ...

    @operation("PUT", ALERT + "/message")
    async def update_message(self, alert: ByAlert, *, message: str) -> Pending:
        """Replace the message; a PUT by the OpenAPI file and the Go SDK.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            message: The new text, 130 characters at the most.
        """
        ...

    @operation("PUT", ALERT + "/description")
    async def update_description(self, alert: ByAlert, *, description: str) -> Pending:
        """Replace the description; a PUT by the OpenAPI file and the Go SDK.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            description: The new text, 15000 characters at the most.
        """
        ...

    @operation("PUT", ALERT + "/priority")
    async def update_priority(self, alert: ByAlert, *, priority: Priority | str) -> Pending:
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
        """Attach a file to an alert; the answer has its id alone.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            file: A path, bytes, or a file opened as binary, which is sent from where it stands and stays open. It is
                read in pieces, and not as a whole: a large one needs time, not memory
                (`og.with_config(total_timeout=...)`).
            file_name: What it is called there; its own name when not given, mandatory for bytes.
            user: Who does it, as the log is to show; 100 characters at the most.
            index_file: The HTML file that the web application shows for an archive (OpenAPI file).

        Raises:
            ValueError: A file without a name or one that can be read only once.
            OSError: A path that cannot be opened.
            BadRequest: What the API calls a corrupted file.
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
        """Get name and URL of an attachment; the bytes are there for whoever has the URL, without the key.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            attachment: An id, or a model that has one.
        """
        ...

    @operation("DELETE", ATTACHMENTS + "/{attachment}")
    async def delete_attachment(self, alert: ByAlert, attachment: ById, *, user: str | None | Unset = UNSET) -> None:
        """Delete one attachment, at once.

        Args:
            alert: An id, an `Alias` (of an open alert), a `TinyId`, or a model with an id.
            attachment: An id, or a model that has one.
            user: Who does it, as the log is to show; 100 characters at the most.
        """
        ...

    @operation("GET", "v2/alerts/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it by itself.

        Args:
            request_id: The `request_id` of the `Pending`, or of the answer to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or there is none with this
                id.
        """
        ...
