"""Connection options: TLS, proxy, late authorization; and the closing of connections with the event loop."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp

from opsgenie_async.config import Config
from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.http.forks import FORKS

if TYPE_CHECKING:
    from opsgenie_async.proxies import Proxy

__all__ = [
    "close_with_loop",
    "connection_options",
    "proxy_of_config",
    "signature_middleware",
    "tls_options",
]


async def close_with_loop(session: aiohttp.ClientSession) -> AsyncGenerator[None]:
    """Close *session* with its loop, if it is still open: `asyncio.run` ends every asynchronous generator."""
    forks = FORKS.count
    try:
        yield
    finally:
        if forks == FORKS.count:
            await session.close()


def tls_options(config: Config) -> dict[str, object]:
    """Return the TLS options of a request.

    Raises:
        ArgumentValueError: `ca_file` holds no certificates.
    """
    if config.ca_file is None:
        return {} if config.ssl is True else {"ssl": config.ssl}
    try:
        return {"ssl": ssl.create_default_context(cafile=config.ca_file)}
    except (OSError, ValueError) as error:
        raise ArgumentValueError(
            f"ca_file: no certificates can be read from {os.fspath(config.ca_file)!r}: {error}"
        ) from None


def connection_options(config: Config, address: str) -> dict[str, Any]:
    """The TLS and proxy options of a request to *address* in the client's own session."""
    options = dict(tls_options(config))
    if (proxy := proxy_of_config(config, address, owned=True)) is not None:
        options["proxy"] = proxy.url
        if proxy.authorization:
            options["proxy_headers"] = {"Proxy-Authorization": proxy.authorization}
    return options


def proxy_of_config(config: Config, address: str, *, owned: bool) -> Proxy | None:
    """Return the proxy for *address*, None for none; *owned*: in the client's own session."""
    if config.proxy is None and not (config.trust_env and owned):
        return None
    from opsgenie_async.proxies import environment_proxy, proxy_of  # where there may be one

    if config.proxy is not None:
        return proxy_of(config.proxy)
    # aiohttp's own `trust_env` would also read ~/.netrc; a session of the caller's keeps its settings.
    return environment_proxy(address)


def signature_middleware(authorization: str) -> aiohttp.ClientMiddlewareType:
    """An aiohttp middleware that sets the `Authorization` header last."""

    async def sign(
        request: aiohttp.ClientRequest,
        send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        request.headers["Authorization"] = authorization
        return await send(request)

    return sign
