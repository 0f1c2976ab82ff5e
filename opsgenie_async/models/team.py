"""Teams and their members (Team and Team Member API pages)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Links, UserMeta

__all__ = ["MemberRole", "Team", "TeamLog", "TeamMember"]


class MemberRole(enum.StrEnum):
    """The built-in roles of a team member; teams can define custom ones."""

    ADMIN = "admin"
    USER = "user"


@attrs.define(kw_only=True)
class TeamMember(Model):
    """The membership of a user in a team."""

    user: UserMeta
    role: MemberRole | str = MemberRole.USER


@attrs.define(kw_only=True)
class Team(Model):
    """A team; listings omit the members. `links` is read-only."""

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
