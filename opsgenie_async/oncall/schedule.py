"""A schedule: the input of every function that says who is on call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.oncall.documents import (
    read_flag,
    read_forwarding_rule,
    read_items,
    read_object,
    read_override,
    read_rotation,
    read_text,
    read_zone,
)
from opsgenie_async.oncall.values import ForwardingRule, Override, Rotation

__all__ = ["Schedule"]


@attrs.frozen
class Schedule:
    """A schedule with all that decides who is on call: the input of every function here.

    Attributes:
        id: The id; may be empty.
        name: The name.
        zone: The time zone in which daily and weekly hand-overs and restrictions are meant.
        rotations: In the order of the API.
        overrides: In the order of the API, which decides between two that overlap (see `Policy`).
        forwarding: Rules of any users; those of others change nothing.
        enabled: A disabled schedule puts nobody on call.
    """

    id: str
    name: str
    zone: ZoneInfo
    rotations: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()
    forwarding: tuple[ForwardingRule, ...] = ()
    enabled: bool = True

    @classmethod
    def from_json(
        cls,
        document: Mapping[str, Any],
        *,
        overrides: Iterable[Mapping[str, Any]] = (),
        forwarding: Iterable[Mapping[str, Any]] = (),
    ) -> Self:
        """Read the documents of the v2 API, as it sends them and as `pull` writes them.

        Args:
            document: A schedule with its `rotations` inside.
            overrides: The schedule's overrides.
            forwarding: Forwarding rules of the account.

        Raises:
            ScheduleError: A field is missing or makes no sense; the message names it.
        """
        read_object(document, "schedule")
        return cls(
            id=read_text(document, "id", "schedule"),
            name=read_text(document, "name", "schedule"),
            zone=read_zone(document.get("timezone") or "UTC", "timezone"),
            rotations=read_items(document.get("rotations"), "rotations", read_rotation),
            overrides=read_items(overrides, "overrides", read_override),
            forwarding=read_items(forwarding, "forwarding", read_forwarding_rule),
            enabled=read_flag(document, "schedule"),
        )

    @property
    def active_rotations(self) -> tuple[Rotation, ...]:
        """The rotations that put somebody on call."""
        return tuple(rotation for rotation in self.rotations if rotation.enabled)
