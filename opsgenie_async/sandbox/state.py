"""What the sandbox remembers: one account, as plain dicts in the words of the API's own answers.

Nothing here knows HTTP, and nothing is shared with the client: a wrong model there cannot agree with itself here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Account", "Doc"]

Doc = dict[str, Any]


@dataclass
class Account:
    """Everything one Opsgenie account holds, keyed by id, in creation order.

    Entities have the shape of the v2 `get` answer of their kind, without `_parent`. What belongs to a parent is kept in
    a table of its own under the parent's id, so that `list` answers may leave it out as Opsgenie does.
    """

    name: str = "sandbox"
    timezone: str = "America/New_York"
    """The account's zone: the default of routing rules and schedules."""

    users: dict[str, Doc] = field(default_factory=dict)
    """User id to `{id, username, fullName, role: {id, name}, timeZone, locale, blocked, verified, createdAt, ...}`."""

    groups: dict[str, Doc] = field(default_factory=dict)
    """Group id to `{id, name, users: [username]}`: v1 only."""

    teams: dict[str, Doc] = field(default_factory=dict)
    """Team id to `{id, name, description, members: [{user: {id, username}, role}]}`."""

    team_roles: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id to `[{id, name, rights: [{right, granted}]}]`."""

    routing_rules: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id to its rules in order, the default rule last; `order` is written at read time from the position."""

    schedules: dict[str, Doc] = field(default_factory=dict)
    """Schedule id to `{id, name, description, timezone, enabled, ownerTeam?: {id, name}}`, no owner when global."""

    rotations: dict[str, list[Doc]] = field(default_factory=dict)
    """Schedule id to `[{id, name, startDate, endDate?, type, length, participants, timeRestriction?}]`."""

    overrides: dict[str, dict[str, Doc]] = field(default_factory=dict)
    """Schedule id to alias to `{alias, user, startDate, endDate, rotations: [{id, name}]}`."""

    escalations: dict[str, Doc] = field(default_factory=dict)
    """Escalation id to `{id, name, description, rules, ownerTeam?, repeat?}`."""

    dx_incidents: dict[str, Doc] = field(default_factory=dict)
    """`reference_id` to the DX incident as it stands after all upserts."""

    alerts: dict[str, Doc] = field(default_factory=dict)
    """Alert id to the alert as `get` answers it."""

    incidents: dict[str, Doc] = field(default_factory=dict)
    """Incident id to the incident as `get` answers it."""

    heartbeats: dict[str, Doc] = field(default_factory=dict)
    """Heartbeat name to the heartbeat as `get` answers it."""

    def absorb(self, other: Account) -> None:
        """Take in everything that *other* holds, its name and zone included."""
        for each in fields(self):
            theirs = getattr(other, each.name)
            if isinstance(theirs, dict):
                getattr(self, each.name).update(theirs)
            else:
                setattr(self, each.name, theirs)
