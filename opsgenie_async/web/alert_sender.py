"""The background task that sends the backlog of alerts to Opsgenie, with retries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Generic, Literal, TypeVar

import backoff

from opsgenie_async.clock import Clock
from opsgenie_async.errors import OpsgenieError, OutcomeUnknown, RequestFailed, ServerError, Throttled, TransportError
from opsgenie_async.http.retry import exponential_waits
from opsgenie_async.logs import get_logger
from opsgenie_async.models.identifiers import Alias
from opsgenie_async.resources.alert_limits import MAX_LENGTHS
from opsgenie_async.truncation import truncate
from opsgenie_async.web.alert_fields import ExtraFields, compose
from opsgenie_async.web.alert_limits import fit
from opsgenie_async.web.alert_outcomes import announce_outcome
from opsgenie_async.web.backlog import Backlog, Entry, Occurrence
from opsgenie_async.web.request_failure import AlertFields

__all__ = ["AlertSender"]

logger = get_logger(__name__)

T = TypeVar("T", bound=Occurrence)

TRANSIENT = (TransportError, ServerError, Throttled, OutcomeUnknown)
"""Errors that are retried. All others are caused by the alert or the key, and would recur."""
FIRST_WAIT = 1.0
MAX_WAIT = 60.0
MAX_RETRY_AFTER = 900.0
"""Seconds that a rate limit may delay an alert; a header can hold any number."""
NOTE_TIME = 5.0
"""Seconds to wait for the outcome of a note: it fails if its alert was closed meanwhile."""


class AlertSender(Generic[T]):
    """A sender of one call at a time, so that an alert is never closed before it is created.

    While Opsgenie is unavailable, the backlog is kept and retried after waits of up to a minute.

    Args:
        backlog: The occurrences to send.
        build: Builds the alert for an occurrence.
        extra_fields: Compute the fields that the caller adds to each alert.
        flush: Seconds that all flushes together may take.
        clock: The source of time.
        jitter: Computes a wait from its maximum.
    """

    def __init__(
        self,
        backlog: Backlog[T],
        build: Callable[[T], AlertFields],
        extra_fields: ExtraFields[T],
        flush: float,
        clock: Clock,
        jitter: Callable[[float], float] = backoff.full_jitter,
    ) -> None:
        self.delivered = self.closed = self.failed = 0
        self._backlog = backlog
        self._build = build
        self._extra_fields = extra_fields
        self._flush_time = flush
        self._clock = clock
        self._jitter = jitter
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._backing_off = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Start work on an entry that was put into the backlog."""
        self._work.set()
        self._idle.clear()

    def start(self) -> None:
        """Start the background task."""
        self._task = asyncio.create_task(self._run(), name="opsgenie error alerts")

    async def flush(self, timeout: float | None = None) -> None:
        """Send the backlog.

        Args:
            timeout: Seconds; None limits all such calls together to the flush time.
        """
        if not self._backlog:
            return
        if self._backing_off:  # the last chance: there is no time for the rest of the wait
            await self._cancel()
            self.start()
        started = self._clock.now()
        try:
            async with self._clock.deadline(started + (self._flush_time if timeout is None else timeout)):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("the flush time is over, %d alerts are still to be sent to Opsgenie", self._backlog.waiting)
        if timeout is None:
            self._flush_time = max(0.0, self._flush_time - (self._clock.now() - started))

    async def stop(self) -> None:
        """Flush, then end the background task and drop the remaining alerts."""
        await self.flush()
        await self._cancel()
        if count := self._backlog.drop_all():
            logger.warning("%d occurrences of errors were not sent to Opsgenie", count)

    async def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        waits: Iterator[float] | None = None
        while True:
            await self._work.wait()
            while self._backlog:
                entry = self._backlog.next()
                try:
                    await self._send(entry)
                except Exception as error:  # noqa: BLE001  # nobody would restart this loop
                    self._backlog.defer(entry)
                    waits = waits or exponential_waits(FIRST_WAIT, MAX_WAIT, self._jitter)
                    await self._back_off(error, next(waits))
                else:
                    waits = None
            self._work.clear()
            self._idle.set()

    async def _send(self, entry: Entry[T]) -> None:
        """Make the next call that is due for *entry*; raises transient errors, logs the others."""
        closed, others = not entry.count, entry.others
        outcome: Literal["sent", "closed", "failed"] = "closed" if closed else "sent"
        try:
            if closed:
                entry.close_after = False  # a new failure during the call may set it again
                await entry.og.alerts.close(Alias(entry.alias), source=_source(entry))
                self.closed += 1
            elif others:
                await self._add_note(entry, _note(others))
            else:
                await entry.og.alerts.create(**self._compose(entry.failure), alias=entry.alias)
                self.delivered += 1
        except TRANSIENT:
            raise
        except (Exception, SystemExit) as error:
            self.failed += 1
            outcome = "failed"
            logger.error(
                "no alert could be sent for %s: %s", entry.alias, error, exc_info=not isinstance(error, OpsgenieError)
            )
        self._backlog.complete(entry, closed=closed, others=others)
        announce_outcome(entry, outcome, others or 1, self._backlog.waiting)

    def _compose(self, failure: T) -> AlertFields:
        return compose(self._build(failure), failure, self._extra_fields, failure.endpoint)

    async def _add_note(self, entry: Entry[T], note: str) -> None:
        """Add a note to the alert; to a new one if it was closed meanwhile.

        The note of a creation would be lost wherever the alert is there: only its count is raised then.
        """
        pending = await entry.og.alerts.add_note(Alias(entry.alias), note=note, source=_source(entry))
        try:
            await pending.wait(NOTE_TIME)
        except RequestFailed:
            alert = self._compose(entry.failure)
            alert["note"] = "\n".join(filter(None, (note, alert.get("note"))))
            await entry.og.alerts.create(**fit(alert), alias=entry.alias)
        except OpsgenieError as error:  # it is accepted: sent again, it would be there twice
            logger.debug("whether the note for %s was added is unknown: %s", entry.alias, error)

    async def _back_off(self, error: Exception, wait: float) -> None:
        if isinstance(error, Throttled):
            wait = max(wait, min(error.retry_after or 0.0, MAX_RETRY_AFTER))
        logger.warning("Opsgenie accepts no alerts, next attempt in %.1f s: %s", wait, error)
        self._backing_off = True
        try:
            await self._clock.sleep_until(self._clock.now() + wait)
        finally:
            self._backing_off = False


def _source(entry: Entry[T]) -> str:
    return truncate(entry.failure.service, MAX_LENGTHS["source"])


def _note(others: int) -> str:
    return f"{others} more record{'s'[: others > 1]} like this {'were' if others > 1 else 'was'} not sent individually"
