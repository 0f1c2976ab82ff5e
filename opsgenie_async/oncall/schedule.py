"""A schedule: the input of the functions of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self
from zoneinfo import ZoneInfo

import attrs
from attrs import evolve

from opsgenie_async.json_text import Json
from opsgenie_async.oncall.documents import (
    read_flag,
    read_forwarding_rule,
    read_items,
    read_object,
    read_override,
    read_text,
    read_zone,
    rotation_reader,
)
from opsgenie_async.oncall.values import ForwardingRule, Override, Participant, Rotation

__all__ = ["Schedule"]


@attrs.frozen
class Schedule:
    """A schedule with everything that decides who is on call.

    Attributes:
        id: The id; may be empty.
        name: The name.
        zone: The time zone of daily and weekly hand-overs and of restrictions.
        rotations: In the order of the API.
        overrides: In the order of the API, which decides between overlapping ones (see `Policy`).
        forwarding: Forwarding rules; those of users who are not on call are ignored.
        enabled: Whether it is in use; a disabled schedule puts nobody on call.
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
        document: Json | Mapping[str, object],
        *,
        overrides: Iterable[Json | Mapping[str, object]] = (),
        forwarding: Iterable[Json | Mapping[str, object]] = (),
    ) -> Self:
        """Read the JSON of the v2 API, as sent or as written by `pull`.

        Args:
            document: A schedule with its `rotations`.
            overrides: The schedule's overrides.
            forwarding: Forwarding rules of the account.

        Raises:
            ScheduleError: A field is missing or invalid; the message names it.
        """
        fields = read_object(document, "schedule")
        zone = read_zone(fields.get("timezone") or "UTC", "timezone")
        rotations = read_items(fields.get("rotations"), "rotations", rotation_reader(zone))
        listed = read_items(overrides, "overrides", read_override)
        rules = read_items(forwarding, "forwarding", read_forwarding_rule)
        complete = _completion(rotations, listed, rules)
        return cls(
            id=read_text(fields, "id", "schedule"),
            name=read_text(fields, "name", "schedule"),
            zone=zone,
            rotations=tuple(evolve(each, participants=tuple(map(complete, each.participants))) for each in rotations),
            overrides=tuple(evolve(each, participant=complete(each.participant)) for each in listed),
            forwarding=tuple(
                evolve(each, from_user=complete(each.from_user), to_user=complete(each.to_user)) for each in rules
            ),
            enabled=read_flag(fields, "schedule"),
        )

    @property
    def active_rotations(self) -> tuple[Rotation, ...]:
        """The rotations that are in use."""
        return tuple(rotation for rotation in self.rotations if rotation.enabled)


def _completion(
    rotations: Iterable[Rotation], overrides: Iterable[Override], forwarding: Iterable[ForwardingRule]
) -> Callable[[Participant], Participant]:
    """Return what adds to a participant named by id or name alone the other one, as another document gives it."""
    everybody = [participant for rotation in rotations for participant in rotation.participants]
    everybody += [override.participant for override in overrides]
    everybody += [user for rule in forwarding for user in (rule.from_user, rule.to_user)]
    whole = [each for each in everybody if each.id and each.name]
    by_id = {(each.kind, each.id): each for each in whole}
    by_name = {(each.kind, each.name.casefold()): each for each in whole}

    def complete(participant: Participant) -> Participant:
        if participant.id and participant.name:
            return participant
        known = by_id.get((participant.kind, participant.id)) if participant.id else None
        return known or by_name.get((participant.kind, participant.name.casefold())) or participant

    return complete
