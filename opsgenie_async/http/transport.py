"""The send loop: throttle, attempt, retry, until the outcome is final.

The throttle decides when, the pool performs one attempt, and `Recovery` decides whether there is another.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import NoReturn

import aiohttp
import attrs

from opsgenie_async.config import Config
from opsgenie_async.deadlines import Deadline
from opsgenie_async.errors import UNPICKLABLE, ClientMisused, OpsgenieError
from opsgenie_async.events import Announcer, Observer
from opsgenie_async.http.call import Call
from opsgenie_async.http.call_errors import deadline_error, long_wait_error, no_response_error, stamp
from opsgenie_async.http.call_events import CallEvents
from opsgenie_async.http.flights import Flight
from opsgenie_async.http.observation import Family
from opsgenie_async.http.outcome import NoAnswer, parse_seconds, retry_after
from opsgenie_async.http.pool import Pool
from opsgenie_async.http.recovery import Recovery
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.logs import get_logger
from opsgenie_async.throttle import LaneClosedTooLong, MemberThrottle, Throttle, ThrottleGate, Ticket
from opsgenie_async.throttle.own import own_throttle

__all__ = ["Transport"]

logger = get_logger("opsgenie_async")


class Transport:
    """The sending of requests until their outcome is final, within the rate limits."""

    def __init__(
        self, pool: Pool, config: Config, throttle: Throttle | None = None, announce: Announcer | None = None
    ) -> None:
        self.config = config
        self.clock = config.clock
        self._pool = pool
        self.announce = announce or Announcer(config.hooks)
        self._events = CallEvents(self.announce, pool.base_url)
        # This client's own, and not an object of the caller's that others may use as well.
        self._member: ThrottleGate | MemberThrottle | None = None
        if throttle is None:
            throttle = self._member = own_throttle(config, pool.base_url, pool.key_digest, self.announce)
        self._throttle: Throttle = throttle or config.throttle  # type: ignore[assignment]
        self._recovery = Recovery(config, pool.redact, self._events)
        self._timeout = aiohttp.ClientTimeout(connect=config.pool_timeout, sock_connect=config.connect_timeout)
        self._family = Family(pool, self._throttle, config.pool_size)
        if announce is None:
            for observer in self.announce.observers:
                observer.watch(self._family)

    def with_config(self, config: Config) -> Transport:
        """Another set of timeouts and attempts over the same connections and the same limiters."""
        view = Transport(self._pool, config, self._throttle, self.announce)
        view._family, view._member = self._family, self._member
        return view

    def __reduce__(self) -> NoReturn:
        raise ClientMisused(UNPICKLABLE)

    def observe(self, observer: Observer) -> None:
        """Let *observer* receive the events of all calls from now on, and look at the pool and the limiters."""
        self.announce.add(observer)
        observer.watch(self._family)

    async def leave(self) -> None:
        """Close at the end of a block; what the parent of a forked child has opened stays the parent's."""
        if not self._pool.session.is_foreign:
            await self.close()

    async def close(self, timeout: float | None = None) -> None:
        """End the calls in flight after *timeout* seconds, and close the connections that are this client's own."""
        await self._pool.close(self.config.close_timeout if timeout is None else timeout)
        if self._member is not None and not isinstance(self._member, ThrottleGate):
            await self._member.close()

    async def send(self, request: Request) -> Response:
        """Send until the response is final; a final failure is raised, never returned.

        No error has a traceback or a cause that contains the key.
        """
        if self._pool.belong():
            if self._member is not None:
                self._member.forget_calls()
            await self._pool.session.leave()
        now, calls = self.clock.now(), self._pool.session.calls
        task, observed = asyncio.current_task(), self.announce.is_enabled_for(logging.DEBUG)
        end = now + self.config.total_timeout
        call = Call(request, now, end, observed, task, task.cancelling() if task is not None else 0)
        if self.announce.observers:
            self._events.start(call)
        calls.add(call)
        outcome: Response | BaseException | None = None
        try:
            while True:
                answer = await self._attempt(call)
                if isinstance(answer, Response) and 200 <= answer.status < 300:
                    break
                await self._recovery.prepare_next(call, answer)
            answer.attempts, answer.waited = call.attempts, call.waited
            outcome = answer
            return answer
        except TimeoutError:
            failure = outcome = deadline_error(call, self.config.total_timeout)
        except asyncio.CancelledError as cancelled:
            outcome = cancelled
            if not call.was_interrupted():
                raise
            failure = outcome = no_response_error(call, "the client was closed before a response arrived")
        except OpsgenieError as error:
            outcome = stamp(call, error)
            raise
        except BaseException as error:
            outcome = error
            raise
        finally:
            calls.discard(call)
            if call.end is not None and not call.end.done():
                call.end.set_result(None)
            if call.observed:
                self._events.end(call, outcome, self.clock.now() - call.started)
        raise failure

    async def _attempt(self, call: Call) -> Response | NoAnswer:
        """Wait for the throttle, send once, and report the outcome to the throttle in any case."""
        request = call.request
        queue_time = self.clock.now() if call.attempts else call.started
        try:
            last = 0 < call.attempts == self.config.max_attempts - 1
            ticket = await self._throttle.acquire(request.domain, call.deadline, self.config.max_wait, last=last)
        except LaneClosedTooLong as closed:
            call.waited += self.clock.now() - queue_time
            raise long_wait_error(call, closed) from closed
        except BaseException:  # cancelled, by the caller or by the deadline
            call.waited += self.clock.now() - queue_time
            raise
        outcome: Response | NoAnswer | None = None
        try:
            call.attempts += 1
            if ticket.waited:
                call.waited += ticket.waited
                self._events.wait(call, "throttle", ticket.waited)
            started = self.clock.now()
            answer = outcome = await self._exchange(call, started)
            call.flight = None
        finally:
            self._report(ticket, outcome)
        is_success = isinstance(answer, Response) and answer.status < 400
        if call.observed or (not is_success and self.announce.is_enabled_for(logging.INFO)):
            self._events.end_attempt(call, answer, self.clock.now() - started)
        return answer

    async def _exchange(self, call: Call, started: float) -> Response | NoAnswer:
        """Send once, and wait for the whole response within the read timeout and the call's deadline.

        aiohttp's own read timeout sets two timers for every response, which cost a tenth of a call. Only uploads use
        it, since the time for sending is not the server's. Raises `TimeoutError` at the call's deadline.
        """
        patience, timeout = self.config.read_timeout, self._timeout
        exchange, form = self._pool.exchange, call.request.form
        if form is not None:
            exchange = partial(self._pool.upload, form)
            timeout = attrs.evolve(timeout, sock_read=patience)
        deadline = self.clock.deadline(call.deadline)
        flight = call.flight = Flight(self.clock, started, patience if form is None else None, deadline)
        try:
            if isinstance(deadline, Deadline):
                with deadline:
                    return await exchange(call.request, timeout, flight, call.headers)
            async with deadline, flight:
                return await exchange(call.request, timeout, flight, call.headers)
        except BaseException as error:  # noqa: BLE001  # it goes on as it is,
            if not (flight.limited and isinstance(error, TimeoutError)):
                raise without_frames(error) from None  # but for the frames of the pool and aiohttp, which have the key
        return NoAnswer(reason=f"no response within {patience:g} s of sending", may_have_arrived=True)

    def _report(self, ticket: Ticket, outcome: Response | NoAnswer | None) -> None:
        """Return the ticket; a failing throttle must not fail a call that the server has processed."""
        try:
            if not isinstance(outcome, Response):
                self._throttle.feedback(ticket, accepted=None)
            elif outcome.status == 429 or outcome.headers.get("X-RateLimit-State") == "THROTTLED":
                self._throttle.feedback(
                    ticket,
                    accepted=outcome.status != 429,
                    period=parse_seconds(outcome.headers.get("X-RateLimit-Period-In-Sec")),
                    retry_after=retry_after(outcome, self.clock.utc()),
                    slow_down=outcome.headers.get("X-RateLimit-State") == "THROTTLED",
                )
            else:
                self._throttle.feedback(ticket, accepted=True)
        except Exception:
            logger.exception("the throttle failed on a response of %s", ticket.domain)
