"""The send loop: throttle, attempt, retry, until the outcome is final.

The throttle decides when, the retry policy whether; the pool performs one attempt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from itertools import count
from typing import Literal, NoReturn

import aiohttp
import attrs

from opsgenie_async.config import Config
from opsgenie_async.errors import ClientMisused, NotFound, OpsgenieError, ProtocolError, Throttled
from opsgenie_async.events import Announcer, AttemptEnded, CallEnded, CallStarted, Observer, Waiting
from opsgenie_async.http.flights import Call, Flight
from opsgenie_async.http.observation import Family, sendable
from opsgenie_async.http.outcome import NoAnswer, error_of, parse_error, parse_seconds, retry_after
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response, mark_done
from opsgenie_async.http.retry import Decision, RetryPolicy
from opsgenie_async.http.session import Pool
from opsgenie_async.logs import get_logger
from opsgenie_async.throttle import (
    FleetThrottle,
    LaneClosedTooLong,
    Limit,
    MemberThrottle,
    Throttle,
    ThrottleGate,
    Ticket,
)

__all__ = ["Transport"]

logger = get_logger("opsgenie_async")

_call_ids = count(1)


class Transport:
    """Sends requests until their outcome is final, at the pace that the rate limits allow."""

    def __init__(
        self, pool: Pool, config: Config, throttle: Throttle | None = None, announce: Announcer | None = None
    ) -> None:
        self.config = config
        self.clock = config.clock
        self._pool = pool
        self.announce = announce or Announcer(config.hooks)
        # This client's own, and not an object of the caller's that others may use as well.
        self._member: ThrottleGate | MemberThrottle | None = None
        if throttle is None and (config.throttle is None or isinstance(config.throttle, FleetThrottle)):
            throttle = self._member = self._new_throttle(config.throttle)
        self._throttle: Throttle = throttle or config.throttle  # type: ignore[assignment]
        self._policy = RetryPolicy(
            max_attempts=config.max_attempts,
            factor=config.backoff_factor,
            longest=config.backoff_max,
            jitter=config.jitter,
        )
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=config.pool_timeout, sock_connect=config.connect_timeout
        )
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
        raise ClientMisused(
            "a client, and what belongs to one, cannot be pickled or deep-copied: make one in each process"
        )

    def observe(self, observer: Observer) -> None:
        """Let *observer* receive the events of all calls from now on, and look at the pool and the limiters."""
        self.announce.add(observer)
        observer.watch(self._family)

    async def close(self, timeout: float | None = None) -> None:
        """End the calls in flight after *timeout* seconds, and close the connections that are this client's own."""
        await self._pool.close(self.config.close_timeout if timeout is None else timeout)
        if self._member is not None and not isinstance(self._member, ThrottleGate):
            await self._member.close()

    async def send(self, request: Request) -> Response:
        """Send until the answer is final; a final answer that is a failure is raised, never returned.

        No error from here has a frame or an error behind it that holds the key.
        """
        if self._pool.belong():
            if self._member is not None:
                self._member.forget_calls()
            await self._pool.leave()
        now, calls = self.clock.now(), self._pool.calls
        call = Call(request, now, now + self.config.total_timeout, self.announce.is_enabled_for(logging.DEBUG))
        if self.announce.observers:
            self._announce_start(call)
        calls.add(call)
        outcome: Response | BaseException | None = None
        try:
            response = outcome = await self._attempts(call)
            response.attempts, response.waited = call.attempts, call.waited
            return response
        except TimeoutError:
            failure = outcome = self._out_of_time(call)
        except asyncio.CancelledError as cancelled:
            outcome = cancelled
            if not call.was_interrupted():
                raise
            failure = outcome = call.unanswered("the client was closed before there was an answer")
        except OpsgenieError as error:
            outcome = call.stamp(error)
            raise
        except BaseException as error:
            outcome = error
            raise
        finally:
            calls.discard(call)
            if call.observed:
                self._announce_end(call, outcome)
        raise failure

    async def _attempts(self, call: Call) -> Response:
        waits: Iterator[float] | None = None
        while True:
            outcome = await self._attempt(call)
            if isinstance(outcome, Response) and 200 <= outcome.status < 300:
                return outcome
            error_body = parse_error(outcome)
            decision = self._policy.decide(call.request, outcome, error_body)
            unknown = decision is Decision.OUTCOME_UNKNOWN
            error = error_of(outcome, error_body, unknown=unknown, redact=self._pool.redact, now=self.clock.utc())
            if isinstance(error, NotFound):
                error.hint = call.request.hint
            if isinstance(error, ProtocolError):
                mark_done(call.request, error.status, error, sure=True)
            call.last = call.stamp(error)
            if unknown or decision is Decision.REFUSED or call.attempts >= self._policy.max_attempts:
                raise call.last
            call.maybe_done |= self._policy.is_unclear(outcome, error_body)
            if decision is Decision.AGAIN:
                minimum = retry_after(outcome, self.clock.utc()) or 0.0
                waits = waits or self._policy.waits()
                await self._back_off(call, call.last, max(next(waits), minimum))

    async def _attempt(self, call: Call) -> Response | NoAnswer:
        """Wait for the throttle, send once, and report the outcome to the throttle in any case."""
        request = call.request
        queue_time = self.clock.now() if call.attempts else call.started
        try:
            last = 0 < call.attempts == self._policy.max_attempts - 1
            ticket = await self._throttle.acquire(request.domain, call.deadline, self.config.max_wait, last=last)
        except LaneClosedTooLong as closed:
            call.waited += self.clock.now() - queue_time
            raise self._closed_too_long(call, closed) from closed
        except BaseException:  # cancelled, by the caller or by the deadline
            call.waited += self.clock.now() - queue_time
            raise
        outcome: Response | NoAnswer | None = None
        try:
            call.attempts += 1
            if ticket.waited:
                self._waited(call, "throttle", ticket.waited)
            started = self.clock.now()
            answer = outcome = await self._exchange(call)
            call.flight = None
        finally:
            self._report(ticket, outcome)
        is_success = isinstance(answer, Response) and answer.status < 400
        if call.observed or (not is_success and self.announce.is_enabled_for(logging.INFO)):
            self.announce(
                AttemptEnded(
                    call=request.call,
                    domain=request.domain,
                    attempt=call.attempts,
                    status=answer.status,
                    reason=answer.reason if isinstance(answer, NoAnswer) else "",
                    request_id=answer.request_id if isinstance(answer, Response) else "",
                    elapsed=self.clock.now() - started,
                    call_id=call.id,
                )
            )
        return answer

    async def _exchange(self, call: Call) -> Response | NoAnswer:
        """Send once, and wait for the whole answer no longer than the read timeout, nor beyond the call's deadline.

        aiohttp's own read timeout sets two timers for every answer, which cost a tenth of a call. An upload has it all
        the same: how long the sending takes is not the server's doing. Raises `TimeoutError` at the call's deadline.
        """
        patience, timeout = self.config.read_timeout, self._timeout
        upload = call.request.form is not None
        if upload:
            timeout = attrs.evolve(timeout, sock_read=patience)
        deadline = self.clock.deadline(call.deadline)
        flight = call.flight = Flight(self.clock, None if upload else patience, deadline)
        try:
            async with deadline:
                if not flight.needs_end:
                    return await self._pool.exchange(call.request, timeout, flight, call.headers)
                async with flight:
                    return await self._pool.exchange(call.request, timeout, flight, call.headers)
        except BaseException as error:  # noqa: BLE001  # it goes on as it is,
            if not (flight.limited and isinstance(error, TimeoutError)):
                raise without_frames(error) from None  # but for the frames of the pool and aiohttp, which have the key
        return NoAnswer(reason=f"no answer within {patience:g} s of sending", may_have_arrived=True)

    def _report(self, ticket: Ticket, outcome: Response | NoAnswer | None) -> None:
        """Give the ticket back; a throttle that fails must not make a call fail that the server has done."""
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
            logger.exception("the throttle failed on an answer of %s", ticket.domain)

    async def _back_off(self, call: Call, failure: OpsgenieError, wait: float) -> None:
        """Wait before the next attempt, or raise *failure* when there is no time left for it."""
        now = self.clock.now()
        if wait > self.config.max_wait or now + wait > call.deadline:
            raise failure
        self._waited(call, "backoff", wait)
        await self.clock.sleep_until(now + wait)

    def _waited(self, call: Call, cause: Literal["backoff", "throttle"], seconds: float) -> None:
        call.waited += seconds
        request = call.request
        self.announce(
            Waiting(
                call=request.call,
                domain=request.domain,
                attempt=call.attempts + (cause == "backoff"),  # a throttled attempt is counted already
                cause=cause,
                seconds=seconds,
                call_id=call.id,
            )
        )

    def _closed_too_long(self, call: Call, closed: LaneClosedTooLong) -> Throttled:
        error = Throttled(
            f"{closed}, longer than this call may wait",
            status=429,
            request_id=call.last.request_id if call.last else "",
        )
        error.retry_after = closed.retry_after
        return error

    def _out_of_time(self, call: Call) -> OpsgenieError:
        """What a call that met its deadline raises: its last failure, if it was only waiting to try again."""
        if call.last is not None and not call.in_flight:
            return call.stamp(call.last)
        return call.unanswered(f"no answer within {self.config.total_timeout:g} s")

    def _announce_start(self, call: Call) -> None:
        call.id = next(_call_ids)
        request = call.request
        start = CallStarted(call=request.call, call_id=call.id, domain=request.domain, base_url=self._pool.base_url)
        self.announce.start(start)
        if start.headers:
            call.headers = sendable(start.headers)

    def _announce_end(self, call: Call, outcome: Response | BaseException | None) -> None:
        known = outcome if isinstance(outcome, Response | OpsgenieError) else None
        self.announce(
            CallEnded(
                call=call.request.call,
                domain=call.request.domain,
                attempts=call.attempts,
                status=known.status if known else None,
                error=type(outcome).__name__ if isinstance(outcome, BaseException) else "",
                request_id=known.request_id if known else "",
                elapsed=self.clock.now() - call.started,
                waited=call.waited,
                call_id=call.id,
            )
        )

    def _new_throttle(self, fleet: FleetThrottle | None) -> ThrottleGate | MemberThrottle:
        """What this client and its views are throttled by, and nobody else."""
        limits = {
            domain: [Limit(count, period) for period, count in known.items()]
            for domain, known in self.config.limits.items()
        }
        if fleet is not None:
            return fleet.join(
                clock=self.clock,
                base_url=self._pool.base_url,
                secret=self._pool.key_digest,
                limits=limits,
                max_in_flight=self.config.pool_size,
                on_change=self.announce,
            )
        return ThrottleGate(
            self.clock,
            limits,
            max_in_flight=self.config.pool_size,
            on_change=self.announce,
        )
