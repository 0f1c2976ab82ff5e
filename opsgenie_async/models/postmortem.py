"""Postmortems (Postmortem API page)."""

from __future__ import annotations

from datetime import datetime

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Priority

__all__ = ["Postmortem", "PostmortemDocument", "PostmortemIncident", "PostmortemLink"]


@attrs.define(kw_only=True)
class PostmortemDocument(Model):
    """A text in the Atlassian Document Format.

    Attributes:
        content: Its nodes, verbatim.
    """

    version: int = 1
    type: str = "doc"
    content: Json = None


@attrs.define(kw_only=True)
class PostmortemLink(Model):
    """An entity that a postmortem mentions; `metadata_id` is the id of the mention."""

    metadata_id: str = ""
    id: str = ""
    name: str = ""


@attrs.define(kw_only=True)
class PostmortemIncident(Model):
    """An incident as it was when the postmortem included it."""

    metadata_id: str = ""
    id: str = ""
    priority: Priority | str = ""
    tiny_id: str = ""
    message: str = ""
    status: str = ""
    creation_time: datetime | None = None
    tags: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Postmortem(Model):
    """The postmortem of an incident."""

    postmortem_id: str
    title: str = ""
    severity: Priority | str = ""
    status: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    respond_time: datetime | None = None
    resolve_time: datetime | None = None
    created_at_time: datetime | None = None
    executive_summary: PostmortemDocument | None = None
    content: PostmortemDocument | None = None
    root_incident: PostmortemIncident | None = None
    owner: PostmortemLink | None = None
    timeline: PostmortemLink | None = None
    jira_issues: list[PostmortemLink] = attrs.field(factory=list)
    related_incidents: list[PostmortemIncident] = attrs.field(factory=list)
    affected_services: list[PostmortemLink] = attrs.field(factory=list)
    icc_sessions: list[PostmortemLink] = attrs.field(factory=list)
    responder_teams: list[PostmortemLink] = attrs.field(factory=list)
    responders: list[PostmortemLink] = attrs.field(factory=list)

    @property
    def id(self) -> str:
        """The id, so that a postmortem can be passed in place of an id."""
        return self.postmortem_id
