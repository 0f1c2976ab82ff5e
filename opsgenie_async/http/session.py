"""The pooled HTTP session: bytes and statuses, no models.

`Pool` owns the connections, and with the credential it is the only place that sees the key and aiohttp's errors.
"""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from opsgenie_async.config import Config
from opsgenie_async.errors import ClientMisused
from opsgenie_async.http.connections import close_with_loop, proxy_of_config, signed_late, tls_options
from opsgenie_async.http.credentials import Credential, Signed
from opsgenie_async.http.flights import DEPARTURES, NO_HEADERS, Connector, Flight, OpenCalls, current_flight
from opsgenie_async.http.outcome import NoAnswer
from opsgenie_async.http.redaction import Redactor
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.http.unreachable import connection_failure

if TYPE_CHECKING:
    from opsgenie_async.http.multipart import Form
    from opsgenie_async.proxies import Proxy

__all__ = ["Pool"]

_forks = 0
"""How many forks lie between this process and the one that imported this: to ask the system costs 0.3 us a call."""


def _count_fork() -> None:
    global _forks
    _forks += 1


if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=_count_fork)

ERROR_BODY_BOUND = 2**20
"""Bytes of an error's body that are read: enough for any message, and a status is never lost to a larger one."""

CLOSED = "this client is closed"
SESSION_CLOSED = "its session is closed, as that of the caller or with its event loop"
FORKED = "this client belongs to another process: make a client of its own in each"
OF_ANOTHER_LOOP = "this client belongs to another event loop, which is still open: make a client of its own in each"
OF_ANOTHER_LOOPS_SESSION = (
    "the session that was given to this client belongs to another event loop: give one of this loop"
)


class Pool:
    """One pooled `aiohttp.ClientSession`, its own or the caller's, and the credential that goes out with it.

    It belongs to the event loop of the first call, or of the caller's session; when that is closed, to the next one.
    """

    def __init__(
        self, base_url: str, credential: Credential, config: Config, session: aiohttp.ClientSession | None = None
    ) -> None:
        self.calls = OpenCalls()
        base = URL(base_url, encoded=True)
        self._scheme, self._authority, self._prefix = base.scheme, base.raw_authority, base.raw_path
        self._credential = credential
        self._config = config
        self._session = session
        self._owned = session is None
        self._left: aiohttp.ClientSession | None = None
        self._guard: AsyncGenerator[None] | None = None
        # There is no public word for the loop of a session that was not asked for anything yet.
        self._loop: asyncio.AbstractEventLoop | None = getattr(session, "_loop", None)
        self._forks = _forks
        self._closed = False
        self._header_sets: dict[tuple[int, str, bool], CIMultiDict[str]] = {}
        self._options: dict[str, object] = tls_options(config)
        self._proxy_headers: dict[str, str] = {}
        self.redact = credential.redact
        if (proxy := proxy_of_config(config, base_url, owned=self._owned)) is not None:
            self._use(proxy)
        # Such a session brings credentials of its own, by `auth` or out of ~/.netrc, and aiohttp refuses to have them
        # beside our header: there the key goes in after them.
        self._signs_late = isinstance(session, aiohttp.ClientSession) and (
            session.trust_env or session.auth is not None
        )
        # Others' connections cannot be watched but by traces; what is no session of aiohttp has none.
        self._watched = isinstance(session, aiohttp.ClientSession) or self._owned
        if isinstance(session, aiohttp.ClientSession) and DEPARTURES not in session.trace_configs:
            session.trace_configs.append(DEPARTURES)

    def __del__(self, warn: Callable[..., None] = warnings.warn) -> None:
        # It may not be whole, when what it was made of was refused.
        if getattr(self, "_owned", False) and self._loop is not None and not self._closed and _forks == self._forks:
            address = f"{self._scheme}://{self._authority}{self._prefix}"
            warn(
                f"Opsgenie client of {address} was not closed: use `async with Opsgenie(...) as og`"
                " or `await og.close()`",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    def _use(self, proxy: Proxy) -> None:
        self._options["proxy"] = proxy.url
        self.redact = Redactor((self._credential.secret, *proxy.secrets))
        if proxy.authorization:
            header = {"Proxy-Authorization": proxy.authorization}
            if self._scheme == "https":  # a tunnel: what is sent through it is none of the proxy's business
                self._options["proxy_headers"] = header
            else:
                self._proxy_headers = header

    @property
    def base_url(self) -> str:
        """The address that every path is put behind."""
        return f"{self._scheme}://{self._authority}{self._prefix}"

    @property
    def key_digest(self) -> str:
        """What tells this key from others and does not tell the key."""
        return self._credential.digest()

    @property
    def idle(self) -> int | None:
        """Open connections that wait for the next call; None where the session is the caller's."""
        session = self._session
        if not self._owned:
            return None
        connector = session.connector if session is not None else None
        return connector.idle if isinstance(connector, Connector) else 0

    def belong(self) -> bool:
        """Bind the pool to the running loop; return whether it is another loop than before.

        Raises:
            ClientMisused: They may not.
        """
        loop: asyncio.AbstractEventLoop | None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None  # as in a child of a fork, and in other libraries' tasks
        if loop is self._loop and loop is not None and not self._closed and _forks == self._forks:
            return False
        if self._closed:
            raise ClientMisused(CLOSED)
        return self._move_to(loop)

    def _move_to(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        before = self._loop
        forked = _forks != self._forks and before is not None
        if loop is None or (before is not None and not before.is_closed()):
            if forked:
                raise ClientMisused(FORKED)
            raise ClientMisused(OF_ANOTHER_LOOP if before is not None else "no event loop runs here")
        if before is not None and not self._owned:
            raise ClientMisused(OF_ANOTHER_LOOPS_SESSION)
        self._loop, self._forks = loop, _forks
        if before is None:
            return False
        self._left, self._session, self._guard = self._session, None, None
        self.calls = OpenCalls()
        return True

    async def leave(self) -> None:
        """Let go of the session of the loop before, which is closed."""
        session, self._left = self._left, None
        if session is not None:
            await session.close()

    def session(self) -> aiohttp.ClientSession:
        """The session, opened when it is first needed."""
        if self._session is None:
            config = self._config
            session = self._session = aiohttp.ClientSession(
                connector=Connector(limit=config.pool_size, keepalive_timeout=config.keepalive),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # Else aiohttp sends some methods again by itself when a connection breaks: a DELETE that worked would be
            # "not found" then, and no attempt or rate limit counts that sending. There is no public word for it.
            session._retry_connection = False
            self._guard = close_with_loop(session)
            with suppress(StopIteration):  # it stands at its `yield` then
                self._guard.__anext__().send(None)
        return self._session

    async def close(self, timeout: float) -> None:
        """End the calls in progress after *timeout* seconds, and close the session if the pool owns it.

        A second time does nothing.
        """
        if self._closed:
            return
        if self._loop is not None and self.belong():
            await self.leave()
        self._closed = True
        await self.calls.end(self._config.clock, timeout)
        session, guard = self._session, self._guard
        self._session = self._guard = None
        if guard is not None:
            await guard.aclose()
        if self._owned and session is not None:
            await session.close()

    def exchange(
        self,
        request: Request,
        timeout: aiohttp.ClientTimeout,
        flight: Flight,
        more_headers: Mapping[str, str] = NO_HEADERS,
    ) -> Coroutine[object, object, Response | NoAnswer]:
        """Send once and read the whole answer; the socket is back in the pool when this returns.

        What is in *more_headers* goes along, where the request has no header of its own by that name.

        Every error of aiohttp ends here, as a `NoAnswer`: they can hold URLs and headers, and so the key. So do the
        frames of any other error from here, which its receiver has to cut off.
        """
        if request.form is None:
            return self._exchange(request, timeout, flight, more_headers)
        return self._upload(request, request.form, timeout, flight, more_headers)

    async def _upload(
        self,
        request: Request,
        form: Form,
        timeout: aiohttp.ClientTimeout,
        flight: Flight,
        more_headers: Mapping[str, str],
    ) -> Response | NoAnswer:
        from opsgenie_async.http.multipart import multipart  # for the few that send files

        async with multipart(form) as data:
            return await self._exchange(request, timeout, flight, more_headers, data)

    async def _exchange(
        self,
        request: Request,
        timeout: aiohttp.ClientTimeout,
        flight: Flight,
        more_headers: Mapping[str, str],
        form: aiohttp.FormData | None = None,
    ) -> Response | NoAnswer:
        session = self._session or self.session()
        if self._watched and session.closed:
            raise ClientMisused(SESSION_CLOSED)
        signed = self._credential.sign(request)
        headers, options = self._headers(request, signed), self._options
        if more_headers:
            own, headers = headers, CIMultiDict(more_headers)
            headers.update(own)
        if self._signs_late and "Authorization" in headers:
            headers = headers.copy()
            # There is no public word for the session's own, which these would replace.
            options = {**options, "middlewares": (*session._middlewares, signed_late(headers.pop("Authorization")))}
        current_flight.set(flight)
        try:
            if not self._watched:
                await flight.depart()
            exchange = session.request(
                request.method,
                # Of its parts, as taking a text apart again costs three times as much.
                URL.build(
                    scheme=self._scheme,
                    authority=self._authority,
                    path=self._prefix + request.path,
                    query_string=signed.query_string,
                    encoded=True,
                ),
                data=signed.body if form is None else form,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                raise_for_status=False,
                **options,  # type: ignore[arg-type]
            )
            if signed.body is not None or form is not None:
                async with exchange as answer:
                    return await self._read(request, answer)
            # With nothing to upload there is nothing more to wait for when the answer is read.
            answer = await exchange
            try:
                return await self._read(request, answer)
            finally:
                if not answer.closed:  # one that was read to its end is
                    answer.release()
        except aiohttp.ClientHttpProxyError as error:
            is_refusal = 400 <= error.status < 500
            reason = f"the proxy refused the connection: {error.status} {error.message}"
            return NoAnswer(reason=self.redact(reason), may_have_arrived=False, status=error.status, final=is_refusal)
        except aiohttp.ClientConnectorError as error:
            return NoAnswer(reason=self.redact(connection_failure(error)), may_have_arrived=False)
        except aiohttp.ConnectionTimeoutError as error:
            return NoAnswer(reason=self._reason(error), may_have_arrived=False)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return NoAnswer(reason=self._reason(error), may_have_arrived=True)
        finally:
            current_flight.set(None)  # the caller's next use of a session of its own is none of this flight's

    def _headers(self, request: Request, signed: Signed) -> CIMultiDict[str]:
        """One of a few sets, each made once: aiohttp would make it anew for every call."""
        kind = (len(signed.headers), request.accept, signed.body is None)
        headers = self._header_sets.get(kind)
        if headers is None:
            headers = CIMultiDict(signed.headers)
            headers.update(self._proxy_headers)
            headers["User-Agent"] = self._config.user_agent or "opsgenie-async"
            headers["Accept"] = request.accept
            if signed.body is not None:
                headers["Content-Type"] = "application/json"
            self._header_sets[kind] = headers
        return headers

    async def _read(self, request: Request, answer: aiohttp.ClientResponse) -> Response | NoAnswer:
        is_failure = answer.status >= 400
        bound = min(ERROR_BODY_BOUND, self._config.max_body) if is_failure else self._config.max_body
        body = b""
        try:
            if self._owned and answer.content.is_eof():
                # Most answers are all there by now. Somebody's own session may have traces, which hear of other ways.
                body = answer.content.read_nowait()
            elif (answer.content_length or bound + 1) <= bound and "Content-Encoding" not in answer.headers:
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
            if not is_failure:
                return NoAnswer(reason=self._reason(error), may_have_arrived=True, status=answer.status)
        if len(body) > bound and not is_failure:
            return NoAnswer(
                reason=f"the answer is larger than {bound} bytes (Config.max_body)",
                may_have_arrived=True,
                status=answer.status,
                final=True,
            )
        return Response(
            status=answer.status,
            headers=answer.headers,
            # A refusal is read for its words only, which may be cut to length later: a key in it goes first.
            body=self.redact.in_bytes(body) if is_failure else body,
            request=request,
            redact=self.redact,
        )

    def _reason(self, error: BaseException) -> str:
        # A ClientResponseError prints the whole URL, and v1 has the key in it.
        text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
        return self.redact(f"{type(error).__name__}: {text}" if text else type(error).__name__)
