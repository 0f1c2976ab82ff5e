"""Schedules for the commands about on-call: read from a snapshot or from an account, chosen by name and team."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.client import Opsgenie
from opsgenie_async.errors import NotFound
from opsgenie_async.oncall import Directory, Schedule, ScheduleError
from opsgenie_async.suggestion import suggestion

if TYPE_CHECKING:
    from opsgenie_async.sync import Entity, Snapshot

__all__ = ["Owned", "Roster", "choose", "raise_if_unknown", "read_account_roster", "read_snapshot", "roster_of"]

NEEDED = "schedules/*,forwarding-rules/*,users/*,teams/*,escalations/*"


class Named(Protocol):
    """What can be chosen: it has a name and the name of its team, "" for nobody's."""

    @property
    def name(self) -> str: ...
    @property
    def team(self) -> str: ...


N = TypeVar("N", bound=Named)


@attrs.frozen
class Owned:
    """A schedule and the name of the team that owns it, "" for nobody's."""

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
        schedules: With their teams.
        directory: What stands behind teams, escalations and schedules.
        zones: The time zone of a user, by username.
        problems: Why there is no telling who is on call, by the names of the schedules where that is so.
    """

    schedules: tuple[Owned, ...]
    directory: Directory = attrs.field(factory=Directory)
    zones: Mapping[str, ZoneInfo] = attrs.field(factory=dict)
    problems: Mapping[str, str] = attrs.field(factory=dict)

    def choose(self, patterns: Sequence[str], team: str | None) -> list[Owned]:
        """Return the schedules that are called so and belong to the team, in the order of their names.

        Raises:
            WrongUsage: A pattern or the team matches nothing.
            ScheduleError: From a schedule that is asked for by name nobody can tell who is on call.
        """
        for pattern in patterns:
            for name, problem in self.problems.items():
                if name.casefold() == pattern.casefold():
                    raise ScheduleError(problem)
        return choose(self.schedules, patterns, team)


def read_snapshot(folder: Path) -> Roster:
    """Read what a pull wrote into *folder*.

    Raises:
        WrongUsage: There is no such folder.
        StoreError: There is no snapshot, or its files are damaged.
    """
    from opsgenie_async.sync import Selection, Store  # who asks an account does without

    if not folder.is_dir():
        raise WrongUsage(f"{folder}: no such folder; `opsgenie-async pull {folder}` writes one")
    return roster_of(Store(folder).load(Selection.parse(NEEDED)))


def roster_of(snapshot: Snapshot) -> Roster:
    """Return the schedules of a snapshot, and who stands behind them."""
    forwarding = [entity.fields for entity in snapshot.of("forwarding_rule")]
    schedules, problems = _readable(_listing(each, forwarding) for each in snapshot.of("schedule"))
    return Roster(
        schedules,
        Directory.from_json(
            teams=[team.fields for team in snapshot.of("team")],
            escalations=[escalation.fields for escalation in snapshot.of("escalation")],
            schedules=[each.schedule for each in schedules],
        ),
        {user.name: zone for user in snapshot.of("user") if (zone := _zone(user.fields.get("timeZone")))},
        problems,
    )


@attrs.frozen
class _Listing:
    """The documents of a schedule, not read yet."""

    document: Mapping[str, Any]
    overrides: Sequence[Mapping[str, Any]]
    forwarding: Sequence[Mapping[str, Any]]
    team: str

    @property
    def name(self) -> str:
        return str(self.document.get("name", ""))


def _listing(entity: Entity, forwarding: Sequence[Mapping[str, Any]]) -> _Listing:
    document = {
        **entity.fields,
        "id": entity.id,
        "rotations": [{**part.fields, "id": part.id} for part in entity.parts.get("schedule_rotation", ())],
    }
    overrides = [part.fields for part in entity.parts.get("schedule_override", ())]
    return _Listing(document, overrides, forwarding, entity.team)


def _readable(listings: Iterable[_Listing]) -> tuple[tuple[Owned, ...], dict[str, str]]:
    """Return the schedules in order, and what is wrong with those that make no sense: one does not stop the others."""
    schedules: list[Owned] = []
    problems: dict[str, str] = {}
    for each in listings:
        try:
            schedule = Schedule.from_json(each.document, overrides=each.overrides, forwarding=each.forwarding)
        except ScheduleError as error:
            problems[each.name] = f"schedule {each.name!r}: {error}"
        else:
            schedules.append(Owned(schedule, each.team))
    return tuple(sorted(schedules, key=_order)), problems


async def read_account_roster(og: Opsgenie, patterns: Sequence[str], team: str | None) -> Roster:
    """Read the chosen schedules of an account with their rotations, overrides and forwarding rules.

    One listing has them all with their rotations; overrides are asked for of those that are chosen.

    Raises:
        WrongUsage: Nothing is chosen.
    """
    listing, forwarding = await asyncio.gather(
        og.documents("/v2/schedules", params={"expand": "rotation"}), og.documents("/v2/forwarding-rules")
    )
    documents = [each for each in listing if isinstance(each, dict)]
    rules: list[Any] = list(forwarding)
    chosen = choose([_Listed(each) for each in documents], patterns, team)
    overrides = await asyncio.gather(*(_overrides(og, each.document) for each in chosen))
    schedules, problems = _readable(
        _Listing(each.document, listed, rules, each.team)
        for each, listed in zip(chosen, overrides, strict=True)
        if listed is not None
    )
    return Roster(schedules, problems=problems)


@attrs.frozen
class _Listed:
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.document.get("name", ""))

    @property
    def team(self) -> str:
        return str((self.document.get("ownerTeam") or {}).get("name", ""))


async def _overrides(og: Opsgenie, document: Mapping[str, Any]) -> list[Any] | None:
    """Return the overrides of a schedule; None where it was deleted since it was listed."""
    try:
        return list(await og.documents(f"/v2/schedules/{document['id']}/overrides"))
    except NotFound:
        return None


def choose(candidates: Iterable[N], patterns: Sequence[str], team: str | None = None) -> list[N]:
    """Return the candidates that are called so and belong to the team, in the order of their names.

    Args:
        candidates: All there are.
        patterns: Names or shell patterns, in any case; each has to match; none for all.
        team: The name of their team; None for any.

    Raises:
        WrongUsage: A pattern or the team matches nothing; says which names are close.
    """
    listed = sorted(candidates, key=_order)
    if team is not None:
        teams = {each.team for each in listed if each.team}
        if not any(each.casefold() == team.casefold() for each in teams):
            raise WrongUsage(_miss("--team", f"no team {team!r} has a schedule", team, teams))
        listed = [each for each in listed if each.team.casefold() == team.casefold()]
    chosen: list[N] = []
    for pattern in patterns:
        matches = [each for each in listed if each.name.casefold() == pattern.casefold()] or [
            each for each in listed if fnmatchcase(each.name.casefold(), pattern.casefold())
        ]
        if not matches:
            raise WrongUsage(_miss("SCHEDULE", f"there is no {pattern!r}", pattern, [each.name for each in listed]))
        chosen += [each for each in matches if each not in chosen]
    if not patterns:
        chosen = listed
    if not chosen:
        raise WrongUsage("there is no schedule")
    return sorted(chosen, key=_order)


def raise_if_unknown(argument: str, name: str, names: Iterable[str]) -> None:
    """Raise `WrongUsage`, with close names, where *name* is none of *names*, in any case."""
    listed = [each for each in names if each]
    if name.casefold() not in {each.casefold() for each in listed}:
        raise WrongUsage(_miss(argument, f"there is no {name!r}", name, listed))


def _miss(argument: str, fact: str, word: str, names: Iterable[str]) -> str:
    return f"{argument}: {fact}{suggestion(word, names)}"


def _order(each: Named) -> tuple[str, str]:
    return each.name.casefold(), each.name


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (LookupError, ValueError, OSError):
        return None
