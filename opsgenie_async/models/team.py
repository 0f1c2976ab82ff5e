"""Teams and their members (Team and Team Member API pages)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Links, UserMeta

__all__ = ["MemberRole", "Team", "TeamLog", "TeamMember"]


class MemberRole(enum.StrEnum):
    """The built-in roles of a team member; a team may have roles of its own beside them."""

    ADMIN = "admin"
    USER = "user"


@attrs.define(kw_only=True)
class TeamMember(Model):
    """A user's place in a team."""

    user: UserMeta
    role: MemberRole | str = MemberRole.USER


@attrs.define(kw_only=True)
class Team(Model):
    """A team; a listing leaves the members out. Only the server writes `links`."""

    id: str
    name: str
    description: str = ""
    members: list[TeamMember] = attrs.field(factory=list)
    links: Links | None = None


@attrs.define(kw_only=True)
class TeamLog(Model):
    """One change to a team, and who made it."""

    log: str = ""
    owner: str = ""
    created_date: datetime | None = None
