"""Resolves participants on call to users, through nested teams, schedules and escalations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.oncall.documents import read_items, read_object, read_participant, read_text
from opsgenie_async.oncall.moments import next_on_call, on_call, previous_on_call
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.segments import distinct
from opsgenie_async.oncall.values import Participant

__all__ = ["Directory", "EscalationRule", "Member", "resolve"]

Key = tuple[str, str]


@attrs.frozen
class Member:
    """A member of a team; the role is "admin", "user" or a custom one."""

    user: Participant
    role: str = "user"


@attrs.frozen
class EscalationRule:
    """One step of an escalation: whom it notifies, and which part of a schedule or team."""

    recipient: Participant
    notify_type: str = "default"


@attrs.frozen
class Directory:
    """The teams, escalations and schedules that participants refer to, by kind and by id or name.

    Attributes:
        teams: Their members.
        escalations: Their rules, in order.
        schedules: The schedules.
    """

    teams: Mapping[Key, tuple[Member, ...]] = attrs.field(factory=dict)
    escalations: Mapping[Key, tuple[EscalationRule, ...]] = attrs.field(factory=dict)
    schedules: Mapping[Key, Schedule] = attrs.field(factory=dict)

    @classmethod
    def from_json(
        cls,
        *,
        teams: Iterable[Json | Mapping[str, object]] = (),
        escalations: Iterable[Json | Mapping[str, object]] = (),
        schedules: Iterable[Schedule] = (),
    ) -> Self:
        """Read v2 JSON of teams (with `members`) and escalations (with `rules`); schedules are values.

        Raises:
            ScheduleError: A field is missing or invalid; the message names it.
        """
        return cls(
            teams=_index(read_items(teams, "teams", _team)),
            escalations=_index(read_items(escalations, "escalations", _escalation)),
            schedules=_index((schedule.id, schedule.name, schedule) for schedule in schedules),
        )


def resolve(
    participants: Iterable[Participant], directory: Directory, at: datetime, *, policy: Policy | None = None
) -> tuple[Participant, ...]:
    """Return the users that *participants* resolve to at a time, without duplicates, in order.

    A participant that is not in the directory resolves to nobody; cycles of schedules and escalations end.

    Raises:
        ScheduleError: *at* is not timezone-aware.
    """
    return distinct(_users(participants, directory, at, policy, frozenset()))


def _users(
    participants: Iterable[Participant],
    directory: Directory,
    at: datetime,
    policy: Policy | None,
    passed: frozenset[Key],
) -> Iterator[Participant]:
    for participant in participants:
        if participant.kind == "user":
            yield participant
        elif participant.key not in passed:
            yield from _within(EscalationRule(participant), directory, at, policy, passed | {participant.key})


def _within(
    rule: EscalationRule, directory: Directory, at: datetime, policy: Policy | None, passed: frozenset[Key]
) -> Iterator[Participant]:
    """Yield the users whom *rule* reaches: its notify type picks of a team or schedule whom it means."""
    recipient = rule.recipient
    if recipient.kind == "team":
        role = {"admins": "admin", "users": "user"}.get(rule.notify_type)
        members = _find(directory.teams, recipient) or ()
        yield from (member.user for member in members if role is None or member.role.casefold() == role)
    elif recipient.kind == "schedule":
        schedule = _find(directory.schedules, recipient)
        if schedule is not None:
            yield from _users(_serving(schedule, rule.notify_type, at, policy), directory, at, policy, passed)
    elif recipient.kind == "escalation":
        for step in _find(directory.escalations, recipient) or ():
            if step.recipient.kind == "user":
                yield step.recipient
            elif step.recipient.key not in passed:
                yield from _within(step, directory, at, policy, passed | {step.recipient.key})


def _serving(schedule: Schedule, notify_type: str, at: datetime, policy: Policy | None) -> tuple[Participant, ...]:
    if notify_type == "next":
        following = next_on_call(schedule, at, policy=policy)
        return following[1] if following else ()
    if notify_type == "previous":
        return previous_on_call(schedule, at, policy=policy)
    return on_call(schedule, at, policy=policy)


def _find(index: Mapping[Key, Any], participant: Participant) -> Any:
    by_id = index.get(("id", participant.id)) if participant.id else None
    return by_id if by_id is not None else index.get(("name", participant.name.casefold()))


def _index(rows: Iterable[tuple[str, str, Any]]) -> dict[Key, Any]:
    index: dict[Key, Any] = {}
    for id, name, value in rows:
        if id:
            index[("id", id)] = value
        if name:
            index[("name", name.casefold())] = value
    return index


def _team(document: Mapping[str, Any], field: str) -> tuple[str, str, tuple[Member, ...]]:
    members = read_items(document.get("members"), f"{field}.members", _member)
    return read_text(document, "id", field), read_text(document, "name", field), members


def _member(document: Mapping[str, Any], field: str) -> Member:
    user = {"type": "user", **read_object(document.get("user"), f"{field}.user")}
    return Member(read_participant(user, f"{field}.user"), read_text(document, "role", field) or "user")


def _escalation(document: Mapping[str, Any], field: str) -> tuple[str, str, tuple[EscalationRule, ...]]:
    rules = read_items(document.get("rules"), f"{field}.rules", _rule)
    return read_text(document, "id", field), read_text(document, "name", field), rules


def _rule(document: Mapping[str, Any], field: str) -> EscalationRule:
    recipient = read_participant(document.get("recipient"), f"{field}.recipient")
    return EscalationRule(recipient, read_text(document, "notifyType", field) or "default")
