"""The parts of a schedule as values: participants, rotations, restrictions, overrides, forwarding rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import attrs

from opsgenie_async.errors import OpsgenieError

__all__ = [
    "ForwardingRule",
    "Override",
    "Participant",
    "Restriction",
    "Rotation",
    "RotationRef",
    "ScheduleError",
    "Window",
]


class ScheduleError(OpsgenieError, ValueError):
    """Invalid JSON of a schedule, or an invalid argument; the message names the field."""


@attrs.frozen
class Participant:
    """Somebody who can be on call.

    Attributes:
        kind: "user", "team", "escalation" or "none" (in old accounts also "group" and "schedule").
        id: The id in its account; empty in a snapshot's files, which have names instead of ids.
        name: The username of a user, the name of anything else.
    """

    kind: str
    id: str = ""
    name: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The identity of a participant: kind and case-insensitive name; the id if there is no name."""
        return self.kind, self.name.casefold() or self.id


@attrs.frozen
class RotationRef:
    """A rotation by id and name, as periods and overrides name it."""

    id: str = ""
    name: str = ""


@attrs.frozen
class Window:
    """One interval of a restriction: its start and end as offsets in the cycle."""

    opens: timedelta
    closes: timedelta


@attrs.frozen
class Restriction:
    """The hours in which a rotation is active.

    Attributes:
        weekly: Whether the windows repeat each week (from Monday 00:00 local time) or each day.
        windows: The intervals; one that closes before it opens crosses the end of its cycle.
    """

    weekly: bool
    windows: tuple[Window, ...]


@attrs.frozen
class Rotation:
    """One rotation: its participants take turns, beginning at `start`.

    Attributes:
        id: The id; may be empty.
        name: The name; may be empty.
        type: How turns are measured.
        length: How many hours, days or weeks a turn lasts.
        start: The start of turn 0; nobody is on call before it.
        end: When it ends; None for never.
        participants: The participants in order; one who is listed twice has two turns.
        restriction: None for all hours.
        enabled: Whether it is in use.
    """

    id: str
    name: str
    type: Literal["hourly", "daily", "weekly"]
    length: int
    start: datetime
    end: datetime | None
    participants: tuple[Participant, ...]
    restriction: Restriction | None = None
    enabled: bool = True

    @property
    def ref(self) -> RotationRef:
        """The reference to this rotation in periods."""
        return RotationRef(self.id, self.name)


@attrs.frozen
class Override:
    """Another participant (or nobody) on call for a while, in the named rotations or in all."""

    start: datetime
    end: datetime
    participant: Participant
    rotations: tuple[RotationRef, ...] = ()
    alias: str = ""

    def covers(self, rotation: Rotation) -> bool:
        """Whether it applies to *rotation*."""
        return not self.rotations or any(
            ref.id == rotation.id if ref.id and rotation.id else ref.name == rotation.name != ""
            for ref in self.rotations
        )


@attrs.frozen
class ForwardingRule:
    """Notifications of one user go to another for a while."""

    start: datetime
    end: datetime
    from_user: Participant
    to_user: Participant
