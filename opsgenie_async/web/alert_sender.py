"""The background task that tells Opsgenie what is in the backlog, in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

import backoff

from opsgenie_async.clock import Clock
from opsgenie_async.errors import OpsgenieError, OutcomeUnknown, ServerError, Throttled, TransportError
from opsgenie_async.logs import get_logger
from opsgenie_async.models.identifiers import Alias
from opsgenie_async.web.alert_limits import fit, merge
from opsgenie_async.web.backlog import Backlog, Entry
from opsgenie_async.web.request_failure import AlertFields, RequestFailure, alert_of

__all__ = ["AlertSender"]

logger = get_logger(__name__)

AGAIN = (TransportError, ServerError, Throttled, OutcomeUnknown)
"""What may be gone later. Anything else is wrong with what we say, or with the key, and stays so."""
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
LONGEST_HOLD = 900.0
"""Seconds that a rate limit may hold an alert back; what a header says may be any number."""


class AlertSender:
    """Empties a backlog one call at a time, so that an alert is never closed before it is created.

    While Opsgenie does not answer, the backlog is kept, and tried again after waits that grow up to a minute.
    """

    def __init__(
        self,
        backlog: Backlog,
        fields: Collection[str],
        more: Callable[[RequestFailure], AlertFields] | None,
        flush: float,
        clock: Clock,
        jitter: Callable[[float], float] = backoff.full_jitter,
    ) -> None:
        self.sent = self.closed = self.failed = 0
        self._backlog = backlog
        self._fields = fields
        self._more = more
        self._flush_time = flush
        self._clock = clock
        self._jitter = jitter
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._backing_off = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Something was put into the backlog."""
        self._work.set()
        self._idle.clear()

    def start(self) -> None:
        """Begin to tell."""
        self._task = asyncio.create_task(self._run(), name="opsgenie error alerts")

    async def flush(self) -> None:
        """Tell what is there; all calls together take no more than the time for it, and are in no hurry before that."""
        if not self._backlog:
            return
        if self._backing_off:  # whatever it waits for, this is the last chance
            await self._end()
            self.start()
        began = self._clock.now()
        try:
            async with self._clock.deadline(began + self._flush_time):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("Opsgenie did not take all alerts in the time for it, %d wait", self._backlog.waiting)
        self._flush_time = max(0.0, self._flush_time - (self._clock.now() - began))

    async def stop(self) -> None:
        """Tell what can be told in the time for it, and end."""
        await self.flush()
        await self._end()
        if lost := self._backlog.give_up():
            logger.warning("%d occurrences of errors were not told to Opsgenie", lost)

    async def _end(self) -> None:
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
                    await self._tell(entry)
                except Exception as error:  # noqa: BLE001  # whatever it is, nobody would start this loop again
                    self._backlog.later(entry)
                    waits = waits or _waits()
                    await self._back_off(error, self._jitter(next(waits)))
                else:
                    waits = None
            self._work.clear()
            self._idle.set()

    async def _tell(self, entry: Entry) -> None:
        """Say one thing of *entry*; raises what may be gone later."""
        closed = not entry.count
        try:
            if closed:
                entry.closing = False  # from here on it may begin, and end, anew
                await entry.og.alerts.close(Alias(entry.alias), source=entry.trouble.service)
                self.closed += 1
            else:
                await self._create(entry)
                self.sent += 1
        except AGAIN:
            raise
        except Exception as error:
            self.failed += 1
            logger.error(
                "Opsgenie was not told of %s: %s", entry.alias, error, exc_info=not isinstance(error, OpsgenieError)
            )
        self._backlog.told(entry, closed=closed)

    async def _create(self, entry: Entry) -> None:
        own = fit(alert_of(entry.trouble, self._fields))
        alert = self._completed(own, entry.trouble)
        try:
            await entry.og.alerts.create(**alert, alias=entry.alias)
        except (TypeError, ValueError) as error:  # nothing was sent
            # What the caller adds is what is wrong with it, and the trouble is worth an alert without that.
            logger.error("the alert for %s is sent without what was added to it: %s", entry.trouble.place, error)
            await entry.og.alerts.create(**own, alias=entry.alias)

    def _completed(self, own: AlertFields, trouble: RequestFailure) -> AlertFields:
        """*own* with what the caller adds."""
        if self._more is not None:
            try:
                return fit(merge(own, self._more(trouble)))
            except Exception:
                logger.exception("what else the alert for %s shall say could not be made out", trouble.place)
        return own

    async def _back_off(self, error: Exception, wait: float) -> None:
        if isinstance(error, Throttled):
            wait = max(wait, min(error.retry_after or 0.0, LONGEST_HOLD))
        logger.warning("Opsgenie takes no alerts, again in %.1f s: %s", wait, error)
        self._backing_off = True
        try:
            await self._clock.sleep_until(self._clock.now() + wait)
        finally:
            self._backing_off = False


def _waits() -> Iterator[float]:
    waits = backoff.expo(factor=FIRST_WAIT, max_value=LONGEST_WAIT)
    next(waits)  # backoff's generators begin with a None that primes them
    return waits
