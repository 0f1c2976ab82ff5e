"""The DX client: another host and a bearer token, the same transport."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

import aiohttp

from opsgenie_async.config import Config, base_url_of
from opsgenie_async.dx.incidents import Incidents
from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.http.credentials import Credential
from opsgenie_async.http.pool import Pool
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.transport import Transport

__all__ = ["DX"]

INSTANCE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class DX:
    """A client of DX's API for incidents.

    async with DX(token, instance="yourinstance") as dx:
        await dx.incidents.upsert(reference_id="36b1f37a", started_at=now)
    """

    _base_url = ""  # for the repr of an instance whose constructor failed

    def __init__(
        self,
        token: str,
        *,
        instance: str | None = None,
        base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        config: Config | None = None,
    ) -> None:
        """Create a client; no connection is opened before the first call.

        Args:
            token: The API token.
            instance: The first part of `https://yourinstance.getdx.net`.
            base_url: The base URL, instead of *instance*.
            session: An `aiohttp.ClientSession` to use; the caller closes it.
            config: Timeouts, retries and limits.

        Raises:
            ValueError: A setting is missing or invalid; the message names it.
        """
        config = config or Config()
        # No argument stays in a frame that a traceback shows: the token may have been passed as another one by mistake.
        settings = [token, instance, base_url]
        del token, instance, base_url
        try:
            self._base_url = _address(settings)
            credential = Credential("Bearer", settings[0], "token")
        except ValueError as error:
            settings.clear()
            raise without_frames(error) from None
        self._transport = Transport(Pool(self._base_url, credential, config, session), config)
        self.incidents = Incidents(self._transport)

    def __repr__(self) -> str:
        return f"<DX at {self._base_url}>"

    @property
    def base_url(self) -> str:
        """The base URL, with a slash at its end."""
        return self._base_url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._transport.leave()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the client and its connections, as `Opsgenie.close` does.

        Args:
            timeout: Seconds to wait for calls in flight, `Config.close_timeout` when not given.

        Raises:
            ClientMisused: The client belongs to another event loop, which is still open.
        """
        await self._transport.close(timeout)


def _address(settings: list[str | None]) -> str:
    _, instance, base_url = settings
    if (instance is None) == (base_url is None):
        raise ArgumentValueError("instance: give it, or base_url instead")
    if instance is not None:
        if not INSTANCE.fullmatch(instance):
            raise ArgumentValueError("instance: expected the first part of the host name, such as yourinstance")
        base_url = f"https://{instance}.getdx.net"
    return base_url_of("us", base_url)
