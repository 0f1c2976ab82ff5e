"""Timelines of incidents (Incident Timeline API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model

__all__ = [
    "IncidentTimelineActor",
    "IncidentTimelineDescription",
    "IncidentTimelineEdit",
    "IncidentTimelineEntry",
    "IncidentTimelineGroup",
]


class IncidentTimelineGroup(enum.StrEnum):
    """The group of an entry; the page has two more for conference calls."""

    CUSTOM = "custom"
    INCIDENT = "incident"
    RESPONDER_ALERT = "responderAlert"
    STAKEHOLDER_UPDATE = "stakeholderUpdate"
    STATUS_PAGE = "statusPage"
    INTEGRATION = "integration"


@attrs.define(kw_only=True)
class IncidentTimelineDescription(Model):
    """The text or the title of an entry; `plain_text` is the only type that the pages name."""

    content: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class IncidentTimelineActor(Model):
    """The user or system that created or changed an entry."""

    name: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class IncidentTimelineEdit(Model):
    """The latest change of an entry."""

    edit_time: datetime | None = None
    actor: IncidentTimelineActor | None = None


@attrs.define(kw_only=True)
class IncidentTimelineEntry(Model):
    """One event of an incident.

    Attributes:
        type: The type of the event; entries added through the API are of type `CustomUserEntry` in group `custom`.
        title: The title of automatic entries, often instead of a description.
    """

    id: str
    group: IncidentTimelineGroup | str = ""
    type: str = ""
    event_time: datetime | None = None
    hidden: bool = False
    actor: IncidentTimelineActor | None = None
    title: IncidentTimelineDescription | None = None
    description: IncidentTimelineDescription | None = None
    last_edit: IncidentTimelineEdit | None = None
