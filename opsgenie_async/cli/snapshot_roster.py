"""Schedules for the on-call commands, from a snapshot; a command that asks the account does without this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.roster import Listing, Roster, read_listings
from opsgenie_async.oncall import Directory
from opsgenie_async.sync import Entity, Snapshot, Store
from opsgenie_async.sync.model.kinds.escalation import ESCALATION
from opsgenie_async.sync.model.kinds.forwarding_rule import FORWARDING_RULE
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.schedule_override import SCHEDULE_OVERRIDE
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import everything_of
from opsgenie_async.time_zones import find_time_zone

__all__ = ["read_snapshot", "roster_of"]

NEEDED = everything_of((SCHEDULE, FORWARDING_RULE, USER, TEAM, ESCALATION))


def read_snapshot(folder: Path) -> Roster:
    """Read the snapshot in *folder*.

    Raises:
        WrongUsage: There is no such folder.
        StoreError: There is no snapshot, or its files are damaged.
    """
    if not folder.is_dir():
        raise WrongUsage(f"{folder}: no such folder; run `opsgenie-async pull {folder}` first")
    return roster_of(Store(folder).load(NEEDED))


def roster_of(snapshot: Snapshot) -> Roster:
    """Return the schedules of a snapshot, with their directory."""
    forwarding = [entity.fields for entity in snapshot.of(FORWARDING_RULE.name)]
    schedules, problems = read_listings(_listing(each, forwarding) for each in snapshot.of(SCHEDULE.name))
    return Roster(
        schedules,
        Directory.from_json(
            teams=[team.fields for team in snapshot.of(TEAM.name)],
            escalations=[escalation.fields for escalation in snapshot.of(ESCALATION.name)],
            schedules=[each.schedule for each in schedules],
        ),
        {user.name: zone for user in snapshot.of(USER.name) if (zone := _zone(user.fields.get("timeZone")))},
        problems,
    )


def _listing(entity: Entity, forwarding: Sequence[Mapping[str, Any]]) -> Listing:
    document = {
        **entity.fields,
        "id": entity.id,
        "rotations": [{**part.fields, "id": part.id} for part in entity.parts.get(SCHEDULE_ROTATION.name, ())],
    }
    overrides = [part.fields for part in entity.parts.get(SCHEDULE_OVERRIDE.name, ())]
    return Listing(document, overrides, forwarding, entity.team)


def _zone(name: object) -> ZoneInfo | None:
    return find_time_zone(name) if isinstance(name, str) else None
