"""Pull: the configuration of every team into files, many teams at once, one team's failure its own.

A team is one piece of work: its members, roles and routing rules, its schedules with rotations and overrides, its
escalations. Schedules and escalations of no team are a last piece. Each is written as soon as it is read.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import attrs

from .. import __version__
from ..client import Opsgenie
from ..clock import Clock, SystemClock
from ..errors import OpsgenieError, ProtocolError
from ..wire import Json, join_path
from .filenames import file_names
from .store import FileRecord, Manifest, Store

__all__ = ["PullReport", "TeamFailure", "TeamPulled", "pull"]


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
class Listed:
    """What a pull must know of an entity; its document is written as it came. owner: a team's id, "" for none."""

    id: str
    name: str
    owner: str


@attrs.frozen
class File:
    """One entity with its parts, to be written: its document stands under *kind*."""

    kind: str
    entity: Listed
    document: dict[str, Json]
    parts: dict[str, int] = attrs.field(factory=dict)


@attrs.frozen
class Piece:
    """One piece of work: a team, or None for what belongs to no team, with its schedules and escalations."""

    team: Listed | None
    schedules: list[tuple[Listed, Json]] = attrs.field(factory=list)
    escalations: list[tuple[Listed, Json]] = attrs.field(factory=list)


async def pull(
    og: Opsgenie,
    store: Store,
    *,
    concurrency: int = 32,
    on_progress: Callable[[TeamPulled], None] | None = None,
    clock: Clock | None = None,
) -> PullReport:
    """Write the account's teams, schedules and escalations into *store*, *concurrency* teams and calls at a time.

    An `OpsgenieError` of one team lands in the report and in the manifest, and the others go on; one of the three
    listings that tell what there is, and any other exception, is raised. Files are whole at any time; those of an
    earlier pull that this account no longer has are removed at the end, but only if nothing failed.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    started, began = clock.now(), clock.utc()
    before = await asyncio.to_thread(store.previous_files)
    # One thread writes: more of them would only take turns with the loop.
    disk = ThreadPoolExecutor(1, "opsgenie-async-pull")
    try:
        run = _Run(og, store, on_progress, disk)
        await run.find()
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(run.work())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[
            0
        ] from errors  # what stopped the first worker, as a disk that is full, stopped the rest
    finally:
        disk.shutdown(wait=False, cancel_futures=True)
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

    def __init__(
        self, og: Opsgenie, store: Store, on_progress: Callable[[TeamPulled], None] | None, disk: Executor
    ) -> None:
        self.og = og
        self.store = store
        self.on_progress = on_progress
        self.disk = disk
        self.writing = asyncio.Lock()
        self.unwritten: list[File] = []
        self.pieces: deque[Piece] = deque()
        self.paths: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.files: dict[str, FileRecord] = {}
        self.failures: list[TeamFailure] = []
        self.done = 0
        self.total = 0

    async def find(self) -> None:
        """Find out what there is, and who owns what: three listings."""
        teams = self.listed("teams", await self.og.documents("/v2/teams"))
        schedules = self.listed("schedules", await self.og.documents("/v2/schedules", params={"expand": "rotation"}))
        escalations = self.listed("escalations", await self.og.documents("/v2/escalations"))
        nobodys = Piece(None)
        pieces = {team.id: Piece(team) for team, _ in teams}
        for schedule in schedules:
            pieces.get(schedule[0].owner, nobodys).schedules.append(schedule)
        for escalation in escalations:
            pieces.get(escalation[0].owner, nobodys).escalations.append(escalation)
        self.total = len(teams)
        self.pieces.extend([*pieces.values(), nobodys])

    def listed(self, folder: str, documents: list[Json]) -> list[tuple[Listed, Json]]:
        """Read what a listing says of each entity, and give each its file."""
        entities = [_listed(document, f"{folder}[{index}]") for index, document in enumerate(documents)]
        names = file_names((entity.id, entity.name) for entity in entities)
        self.paths.update({id: f"{folder}/{name}.json" for id, name in names.items()})
        return list(zip(entities, documents, strict=True))

    async def work(self) -> None:
        """Take piece after piece until there is none left."""
        while self.pieces:
            piece = self.pieces.popleft()
            team = piece.team
            failure = None
            try:
                await self.pull_piece(piece)
            except OpsgenieError as error:
                failure = TeamFailure(team=team.name if team else "", team_id=team.id if team else "", error=error)
                self.failures.append(failure)
            if team is not None:
                self.done += 1
                if self.on_progress is not None:
                    progress = TeamPulled(team=team.name, done=self.done, total=self.total, failure=failure)
                    self.on_progress(progress)

    async def pull_piece(self, piece: Piece) -> None:
        """Read all of a piece, then write it: a team that fails half-way leaves its old files alone."""
        files = [] if piece.team is None else [await self.read_team(piece.team)]
        files += [await self.read_schedule(*schedule) for schedule in piece.schedules]
        files += [File("escalation", entity, {"escalation": document}) for entity, document in piece.escalations]
        await self.save(files)

    async def read_team(self, listed: Listed) -> File:
        place = f"/v2/teams/{join_path(listed.id)}"
        team = _object((await self.og.request("GET", place)).data, "team")
        roles = await self.og.documents(f"{place}/roles")
        rules = await self.og.documents(f"{place}/routing-rules")
        members = _list(team, "members")
        # The API promises no order of members and roles; rules are tried in theirs.
        members.sort(key=lambda member: (_word(member, "user", "username"), _word(member, "user", "id")))
        roles.sort(key=lambda role: (_word(role, "name"), _word(role, "id")))
        parts = {"members": len(members), "roles": len(roles), "routing_rules": len(rules)}
        return File("team", listed, {"team": team, "roles": roles, "routingRules": rules}, parts)

    async def read_schedule(self, listed: Listed, document: Json) -> File:
        overrides = await self.og.documents(f"/v2/schedules/{join_path(listed.id)}/overrides")
        schedule = _object(document, "schedule")
        rotations = _list(schedule, "rotations")
        schedule.pop("rotations", None)
        overrides.sort(key=lambda override: (_word(override, "startDate"), _word(override, "alias")))
        parts = {"rotations": len(rotations), "overrides": len(overrides)}
        content: dict[str, Json] = {"schedule": schedule, "rotations": rotations, "overrides": overrides}
        return File("schedule", listed, content, parts)

    async def save(self, files: list[File]) -> None:
        """Write the files of one piece, together with those of other pieces that wait to be written."""
        self.unwritten += files
        async with self.writing:
            batch, self.unwritten = self.unwritten, []
            if not batch:
                return  # another piece took them along
            self.files |= await asyncio.get_running_loop().run_in_executor(self.disk, self.write, batch)
            for file in batch:
                self.counts.update({f"{file.kind}s": 1} | file.parts)

    def write(self, files: list[File]) -> dict[str, FileRecord]:
        """Write files one after the other; runs in a thread."""
        records = {}
        for file in files:
            path, entity = self.paths[file.entity.id], file.entity
            sha256 = self.store.write(path, file.document)
            records[path] = FileRecord(kind=file.kind, name=entity.name, id=entity.id, sha256=sha256)
        return records


def _listed(document: Json, at: str) -> Listed:
    entity = _object(document, at)
    id, name = entity.get("id"), entity.get("name")
    if not isinstance(id, str) or not isinstance(name, str):
        raise ProtocolError(f"{at}: expected an id and a name, got {id!r} and {name!r}")
    return Listed(id, name, _word(document, "ownerTeam", "id"))


def _object(document: Json, at: str) -> dict[str, Json]:
    if not isinstance(document, dict):
        raise ProtocolError(f"{at}: expected an object, got {type(document).__name__}")
    return document


def _list(document: dict[str, Json], name: str) -> list[Json]:
    parts = document.get(name, [])
    if not isinstance(parts, list):
        raise ProtocolError(f"{name}: expected a list, got {type(parts).__name__}")
    return parts


def _word(document: Json, *path: str) -> str:
    """A text inside a document, to sort by; "" where there is none."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, str) else ""
