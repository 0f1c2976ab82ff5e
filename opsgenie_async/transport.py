"""The pooled session and the send loop: bytes and statuses, never models.

`Pool` owns the connections and is the only place that sees aiohttp's errors and the key. `Transport` sends one request
until its outcome is final, with the throttle saying when and the retry policy saying whether.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Literal
from urllib.request import getproxies, proxy_bypass

import aiohttp
import attrs
from multidict import CIMultiDict
from yarl import URL

from .config import Config, proxy_of
from .credentials import Credential, Signed
from .errors import OpsgenieError, OutcomeUnknown, ProtocolError, Throttled, TransportError
from .events import Announcer, AttemptEnded, CallEnded, LaneChanged, Waiting
from .form import Form, multipart
from .outcome import NoAnswer, error_of, refusal_of, retry_after, seconds_of
from .retry import DONE, Fate, RetryPolicy
from .throttle import LaneChange, LaneClosedTooLong, Limit, Throttle, ThrottleGate, Ticket
from .wire import Request, Response

__all__ = ["Pool", "Transport"]

ERROR_BODY_BOUND = 2**20
"""Bytes of an error's body that are read: enough for any message, and a status is never lost to a larger one."""


class Pool:
    """One pooled `aiohttp.ClientSession`, its own or the caller's, and the credential that goes out with it."""

    def __init__(
        self, base_url: str, credential: Credential, config: Config, session: aiohttp.ClientSession | None = None
    ) -> None:
        self._base_url = base_url
        self._credential = credential
        self._config = config
        self._session = session
        self._owned = session is None
        self._closed = False
        self._header_sets: dict[tuple[int, str, bool], CIMultiDict[str]] = {}
        self._proxy = config.proxy
        self._options: dict[str, object] = {} if config.ssl is True else {"ssl": config.ssl}
        # Such a session brings credentials of its own, by `auth` or out of ~/.netrc, and aiohttp refuses to have them
        # beside our header: there the key goes in after them.
        self._signs_late = isinstance(session, aiohttp.ClientSession) and (
            session.trust_env or session.auth is not None
        )

    def redact(self, text: str) -> str:
        """Return *text* without the key, should a server have echoed it."""
        return self._credential.redact(text)

    def session(self) -> aiohttp.ClientSession:
        """The session, opened when it is first needed."""
        if self._closed:
            raise RuntimeError("this client is closed")
        if self._session is None:
            config = self._config
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=config.pool_size, keepalive_timeout=config.keepalive),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            if config.trust_env and self._proxy is None:  # by aiohttp's own `trust_env`, ~/.netrc would come along
                self._proxy = environment_proxy(self._base_url)
            # Else aiohttp sends some methods again by itself when a connection breaks: a DELETE that worked would be
            # "not found" then, and no attempt or rate limit counts that sending. There is no public word for it.
            self._session._retry_connection = False
        return self._session

    async def close(self) -> None:
        """Close the session if it is this pool's own; a second time does nothing."""
        self._closed = True
        if self._owned and self._session is not None:
            await self._session.close()

    def exchange(
        self, request: Request, timeout: aiohttp.ClientTimeout
    ) -> Coroutine[object, object, Response | NoAnswer]:
        """Send once and read the whole answer; the socket is back in the pool when this returns.

        Every error of aiohttp ends here, as a `NoAnswer`: they can hold URLs and headers, and so the key.
        """
        return (
            self._exchange(request, timeout) if request.form is None else self._upload(request, request.form, timeout)
        )

    async def _upload(self, request: Request, form: Form, timeout: aiohttp.ClientTimeout) -> Response | NoAnswer:
        async with multipart(form) as data:
            return await self._exchange(request, timeout, data)

    async def _exchange(
        self, request: Request, timeout: aiohttp.ClientTimeout, form: aiohttp.FormData | None = None
    ) -> Response | NoAnswer:
        session = self.session()
        signed = self._credential.sign(request)
        headers, options = self._headers(request, signed), self._options
        if self._signs_late and "Authorization" in headers:
            headers = headers.copy()
            # There is no public word for the session's own, which these would replace.
            options = {**options, "middlewares": (*session._middlewares, _late(headers.pop("Authorization")))}
        try:
            async with session.request(
                request.method,
                URL(self._base_url + signed.relative_url, encoded=True),
                data=signed.body if form is None else form,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                raise_for_status=False,
                proxy=self._proxy,
                **options,  # type: ignore[arg-type]
            ) as answer:
                return await self._read(request, answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            return NoAnswer(reason=self._reason(error), sent=False)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return NoAnswer(reason=self._reason(error), sent=True)

    def _headers(self, request: Request, signed: Signed) -> CIMultiDict[str]:
        """One of a few sets, each made once: aiohttp would make it anew for every call."""
        kind = (len(signed.headers), request.accept, signed.body is None)
        headers = self._header_sets.get(kind)
        if headers is None:
            headers = CIMultiDict(signed.headers)
            headers["User-Agent"] = self._config.user_agent or "opsgenie-async"
            headers["Accept"] = request.accept
            if signed.body is not None:
                headers["Content-Type"] = "application/json"
            self._header_sets[kind] = headers
        return headers

    async def _read(self, request: Request, answer: aiohttp.ClientResponse) -> Response | NoAnswer:
        failed = answer.status >= 400
        bound = min(ERROR_BODY_BOUND, self._config.max_body) if failed else self._config.max_body
        body = b""
        try:
            if (answer.content_length or bound + 1) <= bound and "Content-Encoding" not in answer.headers:
                body = await answer.read()
            else:
                pieces = []
                size = 0
                async for piece in answer.content.iter_any():
                    size += len(piece)
                    pieces.append(piece)
                    if size > bound:
                        answer.close()  # the rest is not wanted, so neither is the connection
                        break
                body = b"".join(pieces)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            if not failed:
                return NoAnswer(reason=self._reason(error), sent=True, status=answer.status)
        if len(body) > bound and not failed:
            raise ProtocolError(f"the answer is larger than {bound} bytes (Config.max_body)", status=answer.status)
        return Response(
            status=answer.status,
            headers=answer.headers,
            # A refusal is read for its words only, which may be cut to length later: a key in it goes first.
            body=self._credential.redact_bytes(body) if failed else body,
            request=request,
            redact=self._credential.redact,
        )

    def _reason(self, error: BaseException) -> str:
        # A ClientResponseError prints the whole URL, and v1 has the key in it.
        text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
        return self._credential.redact(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def environment_proxy(address: str) -> str | URL | None:
    """The proxy that the environment names for *address*, None where it names none."""
    url = URL(address)
    return None if proxy_bypass(url.host or "") else proxy_of(getproxies().get(url.scheme))


def _late(authorization: str) -> aiohttp.ClientMiddlewareType:
    """An aiohttp middleware: the last word on who asks."""

    async def sign(
        request: aiohttp.ClientRequest,
        send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        request.headers["Authorization"] = authorization
        return await send(request)

    return sign


@attrs.define
class Call:
    """How far one call has come; moments are of the clock, seconds."""

    request: Request
    started: float
    deadline: float
    attempts: int = 0
    waited: float = 0.0
    in_flight: bool = False
    maybe_done: bool = False
    last: OpsgenieError | None = None

    def stamp(self, error: OpsgenieError) -> OpsgenieError:
        """Write on *error* what only the call knows."""
        error.attempts, error.waited, error.call = self.attempts, self.waited, self.request.call
        error.maybe_done = self.maybe_done
        return error


class Transport:
    """Sends requests until their outcome is final, at the pace that the rate limits allow."""

    def __init__(self, pool: Pool, config: Config, throttle: Throttle | None = None) -> None:
        self.config = config
        self.clock = config.clock
        self._pool = pool
        self._announce = Announcer(config.hooks)
        self._throttle = throttle or config.throttle or self._learned_gate()
        self._policy = RetryPolicy(
            max_attempts=config.max_attempts,
            factor=config.backoff_factor,
            longest=config.backoff_max,
            jitter=config.jitter,
        )
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=config.connect_timeout)

    def with_config(self, config: Config) -> Transport:
        """Another set of timeouts and attempts over the same connections and the same lanes."""
        return Transport(self._pool, config, self._throttle)

    async def close(self) -> None:
        """Close the connections that are this client's own."""
        await self._pool.close()

    async def send(self, request: Request) -> Response:
        """Send until the answer is final; a final answer that is a failure is raised, never returned."""
        now = self.clock.now()
        call = Call(request, now, now + self.config.total_timeout)
        ended: Response | BaseException | None = None
        try:
            async with self.clock.deadline(call.deadline):
                ended = await self._attempts(call)
            return ended
        except TimeoutError as timeout:
            ended = self._out_of_time(call)
            raise ended from timeout
        except OpsgenieError as error:
            ended = call.stamp(error)
            raise
        except BaseException as error:
            ended = error
            raise
        finally:
            self._announce_end(call, ended)

    async def _attempts(self, call: Call) -> Response:
        waits: Iterator[float] | None = None
        while True:
            outcome = await self._attempt(call)
            said = refusal_of(outcome)
            fate = self._policy.fate(call.request, outcome, said)
            if fate is DONE and isinstance(outcome, Response):
                return outcome
            unknown = fate is Fate.OUTCOME_UNKNOWN
            call.last = call.stamp(
                error_of(outcome, said, unknown=unknown, redact=self._pool.redact, now=self.clock.utc())
            )
            if unknown or fate is Fate.REFUSED or call.attempts >= self._policy.max_attempts:
                raise call.last
            call.maybe_done |= self._policy.unclear(outcome, said)
            if fate is Fate.AGAIN:
                asked = retry_after(outcome, self.clock.utc()) or 0.0
                waits = waits or self._policy.waits()
                await self._back_off(call, call.last, max(next(waits), asked))

    async def _attempt(self, call: Call) -> Response | NoAnswer:
        """Wait for the lane, send once, and tell the lane what came of it, whatever happens."""
        request = call.request
        queued = self.clock.now()
        try:
            ticket = await self._throttle.acquire(request.domain, call.deadline, self.config.max_wait)
        except LaneClosedTooLong as closed:
            call.waited += self.clock.now() - queued
            raise self._closed_too_long(call, closed) from closed
        except BaseException:  # cancelled, by the caller or by the deadline
            call.waited += self.clock.now() - queued
            raise
        outcome: Response | NoAnswer | None = None
        try:
            call.attempts += 1
            if ticket.waited:
                self._waited(call, "throttle", ticket.waited)
            started = self.clock.now()
            call.in_flight = True
            outcome = await self._exchange(request, started)
            call.in_flight = False
        finally:
            self._report(ticket, outcome)
        fine = isinstance(outcome, Response) and outcome.status < 400
        if self._announce.hears(logging.DEBUG if fine else logging.INFO):
            self._announce(
                AttemptEnded(
                    call=request.call,
                    domain=request.domain,
                    attempt=call.attempts,
                    status=outcome.status,
                    reason=outcome.reason if isinstance(outcome, NoAnswer) else "",
                    request_id=outcome.request_id if isinstance(outcome, Response) else "",
                    elapsed=self.clock.now() - started,
                )
            )
        return outcome

    async def _exchange(self, request: Request, started: float) -> Response | NoAnswer:
        """Send once, and wait for the whole answer no longer than the read timeout.

        aiohttp's own sets two timers for every answer, which cost a tenth of a call. An upload has it all the same: how
        long the sending takes is not the server's doing.
        """
        patience = self.config.read_timeout
        if request.form is not None:
            return await self._pool.exchange(request, attrs.evolve(self._timeout, sock_read=patience))
        try:
            async with self.clock.deadline(started + patience):
                return await self._pool.exchange(request, self._timeout)
        except TimeoutError:
            return NoAnswer(reason=f"no answer within {patience:g} s of sending", sent=True)

    def _report(self, ticket: Ticket, outcome: Response | NoAnswer | None) -> None:
        if not isinstance(outcome, Response):
            self._throttle.feedback(ticket, accepted=None)
            return
        refused = outcome.status == 429
        slow_down = outcome.headers.get("X-RateLimit-State") == "THROTTLED"
        if refused or slow_down:
            self._throttle.feedback(
                ticket,
                accepted=not refused,
                period=seconds_of(outcome.headers.get("X-RateLimit-Period-In-Sec")),
                retry_after=retry_after(outcome, self.clock.utc()),
                slow_down=slow_down,
            )
        else:
            self._throttle.feedback(ticket, accepted=True)

    async def _back_off(self, call: Call, failure: OpsgenieError, wait: float) -> None:
        """Wait before the next attempt, or raise *failure* at once when there is no time for that."""
        now = self.clock.now()
        if wait > self.config.max_wait or now + wait > call.deadline:
            raise failure
        self._waited(call, "backoff", wait)
        await self.clock.sleep_until(now + wait)

    def _waited(self, call: Call, why: Literal["backoff", "throttle"], seconds: float) -> None:
        call.waited += seconds
        request = call.request
        self._announce(
            Waiting(
                call=request.call,
                domain=request.domain,
                attempt=call.attempts + (why == "backoff"),  # a throttled attempt is counted already
                why=why,
                seconds=seconds,
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
        unknown = call.in_flight and not call.request.repeatable
        kind = OutcomeUnknown if unknown else TransportError
        return call.stamp(kind(f"no answer within {self.config.total_timeout:g} s"))

    def _announce_end(self, call: Call, ended: Response | BaseException | None) -> None:
        if isinstance(ended, Response):
            ended.attempts, ended.waited = call.attempts, call.waited
        if not self._announce.hears(logging.DEBUG):
            return
        known = ended if isinstance(ended, Response | OpsgenieError) else None
        self._announce(
            CallEnded(
                call=call.request.call,
                domain=call.request.domain,
                attempts=call.attempts,
                status=known.status if known else None,
                error=type(ended).__name__ if isinstance(ended, BaseException) else "",
                request_id=known.request_id if known else "",
                elapsed=self.clock.now() - call.started,
                waited=call.waited,
            )
        )

    def _learned_gate(self) -> ThrottleGate:
        limits = {
            domain: [Limit(count, period) for period, count in known.items()]
            for domain, known in self.config.limits.items()
        }
        return ThrottleGate(
            self.clock,
            limits,
            max_in_flight=self.config.pool_size,
            on_change=self._announce_lane,
        )

    def _announce_lane(self, change: LaneChange) -> None:
        seconds = 0.0 if change.until is None else max(0.0, change.until - self.clock.now())
        self._announce(LaneChanged(domain=change.domain, state=change.state, rate=change.rate, seconds=seconds))
