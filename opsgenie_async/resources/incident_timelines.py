"""Timelines of incidents (Incident Timeline API page)."""

from __future__ import annotations

from datetime import datetime

from opsgenie_async.models import IncidentTimelineDescription, IncidentTimelineEntry, IncidentTimelineGroup, SortOrder
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.following import token_in_data
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.listing import items_of
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["IncidentTimelines"]

ENTRIES = "v2/incident-timelines/{incident}/entries"


class IncidentTimelines(Resource):
    """`og.incident_timelines`: the timeline of an incident, recorded automatically and by people."""

    __slots__ = ()

    @operation("POST", ENTRIES)
    async def add_entry(
        self, incident: ById, *, description: IncidentTimelineDescription, time: datetime | Unset = UNSET
    ) -> IncidentTimelineEntry:
        """Add an entry of group `custom`.

        Args:
            incident: An id, or a model that has one.
            description: The text of the entry; its type is `plain_text`.
            time: The time of the event, timezone-aware; now when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @endpoint("GET", ENTRIES)
    def list_entries(
        self,
        incident: ById,
        *,
        group: IncidentTimelineGroup | str | ListLike[IncidentTimelineGroup | str] | None | Unset = UNSET,
        discard_hidden: bool | None | Unset = UNSET,
        offset: str | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        page_size: int = 20,
        content_type: str | None | Unset = UNSET,
    ) -> Pager[IncidentTimelineEntry]:
        """List the entries of the timeline of *incident*.

        Args:
            incident: An id, or a model that has one.
            group: Only entries of this group, or of one of these; all of them when not given.
            discard_hidden: Whether hidden entries are left out.
            offset: Start after the entry with this `offset`; at the beginning when not given.
            order: `asc` or `desc`.
            page_size: Entries per page, at most 20.
            content_type: The format of texts: `text/plain` or `text/html`.
        """
        request = request_of(
            self.list_entries,
            incident=incident,
            group=group,
            discard_hidden=discard_hidden,
            offset=offset,
            order=order,
            page_size=page_size,
            content_type=content_type,
        )
        items = items_of(IncidentTimelineEntry, "entries")
        return Pager(self._transport, request, items, token_in_data("nextOffset", "entries"))

    @operation("GET", ENTRIES + "/{entry}")
    async def get_entry(
        self, incident: ById, entry: ById, *, content_type: str | None | Unset = UNSET
    ) -> IncidentTimelineEntry:
        """Get one entry.

        Args:
            incident: An id, or a model that has one.
            entry: An id, or a model that has one.
            content_type: The format of texts: `text/plain` or `text/html`.
        """
        ...

    @operation("PUT", ENTRIES + "/{entry}")
    async def update_entry(
        self,
        incident: ById,
        entry: ById,
        *,
        description: IncidentTimelineDescription,
        time: datetime | Unset = UNSET,
    ) -> IncidentTimelineEntry:
        """Change an entry that a person added.

        Args:
            incident: An id, or a model that has one.
            entry: An id, or a model that has one.
            description: The new text of the entry.
            time: A new time of the event, timezone-aware; unchanged when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("DELETE", ENTRIES + "/{entry}")
    async def delete_entry(self, incident: ById, entry: ById) -> None:
        """Delete an entry that a person added.

        Args:
            incident: An id, or a model that has one.
            entry: An id, or a model that has one.
        """
        ...

    @operation("PATCH", ENTRIES + "/{entry}/hide", repeatable=True)
    async def hide_entry(self, incident: ById, entry: ById) -> IncidentTimelineEntry:
        """Hide an entry; it stays in the timeline, marked as hidden.

        Args:
            incident: An id, or a model that has one.
            entry: An id, or a model that has one.
        """
        ...

    @operation("PATCH", ENTRIES + "/{entry}/unhide", repeatable=True)
    async def unhide_entry(self, incident: ById, entry: ById) -> IncidentTimelineEntry:
        """Show an entry again.

        Args:
            incident: An id, or a model that has one.
            entry: An id, or a model that has one.
        """
        ...
