"""Copy the incidents of Opsgenie to DX, oldest first, and on the next run only those that changed.

    async with Opsgenie() as og, DX(token, instance="yourinstance") as dx:
        report = await dx_sync(og, dx, checkpoint="dx.json")

This module is above both clients; neither imports it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from opsgenie_async.clock import Clock, SystemClock, epoch_milliseconds
from opsgenie_async.converters import aware, read
from opsgenie_async.dx import mapping as default
from opsgenie_async.dx.checkpoint import Checkpoint
from opsgenie_async.dx.client import DX
from opsgenie_async.dx.errors import NotAuthed
from opsgenie_async.dx.models import Service
from opsgenie_async.dx.upsert import Upsert
from opsgenie_async.errors import ArgumentValueError, OpsgenieError, ProtocolError, Unauthorized
from opsgenie_async.files import ThreadedExitStack
from opsgenie_async.history import INCIDENTS, Slice, Walk
from opsgenie_async.json_text import Json
from opsgenie_async.models import Incident
from opsgenie_async.signatures import check_argument

if TYPE_CHECKING:
    from opsgenie_async.client import Opsgenie

__all__ = ["IncidentDone", "IncidentFailure", "SyncReport", "dx_sync"]

SEARCH_WINDOW = 20_000
"""The maximum of `offset + limit` by the vendor's page; later incidents are searched by their date."""


@attrs.frozen(kw_only=True)
class IncidentFailure:
    """An incident that could not be sent to DX, and the error; its id is "" if it has none."""

    id: str
    tiny_id: str
    message: str
    error: OpsgenieError

    def to_dict(self) -> dict[str, Json]:
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
    """Progress: one more incident is done.

    Attributes:
        id: The id of the incident.
        outcome: "sent", "unchanged" since the checkpoint, "skipped" by the mapping, "failed"; in a dry run "would
            send".
        done: The number of incidents that are done.
        payload: The body of the upsert, None if there was none.
        failure: The error and its incident, None if it did not fail.
    """

    id: str
    outcome: str
    done: int
    payload: Mapping[str, Json] | None = None
    failure: IncidentFailure | None = None


@attrs.frozen(kw_only=True)
class SyncReport:
    """The result of a run.

    Attributes:
        upserted: The number of incidents that were sent.
        unchanged: The number of incidents whose payload is the one in the checkpoint.
        skipped: The number of incidents that the mapping skipped.
        failures: The incidents that failed.
        payloads: In a dry run, the payloads that would be sent, oldest first.
        duration: Seconds.
    """

    upserted: int
    unchanged: int
    skipped: int
    failures: list[IncidentFailure]
    payloads: list[Mapping[str, Json]]
    duration: float

    @property
    def complete(self) -> bool:
        """Whether no incident failed."""
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
    """Send every incident of the account to DX, oldest first.

    An incident that cannot be read, mapped or sent is a failure in the report; the others are still sent.

    Args:
        og: The client of the account.
        dx: The client of DX.
        since: Skip incidents created before this timezone-aware datetime, even if they changed later.
        mapping: Makes an upsert of an incident and its services (ids, and names where they are known), or None to skip
            the incident.
        checkpoint: The path of a file with a digest of what DX has of each incident. Incidents with an equal payload
            are not sent again. A run that was killed sends a few incidents again, which changes nothing in DX.
        concurrency: The maximum number of upserts at the same time.
        dry_run: Send nothing and write no checkpoint.
        on_progress: Called after each incident.
        clock: The source of time; the system's by default.

    Returns:
        The numbers of incidents, and the failures.

    Raises:
        CheckpointError: The file is not a checkpoint of this DX instance, or another run uses it; nothing was sent.
        OpsgenieError: The incidents could not be listed.
        NotAuthed: DX rejects the token.
    """
    check_argument("dx_sync: dx", dx, DX, "a DX client")
    if concurrency < 1:
        raise ArgumentValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    started = clock.now()
    since = None if since is None else aware("since", since)
    async with _open(checkpoint, dx.base_url, dry_run=dry_run) as checkpoint_file:
        run = _Bridge(og, dx, mapping, checkpoint_file, on_progress, concurrency, dry_run)
        try:
            await run.run(since)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # the first one ended the others
        finally:
            try:
                if checkpoint_file is not None and not dry_run:
                    await run.save(checkpoint_file)
            finally:
                run.disk.shutdown(wait=False)
    return SyncReport(
        upserted=run.upserted,
        unchanged=run.unchanged,
        skipped=run.skipped,
        failures=run.failures,
        payloads=run.payloads,
        duration=clock.now() - started,
    )


@asynccontextmanager
async def _open(path: str | os.PathLike[str] | None, target: str, *, dry_run: bool) -> AsyncIterator[Checkpoint | None]:
    """Open and lock the checkpoint at *path*; a dry run only reads it."""
    if path is None:
        yield None
        return
    checkpoint_file = Checkpoint(path, target)
    if dry_run:
        await asyncio.to_thread(checkpoint_file.read)
        yield checkpoint_file
        return
    with ThreadedExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, checkpoint_file.hold_lock())
        await asyncio.to_thread(checkpoint_file.read)
        await asyncio.to_thread(checkpoint_file.write, checkpoint_file.snapshot())  # an unwritable path fails first
        yield checkpoint_file


@attrs.frozen
class ListedIncident:
    """An incident of a listing: the model, or the error for a document that cannot be read."""

    id: str
    tiny_id: str
    message: str
    created_at: datetime | None
    incident: Incident | ProtocolError

    @classmethod
    def from_document(cls, document: Json) -> ListedIncident:
        """Read *document*; one that cannot be read must not keep the others from being sent."""
        try:
            incident = read(document, Incident, at="incident")
        except ProtocolError as error:
            fields = document if isinstance(document, dict) else {}
            id, tiny_id, message = (
                text if isinstance(text := fields.get(name), str) else "" for name in ("id", "tinyId", "message")
            )
            return cls(id, tiny_id, message, None, error)
        return cls(incident.id, incident.tiny_id, incident.message, incident.created_at, incident)


async def list_incidents(og: Opsgenie, since: datetime | None) -> AsyncGenerator[ListedIncident, None]:
    """List every incident created from *since* on once, oldest first, past the window of a search."""
    walk = Walk(og._transport.send, INCIDENTS, window=SEARCH_WINDOW)
    known: set[str] = set()
    low = None if since is None else epoch_milliseconds(since, up=True)
    async for slice in walk.slices(Slice(low=low)):
        if not slice.parts:  # slices of time share nothing
            known.clear()
        async with aclosing(walk.read(slice, None)) as answers:
            async for answer in answers:
                for _, item in answer.new:
                    if item.key not in known:
                        yield ListedIncident.from_document(item.document)
                known.update(item.key for _, item in answer.new)


class _Bridge:
    """The state of one run."""

    def __init__(
        self,
        og: Opsgenie,
        dx: DX,
        mapping: default.Mapping,
        checkpoint_file: Checkpoint | None,
        on_progress: Callable[[IncidentDone], None] | None,
        concurrency: int,
        dry_run: bool,
    ) -> None:
        self.og = og
        self.dx = dx
        self.mapping = mapping
        self.checkpoint_file = checkpoint_file
        self.on_progress = on_progress
        self.dry_run = dry_run
        self.slots = asyncio.Semaphore(concurrency)
        self.disk = ThreadPoolExecutor(1, "opsgenie-async-dx-sync")  # one write at a time, also after a cancellation
        self.names: dict[str, str] | None = None
        self.upserted = self.unchanged = self.skipped = self.done = 0
        self.failures: list[IncidentFailure] = []
        self.payloads: list[Mapping[str, Json]] = []

    async def run(self, since: datetime | None) -> None:
        """List and send the incidents; no more are listed than can be sent."""
        async with asyncio.TaskGroup() as group, aclosing(list_incidents(self.og, since)) as incidents:
            async for incident in incidents:
                try:
                    upsert = await self.upsert(incident)
                    if upsert is None:
                        self.skipped += 1
                        self.report_progress(incident, "skipped")
                        continue
                    document, digest = _payload(upsert)
                except OpsgenieError as error:
                    self.fail(incident, error)
                    continue
                if self.checkpoint_file is not None and self.checkpoint_file.matches(incident.id, digest):
                    self.unchanged += 1
                    self.report_progress(incident, "unchanged")
                elif self.dry_run:
                    self.payloads.append(document)
                    self.report_progress(incident, "would send", document)
                else:
                    await self.slots.acquire()
                    group.create_task(self.send(incident, upsert, document, digest))

    async def upsert(self, incident: ListedIncident) -> Upsert | None:
        """Map an incident; raises `OpsgenieError` for one that cannot be read."""
        if isinstance(incident.incident, ProtocolError):
            raise incident.incident
        return self.mapping(incident.incident, await self.services(incident.incident))

    async def services(self, incident: Incident) -> Sequence[Service]:
        """Return the services that *incident* impacts; their names are listed once, when first needed."""
        ids = incident.impacted_services or ([incident.service_id] if incident.service_id else [])
        if ids and self.names is None:
            self.names = {}
            async for service in self.og.documents("v1/services"):
                if isinstance(service, dict):
                    id, name = service.get("id"), service.get("name")
                    if isinstance(id, str) and isinstance(name, str):  # DX accepts no other type, and a missing name
                        self.names[id] = name
        return [Service(identifier=id, name=(self.names or {}).get(id, "")) for id in ids]

    async def send(self, incident: ListedIncident, upsert: Upsert, document: Mapping[str, Json], digest: str) -> None:
        """Send one incident, and release its slot."""
        try:
            await self.dx.incidents.upsert(**attrs.asdict(upsert, recurse=False))
        except (NotAuthed, Unauthorized):
            raise  # the token is invalid for every incident
        except OpsgenieError as error:
            self.fail(incident, error)
            return
        finally:
            self.slots.release()
        self.upserted += 1
        if self.checkpoint_file is not None:
            self.checkpoint_file.record(incident.id, digest)
            if self.checkpoint_file.due:
                await self.save(self.checkpoint_file)
        self.report_progress(incident, "sent", document)

    async def save(self, checkpoint_file: Checkpoint) -> None:
        """Write the checkpoint."""
        await asyncio.get_running_loop().run_in_executor(self.disk, checkpoint_file.write, checkpoint_file.snapshot())

    def fail(self, incident: ListedIncident, error: OpsgenieError) -> None:
        failure = IncidentFailure(id=incident.id, tiny_id=incident.tiny_id, message=incident.message, error=error)
        self.failures.append(failure)
        self.report_progress(incident, "failed", failure=failure)

    def report_progress(
        self,
        incident: ListedIncident,
        outcome: str,
        payload: Mapping[str, Json] | None = None,
        *,
        failure: IncidentFailure | None = None,
    ) -> None:
        self.done += 1
        if self.on_progress is not None:
            progress = IncidentDone(id=incident.id, outcome=outcome, done=self.done, payload=payload, failure=failure)
            self.on_progress(progress)


def _payload(upsert: Upsert) -> tuple[dict[str, Json], str]:
    """Return the body of an upsert and its digest; raises `ProtocolError` for values that DX cannot represent."""
    try:
        document = upsert.document()
        return document, _digest(document)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:  # an empty id, a date at the edge of time
        raise ProtocolError(f"cannot be sent to DX: {error}") from error


def _digest(document: Json) -> str:
    return hashlib.blake2b(json.dumps(document, sort_keys=True).encode(), digest_size=16).hexdigest()
