"""References to users, teams and others: one union for notify, recipient, participant, responder, override user.

The members are distinguished by `type`; each page of the API accepts some of them (see the resource's method). On write
one of the two identifiers is enough, on read the API usually returns both.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Tagged, Unknown
from opsgenie_async.models.common import one_of

__all__ = [
    "AllRecipients",
    "EscalationRef",
    "GroupRef",
    "NoRecipient",
    "Recipient",
    "ScheduleRef",
    "TeamRef",
    "UserRef",
]


@attrs.define(kw_only=True)
class UserRef(Tagged):
    """A user, by id or username."""

    type: ClassVar[Literal["user"]] = "user"
    id: str = ""
    username: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "username")


@attrs.define(kw_only=True)
class TeamRef(Tagged):
    """A team, by id or name."""

    type: ClassVar[Literal["team"]] = "team"
    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class ScheduleRef(Tagged):
    """A schedule, by id or name."""

    type: ClassVar[Literal["schedule"]] = "schedule"
    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class EscalationRef(Tagged):
    """An escalation, by id or name."""

    type: ClassVar[Literal["escalation"]] = "escalation"
    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class GroupRef(Tagged):
    """A group, by id or name."""

    type: ClassVar[Literal["group"]] = "group"
    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class AllRecipients(Tagged):
    """Everybody."""

    type: ClassVar[Literal["all"]] = "all"


@attrs.define(kw_only=True)
class NoRecipient(Tagged):
    """Nobody: the reserved word `none`."""

    type: ClassVar[Literal["none"]] = "none"


Recipient: TypeAlias = (
    UserRef | TeamRef | ScheduleRef | EscalationRef | GroupRef | AllRecipients | NoRecipient | Unknown
)
