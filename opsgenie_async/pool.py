"""The pooled session: bytes and statuses, never models.

`Pool` owns the connections, and with the credential it is the only place that sees the key and aiohttp's errors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from urllib.request import getproxies, proxy_bypass

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from .config import Config, proxy_of
from .credentials import Credential, Signed
from .errors import ProtocolError
from .form import Form, multipart
from .outcome import NoAnswer
from .wire import Request, Response

__all__ = ["Pool"]

ERROR_BODY_BOUND = 2**20
"""Bytes of an error's body that are read: enough for any message, and a status is never lost to a larger one."""


class Pool:
    """One pooled `aiohttp.ClientSession`, its own or the caller's, and the credential that goes out with it."""

    def __init__(
        self, base_url: str, credential: Credential, config: Config, session: aiohttp.ClientSession | None = None
    ) -> None:
        self._base_url = base_url
        base = URL(base_url, encoded=True)
        self._scheme, self._authority, self._prefix = base.scheme, base.raw_authority, base.raw_path
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
        session, self._session, self._closed = self._session, None, True
        if self._owned and session is not None:
            await session.close()

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
        session = self._session or self.session()
        signed = self._credential.sign(request)
        headers, options = self._headers(request, signed), self._options
        if self._signs_late and "Authorization" in headers:
            headers = headers.copy()
            # There is no public word for the session's own, which these would replace.
            options = {**options, "middlewares": (*session._middlewares, _late(headers.pop("Authorization")))}
        try:
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
                proxy=self._proxy,
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
