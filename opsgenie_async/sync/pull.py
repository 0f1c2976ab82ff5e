"""Pull: the configuration of every team into files, many teams at once, one team's failure its own.

A team is one piece of work: its members, roles and routing rules, its schedules with rotations and overrides, its
escalations. Schedules and escalations of no team are a last piece. Each is written as soon as it is read.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar, cast

import attrs

from .. import __version__
from ..client import Opsgenie
from ..clock import Clock, SystemClock
from ..converters import write
from ..errors import OpsgenieError
from ..paging import Pager
from ..wire import Json
from .filenames import file_names
from .store import FileRecord, Manifest, Store

if TYPE_CHECKING:
    from ..models import Escalation, Schedule, Team

__all__ = ["PullReport", "TeamFailure", "TeamPulled", "pull"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class TeamFailure:
    """A team that could not be pulled whole, and what was raised; team is "" for what belongs to no team."""

    team: str
    team_id: str
    error: OpsgenieError

    def document(self) -> dict[str, Json]:
        """The failure as the manifest has it."""
        return {
            "team": self.team,
            "teamId": self.team_id,
            "error": type(self.error).__name__,
            "message": str(self.error),
            "status": self.error.status,
            "requestId": self.error.request_id,
        }


@attrs.frozen(kw_only=True)
class TeamPulled:
    """Progress: a team is through, *done* of *total* teams are."""

    team: str
    done: int
    total: int
    failure: TeamFailure | None = None


@attrs.frozen(kw_only=True)
class PullReport:
    """What a pull brought: entities per kind, what failed, and how long it took in seconds."""

    counts: dict[str, int]
    failures: list[TeamFailure]
    duration: float

    @property
    def complete(self) -> bool:
        """Whether everything was pulled."""
        return not self.failures


@attrs.frozen
class Piece:
    """One piece of work: a team, or None for what belongs to no team, with its schedules and escalations."""

    team: Team | None
    schedules: list[Schedule]
    escalations: list[Escalation]


async def pull(
    og: Opsgenie,
    store: Store,
    *,
    concurrency: int = 16,
    on_progress: Callable[[TeamPulled], None] | None = None,
    clock: Clock | None = None,
) -> PullReport:
    """Write the account's teams, schedules and escalations into *store*, *concurrency* teams at a time.

    An `OpsgenieError` of one team lands in the report and in the manifest, and the others go on; one of the three
    listings that tell what there is, and any other exception, is raised. Files are whole at any time; those of an
    earlier pull that this account no longer has are removed at the end, but only if nothing failed.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    started, began = clock.now(), clock.utc()
    before = await asyncio.to_thread(store.previous_files)
    run = _Run(og, store, on_progress)
    await run.find()
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(run.work())
    report = PullReport(
        counts=dict(sorted(run.counts.items())),
        failures=sorted(run.failures, key=lambda failure: (failure.team, failure.team_id)),
        duration=clock.now() - started,
    )
    manifest = Manifest(
        counts=report.counts,
        failures=[failure.document() for failure in report.failures],
        files=run.files,
        tool=f"opsgenie-async {__version__}",
        pulled_at=began.isoformat(timespec="seconds"),
        duration=report.duration,
    )
    obsolete = [path for path in before if path not in run.files] if report.complete else []
    await asyncio.to_thread(store.finish, manifest, obsolete)
    return report


class _Run:
    """What one pull knows and has done so far."""

    def __init__(self, og: Opsgenie, store: Store, on_progress: Callable[[TeamPulled], None] | None) -> None:
        self.og = og
        self.store = store
        self.on_progress = on_progress
        self.pieces: deque[Piece] = deque()
        self.paths: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.files: dict[str, FileRecord] = {}
        self.failures: list[TeamFailure] = []
        self.done = 0
        self.total = 0

    async def find(self) -> None:
        """Find out what there is, and who owns what: three listings."""
        teams = await self.og.teams.list()
        schedules = await self.og.schedules.list(expand="rotation")
        escalations = await self.og.escalations.list()
        for folder, entities in (("teams", teams), ("schedules", schedules), ("escalations", escalations)):
            names = file_names((entity.id, entity.name) for entity in entities)
            self.paths.update({id: f"{folder}/{name}.json" for id, name in names.items()})
        pieces = {team.id: Piece(team, [], []) for team in teams} | {"": Piece(None, [], [])}
        for schedule in schedules:
            pieces.get(_owner(schedule), pieces[""]).schedules.append(schedule)
        for escalation in escalations:
            pieces.get(_owner(escalation), pieces[""]).escalations.append(escalation)
        self.total = len(teams)
        self.pieces.extend(pieces.values())

    async def work(self) -> None:
        """Take piece after piece until there is none left."""
        while self.pieces:
            piece = self.pieces.popleft()
            team = piece.team
            failure = None
            try:
                await self.pull_piece(piece)
            except* OpsgenieError as errors:
                error = next(_leaves(errors))
                failure = TeamFailure(team=team.name if team else "", team_id=team.id if team else "", error=error)
                self.failures.append(failure)
            if team is not None:
                self.done += 1
                if self.on_progress is not None:
                    progress = TeamPulled(team=team.name, done=self.done, total=self.total, failure=failure)
                    self.on_progress(progress)

    async def pull_piece(self, piece: Piece) -> None:
        async with asyncio.TaskGroup() as group:
            if piece.team is not None:
                group.create_task(self.pull_team(piece.team))
            for schedule in piece.schedules:
                group.create_task(self.pull_schedule(schedule))
            for escalation in piece.escalations:
                group.create_task(self.save("escalation", escalation, {"escalation": write(escalation)}))

    async def pull_team(self, listed: Team) -> None:
        async with asyncio.TaskGroup() as group:
            getting = group.create_task(self.og.teams.get(listed))
            listing_roles = group.create_task(_collected(self.og.team_roles.list(listed)))
            listing_rules = group.create_task(_collected(self.og.team_routing_rules.list(listed)))
        team, roles, rules = getting.result(), listing_roles.result(), listing_rules.result()
        # The API promises no order of members and roles; rules are tried in theirs.
        team.members.sort(key=lambda member: (member.user.username, member.user.id))
        roles.sort(key=lambda role: (role.name, role.id))
        document = {"team": write(team), "roles": write(roles), "routingRules": write(rules)}
        await self.save("team", team, document, members=len(team.members), roles=len(roles), routing_rules=len(rules))

    async def pull_schedule(self, schedule: Schedule) -> None:
        overrides = await self.og.schedule_overrides.list(schedule)
        overrides.sort(key=lambda override: (override.start_date, override.alias))
        document = cast("dict[str, Json]", write(schedule))
        rotations = document.pop("rotations", [])
        parts = {"rotations": len(schedule.rotations), "overrides": len(overrides)}
        whole: Json = {"schedule": document, "rotations": rotations, "overrides": write(overrides)}
        await self.save("schedule", schedule, whole, **parts)

    async def save(self, kind: str, entity: Team | Schedule | Escalation, document: Json, **parts: int) -> None:
        """Write one entity to its file, and count it and its parts."""
        path = self.paths[entity.id]
        sha256 = await asyncio.to_thread(self.store.write, path, document)
        self.files[path] = FileRecord(kind=kind, name=entity.name, id=entity.id, sha256=sha256)
        self.counts.update({f"{kind}s": 1} | parts)


async def _collected(pager: Pager[T]) -> list[T]:
    return await pager


def _owner(entity: Schedule | Escalation) -> str:
    """The id of the owning team, "" for none."""
    return entity.owner_team.id if entity.owner_team is not None else ""


def _leaves(errors: BaseExceptionGroup[OpsgenieError]) -> Iterator[OpsgenieError]:
    for error in errors.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
