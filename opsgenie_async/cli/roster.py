"""Schedules for the on-call commands: selected by name and team, and read from an account."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.tasks import gather_all
from opsgenie_async.client import Opsgenie
from opsgenie_async.errors import NotFound
from opsgenie_async.oncall import Directory, Schedule, ScheduleError
from opsgenie_async.suggestion import suggestion

__all__ = ["Listing", "Roster", "TeamSchedule", "choose", "raise_if_unknown", "read_account_roster", "read_listings"]


class Candidate(Protocol):
    """Something selectable: with a name and the name of its team, "" for none."""

    @property
    def name(self) -> str: ...
    @property
    def team(self) -> str: ...


N = TypeVar("N", bound=Candidate)


@attrs.frozen
class TeamSchedule:
    """A schedule and the name of its owner team, "" for none."""

    schedule: Schedule
    team: str = ""

    @property
    def name(self) -> str:
        """The schedule's name."""
        return self.schedule.name


@attrs.frozen
class Roster:
    """All schedules of an account or a snapshot, in the order of their names.

    Attributes:
        schedules: The schedules, with their teams.
        directory: The members of teams, escalations and schedules.
        zones: The time zone of a user, by username.
        problems: Why the on-calls cannot be computed, by the name of the schedule.
    """

    schedules: tuple[TeamSchedule, ...]
    directory: Directory = attrs.field(factory=Directory)
    zones: Mapping[str, ZoneInfo] = attrs.field(factory=dict)
    problems: Mapping[str, str] = attrs.field(factory=dict)

    def choose(self, patterns: Sequence[str], team: str | None) -> list[TeamSchedule]:
        """Return the schedules with matching names and team, sorted by name.

        Raises:
            WrongUsage: A pattern or the team matches nothing.
            ScheduleError: The on-calls of a schedule selected by name cannot be computed.
        """
        for pattern in patterns:
            for name, problem in self.problems.items():
                if name.casefold() == pattern.casefold():
                    raise ScheduleError(problem)
        return choose(self.schedules, patterns, team)


@attrs.frozen
class Listing:
    """The unparsed documents of a schedule, and the name of its owner team, "" for none."""

    document: Mapping[str, Any]
    overrides: Sequence[Mapping[str, Any]]
    forwarding: Sequence[Mapping[str, Any]]
    team: str

    @property
    def name(self) -> str:
        """The schedule's name."""
        return str(self.document.get("name", ""))


def read_listings(listings: Iterable[Listing]) -> tuple[tuple[TeamSchedule, ...], dict[str, str]]:
    """Return the schedules in order, and the problems of invalid ones, which do not affect the others."""
    schedules: list[TeamSchedule] = []
    problems: dict[str, str] = {}
    for each in listings:
        try:
            schedule = Schedule.from_json(each.document, overrides=each.overrides, forwarding=each.forwarding)
        except ScheduleError as error:
            problems[each.name] = f"schedule {each.name!r}: {error}"
        else:
            schedules.append(TeamSchedule(schedule, each.team))
    return tuple(sorted(schedules, key=_order)), problems


async def read_account_roster(og: Opsgenie, patterns: Sequence[str], team: str | None) -> Roster:
    """Read the selected schedules of an account with their rotations, overrides and forwarding rules.

    One listing has all schedules with rotations; overrides are requested for the selected ones.

    Raises:
        WrongUsage: No schedule is selected.
    """
    listing, forwarding = await asyncio.gather(
        og.documents("/v2/schedules", params={"expand": "rotation"}), og.documents("/v2/forwarding-rules")
    )
    documents = [each for each in listing if isinstance(each, dict)]
    rules: list[Any] = list(forwarding)
    choice = choose([_ScheduleDocument(each) for each in documents], patterns, team)
    overrides = await gather_all(_overrides(og, each.document) for each in choice)
    schedules, problems = read_listings(
        Listing(each.document, listed, rules, each.team)
        for each, listed in zip(choice, overrides, strict=True)
        if listed is not None
    )
    return Roster(schedules, problems=problems)


@attrs.frozen
class _ScheduleDocument:
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.document.get("name", ""))

    @property
    def team(self) -> str:
        return str((self.document.get("ownerTeam") or {}).get("name", ""))


async def _overrides(og: Opsgenie, document: Mapping[str, Any]) -> list[Any] | None:
    """Return the overrides of a schedule; None if it was deleted meanwhile."""
    try:
        return list(await og.documents(f"/v2/schedules/{document['id']}/overrides"))
    except NotFound:
        return None


def choose(candidates: Iterable[N], patterns: Sequence[str], team: str | None = None) -> list[N]:
    """Return the candidates with matching names and team, sorted by name.

    Args:
        candidates: All candidates.
        patterns: Names or shell patterns, case-insensitive; each must match; empty for all.
        team: The name of their team; None for any.

    Raises:
        WrongUsage: A pattern or the team matches nothing; the message has similar names.
    """
    listed = sorted(candidates, key=_order)
    if team is not None:
        teams = {each.team for each in listed if each.team}
        if not any(each.casefold() == team.casefold() for each in teams):
            raise WrongUsage(_miss("--team", f"no team {team!r} has a schedule", team, teams))
        listed = [each for each in listed if each.team.casefold() == team.casefold()]
    choice: list[N] = []
    for pattern in patterns:
        matches = [each for each in listed if each.name.casefold() == pattern.casefold()] or [
            each for each in listed if fnmatchcase(each.name.casefold(), pattern.casefold())
        ]
        if not matches:
            raise WrongUsage(
                _miss("SCHEDULE", f"no schedule matches {pattern!r}", pattern, [each.name for each in listed])
            )
        choice += [each for each in matches if each not in choice]
    if not patterns:
        choice = listed
    if not choice:
        raise WrongUsage("no schedules")
    return sorted(choice, key=_order)


def raise_if_unknown(argument: str, name: str, names: Iterable[str], *, few: bool = False) -> None:
    """Raise `WrongUsage` if *name* is not in *names*, case-insensitive; with similar names, or all if *few*."""
    listed = [each for each in names if each]
    if name.casefold() in {each.casefold() for each in listed}:
        return
    text = _miss(argument, f"there is no {name!r}", name, listed)
    raise WrongUsage(f"{text}; expected {' or '.join(map(repr, listed))}" if few and listed else text)


def _miss(argument: str, fact: str, word: str, names: Iterable[str]) -> str:
    return f"{argument}: {fact}{suggestion(word, names)}"


def _order(each: Candidate) -> tuple[str, str]:
    return each.name.casefold(), each.name
