"""The pool: it adds the key, sends once over pooled connections, and reads the whole response.

Only this module and the credential have access to the key. Every error of aiohttp becomes a value here.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.hdrs import ACCEPT, CONTENT_TYPE
from multidict import CIMultiDict
from yarl import URL

from opsgenie_async.config import Config
from opsgenie_async.errors import ClientMisused
from opsgenie_async.http.bodies import ERROR_BODY_BOUND, read_body, too_large
from opsgenie_async.http.call import NO_HEADERS
from opsgenie_async.http.connections import proxy_of_config, signature_middleware, tls_options
from opsgenie_async.http.credentials import Credential
from opsgenie_async.http.flights import Flight, current_flight
from opsgenie_async.http.forks import FORKS
from opsgenie_async.http.outcome import NoAnswer
from opsgenie_async.http.redaction import Redactor
from opsgenie_async.http.request import OLD_WAYS, Auth, JsonBody, Request, encode, encode_body
from opsgenie_async.http.response import Response
from opsgenie_async.http.session import SESSION_CLOSED, Session
from opsgenie_async.http.unreachable import no_answer

if TYPE_CHECKING:
    from opsgenie_async.http.multipart import Form
    from opsgenie_async.proxies import Proxy

__all__ = ["Pool"]


class Pool:
    """The connections to one address, with their credential."""

    def __init__(
        self, base_url: str, credential: Credential, config: Config, session: aiohttp.ClientSession | None = None
    ) -> None:
        self.session = Session(base_url, config, session)
        base = URL(base_url, encoded=True)
        self._scheme, self._authority, self._prefix = base.scheme, base.raw_authority, base.raw_path
        self._credential = credential
        self._config = config
        self._header_sets: dict[tuple[bool, str, bool], CIMultiDict[str]] = {}
        self._common_headers = CIMultiDict({"User-Agent": config.user_agent or "opsgenie-async"})
        self._options: dict[str, object] = tls_options(config)
        self.redact = credential.redact
        if (proxy := proxy_of_config(config, base_url, owned=session is None)) is not None:
            self._use(proxy)

    def _use(self, proxy: Proxy) -> None:
        self._options["proxy"] = proxy.url
        self.redact = Redactor((self._credential.secret, *proxy.secrets))
        if proxy.authorization:
            header = {"Proxy-Authorization": proxy.authorization}
            if self._scheme == "https":  # a tunnel: what is sent through it is none of the proxy's business
                self._options["proxy_headers"] = header
            else:
                self._common_headers.update(header)

    @property
    def base_url(self) -> str:
        """The base URL of all paths."""
        return f"{self._scheme}://{self._authority}{self._prefix}"

    @property
    def key_digest(self) -> str:
        """A hash that distinguishes this key from others without revealing it."""
        return self._credential.digest()

    def belong(self) -> bool:
        """Bind the session to the running loop; returns whether that is another loop than before.

        Raises:
            ClientMisused: They may not.
        """
        loop: asyncio.AbstractEventLoop | None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None  # as in a child of a fork, and in other libraries' tasks
        session = self.session
        if loop is session.loop and loop is not None and not session.is_closed and session.forks == FORKS.count:
            return False
        return session.move_to(loop)

    async def close(self, timeout: float) -> None:
        """End the calls in progress after *timeout* seconds, and close the session if it is the client's own.

        A second time does nothing.
        """
        session = self.session
        if session.is_closed:
            return
        if session.loop is not None and self.belong():
            await session.leave()
        await session.close(timeout)

    async def upload(
        self,
        form: Form,
        request: Request,
        timeout: aiohttp.ClientTimeout,
        flight: Flight,
        more_headers: Mapping[str, str] = NO_HEADERS,
    ) -> Response | NoAnswer:
        """Do as `exchange` does, and send the fields and files of *form*."""
        from opsgenie_async.http.multipart import multipart  # for the few that send files

        async with multipart(form) as data:
            return await self.exchange(request, timeout, flight, more_headers, data)

    async def exchange(
        self,
        request: Request,
        timeout: aiohttp.ClientTimeout,
        flight: Flight,
        more_headers: Mapping[str, str] = NO_HEADERS,
        form: aiohttp.FormData | None = None,
    ) -> Response | NoAnswer:
        """Send once and read the whole response; the socket is back in the pool when this returns.

        *more_headers* are added, unless the request has a header of that name.

        Every error of aiohttp becomes a `NoAnswer` here: it can contain URLs and headers, and so the key. So can the
        frames of any other error, which the caller must remove.
        """
        life = self.session
        session = life.current or life.open()
        if life.is_watched and session.closed:
            raise ClientMisused(SESSION_CLOSED)
        url, body = self._address(request)
        data = form if body is None else encode_body(body)
        headers, options = self._headers(request, has_json=body is not None), self._options
        if more_headers or life.signs_late:
            headers, options = self._amend(headers, more_headers, session if life.signs_late else None)
        current_flight.set(flight)
        try:
            if not life.is_watched:
                await flight.depart()
            exchange = session.request(
                request.method,
                url,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                raise_for_status=False,
                **options,  # type: ignore[arg-type]
            )
            if data is not None:
                async with exchange as answer:
                    return await self._read(request, answer)
            # With nothing to upload there is nothing more to wait for when the answer is read.
            answer = await exchange
            try:
                return await self._read(request, answer)
            finally:
                if not answer.closed:  # one that was read to its end is
                    answer.release()
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return no_answer(error, self.redact, proxy=options.get("proxy"))
        finally:
            current_flight.set(None)  # the caller's next use of a session of its own is none of this flight's

    def _address(self, request: Request) -> tuple[URL, JsonBody | None]:
        """The URL and the body of a request, with the key in one of them where v1 wants it."""
        query_string, body, path = encode(request.query), request.json, self._prefix + request.path
        if request.auth in OLD_WAYS:
            query_string, body = self._credential.sign(request.auth, query_string, body)
            # From no cache, which would keep the key of a client that is closed.
            return url_of_parts.__wrapped__(self._scheme, self._authority, path, query_string), body
        return url_of_parts(self._scheme, self._authority, path, query_string), body

    def _amend(
        self, headers: CIMultiDict[str], more_headers: Mapping[str, str], session: aiohttp.ClientSession | None
    ) -> tuple[CIMultiDict[str], dict[str, object]]:
        """The headers of a call with those that observers add, and its options; *session* is one that signs late."""
        amended = CIMultiDict(more_headers)
        amended.update(headers)
        if session is None or "Authorization" not in amended:
            return amended, self._options
        # There is no public word for the session's own, which these would replace.
        middlewares = (*session._middlewares, signature_middleware(amended.pop("Authorization")))
        return amended, {**self._options, "middlewares": middlewares}

    def _headers(self, request: Request, *, has_json: bool) -> CIMultiDict[str]:
        """One of a few sets of headers, each built once."""
        kind = (request.auth is Auth.HEADER, request.accept, has_json)
        headers = self._header_sets.get(kind)
        if headers is None:
            headers = self._header_sets[kind] = self._common_headers.copy()
            headers[ACCEPT] = request.accept
            if request.auth is Auth.HEADER:
                headers.update(self._credential.headers)
            if has_json:
                headers[CONTENT_TYPE] = "application/json"
        return headers

    async def _read(self, request: Request, answer: aiohttp.ClientResponse) -> Response | NoAnswer:
        is_failure = answer.status >= 400
        bound = min(ERROR_BODY_BOUND, self._config.max_body) if is_failure else self._config.max_body
        body = b""
        try:
            if self.session.is_owned and answer.content.is_eof():
                # Most answers are all there by now. A user's own session may have traces of what is read.
                body = answer.content.read_nowait()
            else:
                body = await read_body(answer, bound)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            if not is_failure:
                return no_answer(error, self.redact, status=answer.status)
        if len(body) > bound and not is_failure:
            return too_large(answer, bound)
        return Response(
            status=answer.status,
            headers=answer.headers,
            # A refusal is read for its words only, which may be cut to length later: a key in it goes first.
            body=self.redact.in_bytes(body) if is_failure else body,
            request=request,
            redact=self.redact,
        )


@functools.lru_cache
def url_of_parts(scheme: str, authority: str, path: str, query_string: str) -> URL:
    """The URL of encoded parts: taking a text apart again costs three times as much.

    The last ones are kept, as aiohttp keeps those of texts: what it asks of a URL is worked out once.
    """
    return URL.build(scheme=scheme, authority=authority, path=path, query_string=query_string, encoded=True)
