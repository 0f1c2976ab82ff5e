"""Files behind links: whatever the bytes are, without the key, and only from where the link points."""

from __future__ import annotations

import errno
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from opsgenie_async import ApiError, Config, ProtocolError, TransportError
from opsgenie_async.archive.blobs import Blobs
from opsgenie_async.archive.disk import Disk

CONTENT = {
    "empty": b"",
    "broken-utf-8": b'{"broken": "\xff\xfe"}\n\x00\x80' * 1000,
    "gzip": b"\x1f\x8b\x08\x00not really",
}


PIECE = bytes(range(256)) * 1024
LARGE = 256
"""Pieces of a large file: 64 MB of them."""


class Store:
    """A store of files behind links, as S3 is one."""

    def __init__(self) -> None:
        self.received: list[web.BaseRequest] = []
        self.broken = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.received.append(request)
        name = request.path.strip("/")
        if name == "elsewhere":
            raise web.HTTPFound("/empty")
        if name == "expired":
            raise web.HTTPForbidden
        if name == "large":
            response = web.StreamResponse(headers={"Content-Length": str(LARGE * len(PIECE))})
            await response.prepare(request)
            for _ in range(LARGE):
                await response.write(PIECE)
            return response
        if self.broken:
            self.broken -= 1
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b"half")
            assert request.transport is not None
            request.transport.close()
            return response
        return web.Response(body=CONTENT[name], content_type="application/json")


@pytest.fixture
async def store() -> Store:
    return Store()


@pytest.fixture
async def server(store: Store) -> AsyncIterator[TestServer]:
    async with _served(store) as running:
        yield running


def _served(store: Store) -> TestServer:
    app = web.Application()
    app.router.add_get("/{name}", store.answer)
    return TestServer(app)


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[Blobs]:
    disk = Disk()
    blobs = Blobs(tmp_path, disk, Config(jitter=lambda bound: 0.0), "http://127.0.0.1")
    yield blobs
    await blobs.close()
    await disk.close()


@pytest.mark.parametrize("name", [*CONTENT])
async def test_bytes_are_kept_as_they_are(blobs: Blobs, server: TestServer, store: Store, tmp_path: Path, name: str):
    sha256, size = await blobs.fetch(str(server.make_url(f"/{name}?signature=s3cr3t")))

    assert (sha256, size) == (hashlib.sha256(CONTENT[name]).hexdigest(), len(CONTENT[name]))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file == tmp_path / "blobs" / sha256[:2] / sha256
    assert file.read_bytes() == CONTENT[name]
    assert "Authorization" not in store.received[0].headers


async def test_a_download_that_breaks_off_is_begun_again(
    blobs: Blobs, server: TestServer, store: Store, tmp_path: Path
):
    store.broken = 2

    assert (await blobs.fetch(str(server.make_url("/empty"))))[1] == 0

    assert len(store.received) == 3
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1

    store.broken = 100
    with pytest.raises(TransportError) as caught:
        await blobs.fetch(str(server.make_url("/empty?signature=s3cr3t")))
    assert "s3cr3t" not in repr(caught.value)


async def test_downloads_wait_as_the_config_says(server: TestServer, store: Store, tmp_path: Path):
    bounds: list[float] = []
    config = Config(backoff_factor=4, backoff_max=10, jitter=lambda bound: bounds.append(bound) or 0.0)
    disk = Disk()
    blobs = Blobs(tmp_path, disk, config, "http://127.0.0.1")
    store.broken = 100

    with pytest.raises(TransportError):
        await blobs.fetch(str(server.make_url("/empty")))
    await blobs.close()
    await disk.close()

    assert bounds == [4, 8, 10, 10]


@pytest.mark.parametrize(("name", "status"), [("expired", 403), ("elsewhere", 302)])
async def test_what_is_refused_or_leads_elsewhere_is_an_error(
    blobs: Blobs, server: TestServer, store: Store, name: str, status: int
):
    with pytest.raises(ApiError) as caught:
        await blobs.fetch(str(server.make_url(f"/{name}?signature=s3cr3t")))

    assert caught.value.status == status
    assert "s3cr3t" not in repr(caught.value)
    assert len(store.received) == 1


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "ftp://h/x", "//h/x", "", "http://user:pass@h/x", "http://[", "x"]
)
async def test_what_is_no_link_is_refused(blobs: Blobs, link: str):
    with pytest.raises(ProtocolError):
        await blobs.fetch(link)


async def test_an_api_over_https_has_its_files_there_too(tmp_path: Path):
    disk = Disk()
    blobs = Blobs(tmp_path, disk, Config(), "https://api.opsgenie.com")
    with pytest.raises(ProtocolError, match="not over https"):
        await blobs.fetch("http://files.example/x")
    await blobs.close()
    await disk.close()


async def test_a_link_is_asked_for_to_the_letter(blobs: Blobs, server: TestServer, store: Store):
    await blobs.fetch(f"{server.make_url('/')}%65mpty?Signature=a%2Fb%3D%20c%41+d&x=%7E")

    assert store.received[0].raw_path == "/%65mpty?Signature=a%2Fb%3D%20c%41+d&x=%7E"


async def test_a_disk_that_is_full_keeps_nothing(
    blobs: Blobs, server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=r"No space left on device: '.*blobs/\..*\.tmp'"):
            await blobs.fetch(str(server.make_url("/empty")))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_large_file_is_streamed(blobs: Blobs, server: TestServer, tmp_path: Path):
    link = str(server.make_url("/large"))
    tracemalloc.start()

    sha256, size = await blobs.fetch(link)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    digest = hashlib.sha256()
    for _ in range(LARGE):
        digest.update(PIECE)
    assert (sha256, size) == (digest.hexdigest(), LARGE * len(PIECE))
    assert peak < 8 * 2**20
