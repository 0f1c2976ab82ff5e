"""Data without a time slice, read in its current state: schedules, on-calls, logs, services, templates, users."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from opsgenie_async.archive import kinds
from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.layout import label, record_line
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.parts import Source
from opsgenie_async.archive.raw import elements, text_of, value
from opsgenie_async.archive.tally import Tally
from opsgenie_async.archive.units import Books, Unit, is_hole, reason_of
from opsgenie_async.archive.work import Yield, keep_draft, load
from opsgenie_async.converters.query import QueryValue
from opsgenie_async.errors import ApiError, OpsgenieError
from opsgenie_async.history import SERVICES, Slice, Walk
from opsgenie_async.http.envelope import Envelope, read_envelope
from opsgenie_async.http.request import Request, join_path
from opsgenie_async.resources.following import token_in_data

__all__ = ["EMPTY_MONTHS", "FIRST_MONTH", "Snapshots", "first_month_of"]

AT_ONCE = 12
"""Schedules, and teams, read concurrently."""
EMPTY_MONTHS = 3
"""So many months in a row with nobody on call, and the timeline is at its beginning."""
FIRST_MONTH = (2012, 1)
"""Opsgenie has no schedule from before."""
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])-")
LAYERS = "base,forwarding,override"
USER_MEMBERS = ("id", "username", "fullName", "role")
"""Of a user without contacts."""
FIRST_LOG = "2012-01-01-00-00-00"


@attrs.define
class Snapshots:
    """The reading of this data: a unit for each kind, schedule or team."""

    source: Source
    books: Books
    now: datetime
    since: datetime | None
    contacts: bool
    tally: Tally
    _slots: asyncio.Semaphore = attrs.field(init=False, factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def collect(self, kind: str) -> None:
        """Read one kind."""
        match kind:
            case kinds.SCHEDULES:
                await self._each(kind, "v2/schedules", {"expand": "rotation"}, self._timelines)
            case kinds.TEAM_LOGS:
                await self._each(kind, "v2/teams", {}, self._team_log)
            case kinds.ON_CALLS:
                await self._unit(kind, "all", self._on_calls)
            case kinds.ACCOUNT_LOGS:
                await self._unit(kind, "all", self._account_logs)
            case kinds.SERVICES:
                await self._unit(kind, "all", self._services)
            case kinds.DEPLOYMENTS:
                await self._unit(kind, "all", self._deployments)
            case kinds.TEMPLATES:
                await self._unit(kind, "all", self._templates)
            case kinds.USERS:
                await self._unit(kind, "all", self._users)
            case _:
                raise AssertionError(kind)

    async def _each(
        self,
        kind: str,
        path: str,
        params: dict[str, QueryValue],
        read: Callable[[bytes, Source, Yield], Awaitable[None]],
    ) -> None:
        """Read one unit for each entity of a listing."""
        try:
            items = await self.source.answers.listing(path, params)
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            unit = Unit(name="all", stream="snapshot", slice=None)
            await self._finish(kind, unit, Yield(), [{"reason": reason_of(error)}])
            return
        async with asyncio.TaskGroup() as group:
            for raw in items:
                group.create_task(self._one(kind, raw, read))

    async def _one(self, kind: str, raw: bytes, read: Callable[[bytes, Source, Yield], Awaitable[None]]) -> None:
        id = _id(raw)
        async with self._slots:
            await self._unit(kind, label(id), partial(read, raw), id)

    async def _unit(self, kind: str, name: str, read: Callable[[Source, Yield], Awaitable[None]], id: str = "") -> None:
        unit = Unit(name=f"{self.books.run}-{name}", stream="snapshot", slice=None)
        if self.books.is_done(kind, unit.name):
            return
        disk, path = self.books.disk, self.books.work(kind, unit)
        drafts = (await disk.run(load, path)).resume("").drafts
        source = attrs.evolve(self.source, draft=keep_draft(drafts.get(kind, Draft()), disk, path, "", kind))
        result = Yield()
        holes: list[Doc] = []
        try:
            await read(source, result)
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            holes.append({**({"id": id} if id else {}), "reason": reason_of(error)})
        await self._finish(kind, unit, result, holes + result.holes)
        await disk.run(_unlink, disk, path)

    async def _finish(self, kind: str, unit: Unit, result: Yield, holes: list[Doc]) -> None:
        await self.books.finish(kind, unit, None, result, holes)
        self.tally.add(kind, len(result.lines))

    def _line(self, result: Yield, id: str, document: bytes, **members: bytes) -> None:
        result.lines.append(record_line(id, None, self.books.run, [("document", document), *members.items()]))

    async def _timelines(self, schedule: bytes, source: Source, result: Yield) -> None:
        """Read a timeline by month, from the next month back to the first rotation, and on until nobody is on call.

        The history may reach back further than the start of an edited rotation, with empty months in between.
        """
        id = _id(schedule)
        begin = first_month_of(json.loads(text_of(schedule))) or (self.now.year, self.now.month)
        year, month = _after(self.now.year, self.now.month)
        empty = 0
        while empty < EMPTY_MONTHS and (year, month) >= self._first_month:
            name = f"{year}-{month:02d}"
            try:
                document = await source.get(
                    f"v2/schedules/{join_path(id)}/timeline",
                    {
                        "expand": LAYERS,
                        "interval": 1,
                        "intervalUnit": "months",
                        "date": datetime(year, month, 1, 12, tzinfo=UTC),  # the first of the month in every time zone
                    },
                )
            except ApiError as error:
                if not is_hole(error):
                    raise
                if not result.lines or error.status in (401, 402, 403):
                    result.holes.append({"id": id, "part": name, "reason": reason_of(error)})
                return
            has_periods = _has_periods(document)
            empty = empty + 1 if not has_periods and (year, month) < begin else 0
            if has_periods or (year, month) >= begin:
                self._line(result, id, document, month=json.dumps(name).encode())
            year, month = _before(year, month)

    @property
    def _first_month(self) -> tuple[int, int]:
        return FIRST_MONTH if self.since is None else (self.since.year, self.since.month)

    async def _on_calls(self, source: Source, result: Yield) -> None:
        for raw in await source.listing("v2/schedules", further=True):
            id = _id(raw)
            path = f"v2/schedules/{join_path(id)}"
            try:
                now = await source.get(f"{path}/on-calls")
                following = await source.get(f"{path}/next-on-calls")
            except OpsgenieError as error:
                if not is_hole(error):
                    raise
                result.holes.append({"id": id, "reason": reason_of(error)})
                continue
            self._line(result, id, now, next=following)

    async def _team_log(self, team: bytes, source: Source, result: Yield) -> None:
        id = _id(team)
        path = f"v2/teams/{join_path(id)}/logs"
        next_page = token_in_data("offset", "logs")
        for raw in await source.listing(path, {"limit": 100, "order": "asc"}, at=("logs",), next_page=next_page):
            self._line(result, id, raw)

    async def _account_logs(self, source: Source, result: Yield) -> None:
        start = FIRST_LOG if self.since is None else f"{self.since.astimezone(UTC):%Y-%m-%d-%H-%M-%S}"
        for raw in await source.listing(
            f"v2/logs/list/{start}", {"limit": 1000}, next_page=_behind_marker, further=True
        ):
            document = json.loads(text_of(raw))
            name = document.get("filename") if isinstance(document, dict) else None
            if not isinstance(name, str) or not name:
                continue
            try:
                file = json.loads(await source.draft.value(f"file {name}", partial(_log_file, source, name)))
            except OpsgenieError as error:
                if not is_hole(error):
                    raise
                result.holes.append({"id": name, "part": "file", "reason": reason_of(error)})
                self._line(result, name, raw)
                continue
            result.blobs[file["sha256"]] = file["size"]
            self._line(result, name, raw, attachments=json.dumps([file]).encode())

    async def _services(self, source: Source, result: Yield) -> None:
        walk = Walk(source.answers.send, SERVICES)
        keys: set[str] = set()
        async for slice in walk.slices(Slice()):
            async for answer in walk.read(slice, None):
                raws = elements(answer.response.body, "data")
                for place, item in answer.new:
                    if item.key not in keys:
                        keys.add(item.key)
                        self._line(result, item.key, raws[place])

    async def _deployments(self, source: Source, result: Yield) -> None:
        """List deployments by an undocumented call; without it, they cannot be listed."""
        try:
            for raw in await source.listing("v2/deployments/search", {"limit": 100}):
                self._line(result, _id(raw), raw)
        except ApiError as error:
            if error.status in (401, 402, 403) or error.status >= 500:
                raise
            reason = f"the API lists none: {error.status}"
            await self.books.journal.add("skipped", run=self.books.run, kind=kinds.DEPLOYMENTS, reason=reason)

    async def _templates(self, source: Source, result: Yield) -> None:
        """Read the templates: an object with a list for each type."""
        request = Request(method="GET", path="v1/incident-templates", domain="configuration", repeatable=True)
        response = await source.answers.send(request)
        data = read_envelope(response).data
        lists = [(name,) for name in data] if isinstance(data, dict) else [()]
        for at in lists:
            for raw in elements(response.body, "data", *at):
                self._line(result, _id(raw), raw)

    async def _users(self, source: Source, result: Yield) -> None:
        params: dict[str, QueryValue] = {"limit": 100, "sort": "username", "order": "ASC"}
        for raw in await source.listing("v2/users", params, further=self.contacts):
            id = _id(raw)
            if not self.contacts:
                members = [(name, value(raw, name)) for name in USER_MEMBERS]
                document = b"{" + b",".join(b'"%s":%s' % (name.encode(), each) for name, each in members) + b"}"
                self._line(result, id, document)
                continue
            try:
                document = await source.get(f"v2/users/{join_path(id)}", {"expand": "contact"})
            except OpsgenieError as error:
                if not is_hole(error):
                    raise
                result.holes.append({"id": id, "reason": reason_of(error)})
                document = raw
            self._line(result, id, document)


async def _log_file(source: Source, name: str) -> bytes:
    link = await source.answers.text(f"v2/logs/download/{join_path(name)}")
    sha256, size = await source.blobs.fetch(link)
    return json.dumps({"id": "", "name": name, "size": size, "sha256": sha256}).encode()


def _unlink(disk: Disk, path: Path) -> None:
    disk.release(path)
    path.unlink(missing_ok=True)


def _id(raw: bytes) -> str:
    document = json.loads(text_of(raw))
    id = document.get("id") if isinstance(document, dict) else None
    return id if isinstance(id, str) else ""


def first_month_of(schedule: Any) -> tuple[int, int] | None:
    """The month in which the first rotation of a schedule starts, None if it has no rotation."""
    rotations = schedule.get("rotations") if isinstance(schedule, dict) else None
    starts = [str(each.get("startDate")) for each in rotations or [] if isinstance(each, dict)]
    months = [(int(start[:4]), int(start[5:7])) for start in starts if MONTH.match(start)]
    return min(months, default=None)


def _has_periods(document: bytes) -> bool:
    """Whether anybody is on call in any layer of a timeline."""
    timeline: Any = json.loads(text_of(document))
    layers = (
        [each for name, each in timeline.items() if name.endswith("Timeline")] if isinstance(timeline, dict) else []
    )
    return any(
        rotation.get("periods")
        for layer in layers
        if isinstance(layer, dict)
        for rotation in layer.get("rotations") or []
    )


def _after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _before(year: int, month: int) -> tuple[int, int]:
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _behind_marker(request: Request, envelope: Envelope) -> Request | None:
    """The request for the log files after the last one of a page."""
    marker = envelope.rest.get("marker")
    if not envelope.data or not isinstance(marker, str):
        return None
    return attrs.evolve(request, path=f"v2/logs/list/{join_path(marker)}")
