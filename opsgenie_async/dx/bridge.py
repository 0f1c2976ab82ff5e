"""From Opsgenie to DX: every incident, oldest first, and on the next run only those that changed.

    async with Opsgenie() as og, DX(token, instance="yourinstance") as dx:
        report = await dx_sync(og, dx, checkpoint="dx.json")

It stands above both clients; neither knows it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, aclosing, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.converters import aware, read
from opsgenie_async.dx import mapping as default
from opsgenie_async.dx.checkpoint import Checkpoint
from opsgenie_async.dx.client import DX
from opsgenie_async.dx.errors import NotAuthed
from opsgenie_async.dx.models import Service
from opsgenie_async.dx.upsert import Upsert
from opsgenie_async.errors import OpsgenieError, ProtocolError, Unauthorized
from opsgenie_async.history import INCIDENTS, Slice, Walk, epoch_milliseconds
from opsgenie_async.json_text import Json
from opsgenie_async.models import Incident

if TYPE_CHECKING:
    from opsgenie_async.client import Opsgenie

__all__ = ["IncidentDone", "IncidentFailure", "SyncReport", "dx_sync"]

REACH = 20_000
"""`offset + limit` at the most, by the vendor's page; what lies beyond is found by its date."""


@attrs.frozen(kw_only=True)
class IncidentFailure:
    """An incident that DX could not be told of, and what was raised; its id is "" where it has none."""

    id: str
    tiny_id: str
    message: str
    error: OpsgenieError

    def document(self) -> dict[str, Json]:
        """The failure as JSON."""
        return {
            "id": self.id,
            "tinyId": self.tiny_id,
            "incident": self.message,
            "error": type(self.error).__name__,
            "message": str(self.error),
            "status": self.error.status,
            "requestId": self.error.request_id,
        }


@attrs.frozen(kw_only=True)
class IncidentDone:
    """Progress: one more incident is through, *done* are by now.

    outcome: "sent", "unchanged" since the checkpoint, "left out" by the mapping, "failed"; in a dry run "would send".
    payload: what DX was told or would be, None when nothing.
    """

    id: str
    outcome: str
    done: int
    payload: Mapping[str, Json] | None = None
    failure: IncidentFailure | None = None


@attrs.frozen(kw_only=True)
class SyncReport:
    """What a run did: numbers of incidents, who failed, and how long it took in seconds.

    payloads: of a dry run, what would have been sent, oldest first.
    """

    sent: int
    unchanged: int
    left_out: int
    failures: list[IncidentFailure]
    payloads: list[Mapping[str, Json]]
    duration: float

    @property
    def complete(self) -> bool:
        """Whether DX now knows everything."""
        return not self.failures


async def dx_sync(
    og: Opsgenie,
    dx: DX,
    *,
    since: datetime | None = None,
    mapping: default.Mapping = default.map_incident,
    checkpoint: str | os.PathLike[str] | None = None,
    concurrency: int = 16,
    dry_run: bool = False,
    on_progress: Callable[[IncidentDone], None] | None = None,
    clock: Clock | None = None,
) -> SyncReport:
    """Tell DX of every incident of the account, oldest first, *concurrency* upserts at a time.

    since: leaves out incidents created before this moment, also those that changed afterwards.
    mapping: makes an upsert of an incident and its services (ids, and names where they are known), or None to leave
        it out.
    checkpoint: a file that remembers what DX was told. An incident whose payload is still the same is not sent again;
        one that failed is. A killed run repeats a few incidents, which DX takes as the same ones.
    dry_run: sends nothing and writes no checkpoint.

    An `OpsgenieError` of one incident lands in the report, and the others go on; so does an incident that cannot be
    read, or that DX has no words for. Raised are a listing that fails, a token that DX does not take, `CheckpointError`
    for a file that is no checkpoint of this instance or that another run is at work on, before anything is sent, and
    every other exception.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    started = clock.now()
    since = None if since is None else aware("since", since)
    async with _open(checkpoint, dx.base_url, dry_run=dry_run) as book:
        run = _Run(og, dx, mapping, book, on_progress, concurrency, dry_run)
        try:
            await run.everything(since)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # the first one ended the others
        finally:
            try:
                if book is not None and not dry_run:
                    await run.save(book)
            finally:
                run.disk.shutdown(wait=False)
    return SyncReport(
        sent=run.sent,
        unchanged=run.unchanged,
        left_out=run.left_out,
        failures=run.failures,
        payloads=run.payloads,
        duration=clock.now() - started,
    )


@asynccontextmanager
async def _open(path: str | os.PathLike[str] | None, target: str, *, dry_run: bool) -> AsyncIterator[Checkpoint | None]:
    """The checkpoint at *path*, for this run alone; a dry run only looks into it."""
    if path is None:
        yield None
        return
    book = Checkpoint(path, target)
    if dry_run:
        await asyncio.to_thread(book.read)
        yield book
        return
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, book.locked())
        await asyncio.to_thread(book.read)
        await asyncio.to_thread(book.write, book.take())  # a place that cannot be written is found out first
        yield book


@attrs.frozen
class Listed:
    """One incident as it was listed: the model, or why there is none, with what is known of it all the same."""

    id: str
    tiny_id: str
    message: str
    created_at: datetime | None
    incident: Incident | ProtocolError

    @classmethod
    def from_document(cls, document: Json) -> Listed:
        """Read *document* by itself: one that cannot be read is no reason to do without the others."""
        try:
            incident = read(document, Incident, at="incident")
        except ProtocolError as error:
            facts = document if isinstance(document, dict) else {}
            id, tiny_id, message = (
                text if isinstance(text := facts.get(name), str) else "" for name in ("id", "tinyId", "message")
            )
            return cls(id, tiny_id, message, None, error)
        return cls(incident.id, incident.tiny_id, incident.message, incident.created_at, incident)


async def listed(og: Opsgenie, since: datetime | None) -> AsyncGenerator[Listed, None]:
    """Every incident created from *since* on, once, oldest first, however many there are."""
    walk = Walk(og._transport.send, INCIDENTS, window=REACH)
    known: set[str] = set()
    low = None if since is None else epoch_milliseconds(since, up=True)
    async for slice in walk.slices(Slice(low=low)):
        if not slice.parts:  # slices of time share nothing
            known.clear()
        async with aclosing(walk.read(slice, None)) as answers:
            async for answer in answers:
                for _, item in answer.new:
                    if item.key not in known:
                        yield Listed.from_document(item.document)
                known.update(item.key for _, item in answer.new)


class _Run:
    """What one run knows and has done so far."""

    def __init__(
        self,
        og: Opsgenie,
        dx: DX,
        mapping: default.Mapping,
        book: Checkpoint | None,
        on_progress: Callable[[IncidentDone], None] | None,
        concurrency: int,
        dry_run: bool,
    ) -> None:
        self.og = og
        self.dx = dx
        self.mapping = mapping
        self.book = book
        self.on_progress = on_progress
        self.dry_run = dry_run
        self.slots = asyncio.Semaphore(concurrency)
        self.disk = ThreadPoolExecutor(1, "opsgenie-async-dx-sync")  # one write at a time, even if it is not waited for
        self.names: dict[str, str] | None = None
        self.sent = self.unchanged = self.left_out = self.done = 0
        self.failures: list[IncidentFailure] = []
        self.payloads: list[Mapping[str, Json]] = []

    async def everything(self, since: datetime | None) -> None:
        """Take incident after incident; no more are read than can be sent."""
        async with asyncio.TaskGroup() as group, aclosing(listed(self.og, since)) as incidents:
            async for incident in incidents:
                try:
                    upsert = await self.upsert(incident)
                    if upsert is None:
                        self.left_out += 1
                        self.tell(incident, "left out")
                        continue
                    document, digest = _body(upsert)
                except OpsgenieError as error:
                    self.fail(incident, error)
                    continue
                if self.book is not None and self.book.holds(incident.id, digest):
                    self.unchanged += 1
                    self.tell(incident, "unchanged")
                elif self.dry_run:
                    self.payloads.append(document)
                    self.tell(incident, "would send", document)
                else:
                    await self.slots.acquire()
                    group.create_task(self.send(incident, upsert, document, digest))

    async def upsert(self, listed: Listed) -> Upsert | None:
        """What DX is told of an incident; raises `OpsgenieError` where that is not to be had."""
        if isinstance(listed.incident, ProtocolError):
            raise listed.incident
        services = await self.services(listed.incident)
        return self.mapping(listed.incident, services)

    async def services(self, incident: Incident) -> Sequence[Service]:
        """The services that *incident* impacts; their names are asked for once, when the first one is met."""
        ids = incident.impacted_services or ([incident.service_id] if incident.service_id else [])
        if ids and self.names is None:
            self.names = {}
            async for service in self.og.documents("v1/services"):
                if isinstance(service, dict):
                    id, name = service.get("id"), service.get("name")
                    if isinstance(id, str) and isinstance(name, str):  # DX wants no other, and can do without
                        self.names[id] = name
        return [Service(identifier=id, name=(self.names or {}).get(id, "")) for id in ids]

    async def send(self, incident: Listed, upsert: Upsert, document: Mapping[str, Json], digest: str) -> None:
        """Tell DX of one incident, in a slot that was taken for it."""
        try:
            await self.dx.incidents.upsert(**attrs.asdict(upsert, recurse=False))
        except (NotAuthed, Unauthorized):
            raise  # of the token, not of this incident
        except OpsgenieError as error:
            self.fail(incident, error)
            return
        finally:
            self.slots.release()
        self.sent += 1
        if self.book is not None:
            self.book.note(incident.id, digest)
            if self.book.due:
                await self.save(self.book)
        self.tell(incident, "sent", document)

    async def save(self, book: Checkpoint) -> None:
        """Write the checkpoint."""
        await asyncio.get_running_loop().run_in_executor(self.disk, book.write, book.take())

    def fail(self, incident: Listed, error: OpsgenieError) -> None:
        failure = IncidentFailure(id=incident.id, tiny_id=incident.tiny_id, message=incident.message, error=error)
        self.failures.append(failure)
        self.tell(incident, "failed", failure=failure)

    def tell(
        self,
        incident: Listed,
        outcome: str,
        payload: Mapping[str, Json] | None = None,
        *,
        failure: IncidentFailure | None = None,
    ) -> None:
        self.done += 1
        if self.on_progress is not None:
            progress = IncidentDone(id=incident.id, outcome=outcome, done=self.done, payload=payload, failure=failure)
            self.on_progress(progress)


def _body(upsert: Upsert) -> tuple[dict[str, Json], str]:
    """What is sent, and its digest; raises `ProtocolError` for what DX has no words for."""
    try:
        document = upsert.document()
        return document, _digest(document)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:  # an empty id, a date at the edge of time
        raise ProtocolError(f"DX cannot be told of it: {error}") from error


def _digest(document: Json) -> str:
    return hashlib.blake2b(json.dumps(document, sort_keys=True).encode(), digest_size=16).hexdigest()
