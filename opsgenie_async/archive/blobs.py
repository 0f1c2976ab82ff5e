"""Attached files: downloaded without the API key, and stored under their SHA-256."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.layout import BLOBS, blob_path
from opsgenie_async.config import Config
from opsgenie_async.errors import ApiError, ProtocolError, TransportError, error_class
from opsgenie_async.files import Replacement
from opsgenie_async.http.connections import connection_options
from opsgenie_async.http.retry import RetryPolicy

__all__ = ["Blobs"]

PIECE = 2**18
ATTEMPTS = 5
IDLE = 60.0
"""Seconds without a byte after which a download is begun again."""


class Blobs:
    """Downloads into a folder, streamed: a large file needs no memory."""

    def __init__(self, folder: Path, disk: Disk, config: Config, base_url: str) -> None:
        self._folder = folder
        self._disk = disk
        self._config = config
        self._options = connection_options(config, base_url)
        self._is_secure = urlsplit(base_url).scheme == "https"
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(8)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def fetch(self, link: str) -> tuple[str, int]:
        """Download the file at *link*; returns its SHA-256 and its size.

        No error contains the link, since it gives access to the file.

        Raises:
            ProtocolError: The link is invalid, or not over https although the API is.
            ApiError: The link was refused, for example because it has expired; with its `status`.
            TransportError: The connection was lost several times.
        """
        self._check(link)
        failure = "no attempt was made"
        clock = self._config.clock
        waits = RetryPolicy.of(self._config).waits()
        for attempt in range(ATTEMPTS):
            if attempt:
                await clock.sleep_until(clock.now() + next(waits))
            try:
                async with self._slots:
                    return await self._stream(link)
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                failure = type(error).__name__  # its text may hold the link
            except ApiError as error:
                if error.status < 500 and error.status != 429:
                    raise
                failure = str(error.status)
        raise TransportError(f"the file could not be downloaded: {failure}", attempts=ATTEMPTS)

    def _check(self, link: str) -> None:
        try:
            url = urlsplit(link.strip())
        except ValueError:
            url = urlsplit("")
        schemes = ("https",) if self._is_secure else ("https", "http")
        if url.scheme not in schemes or not url.hostname or url.username or url.password:
            raise ProtocolError(f"the link to the file is not over {schemes[0]}")

    async def _stream(self, link: str) -> tuple[str, int]:
        session = self._session
        if session is None:
            session = self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, headers={"Accept-Encoding": "identity"}
            )
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._config.connect_timeout, sock_read=IDLE)
        url = URL(link.strip(), encoded=True)  # to the letter: its signature is over these letters
        async with session.get(url, allow_redirects=False, timeout=timeout, **self._options) as answer:
            if answer.status != 200:
                error = error_class(max(answer.status, 400))("the link to the file was refused")
                error.status = answer.status
                raise error
            replacement = await self._disk.run(_open, self._folder)
            digest, size = hashlib.sha256(), 0
            try:
                async for piece in answer.content.iter_chunked(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    await self._disk.run(replacement.file.write, piece)
                await self._disk.run(_keep, replacement, self._folder / blob_path(digest.hexdigest()))
            except BaseException:
                await self._disk.run(replacement.discard)
                raise
        return digest.hexdigest(), size


def _open(folder: Path) -> Replacement:
    place = folder / BLOBS
    place.mkdir(parents=True, exist_ok=True)
    temporary = place / f".{secrets.token_hex(8)}.tmp"
    return Replacement(temporary, temporary=temporary)  # it has no other name before its digest is known


def _keep(replacement: Replacement, target: Path) -> None:
    replacement.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    replacement.target = target
    replacement.rename()
