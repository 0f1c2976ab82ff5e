"""Multipart uploads: what arrives, what is never read twice or as a whole, and whose file is closed by whom."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import tempfile
import tracemalloc
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import BinaryIO

import pytest
from aiohttp import web

from opsgenie_async import Config, Opsgenie, OpsgenieError, OutcomeUnknown
from opsgenie_async.http.multipart import PIECE, Content
from tests.http.server import Echo, ReceivedRequest
from tests.waiting import LIMIT, until

CONTENT = bytes(range(256)) * 3000


def parts(request: ReceivedRequest) -> dict[str, tuple[str | None, bytes]]:
    """Names of the parts of a form, with file name and content."""
    raw = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode() + request.body
    message = message_from_bytes(raw)
    result = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", header="content-disposition")
        result[str(name)] = (part.get_filename(), part.get_payload(decode=True))
    return result


def attached(request: ReceivedRequest) -> web.Response:
    return web.json_response({"data": {"id": "7"}, "result": "ok", "took": 0.1, "requestId": "r"}, status=201)


async def upload(file: Content, **fields: str) -> ReceivedRequest:
    async with Echo(attached) as server, Opsgenie("key", base_url=server.url) as og:
        attachment = await og.alerts.add_attachment("a", file=file, **fields)
    assert attachment.id == "7"
    (request,) = server.received
    assert int(request.headers["Content-Length"]) == len(request.body)
    return request


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ü 1.log"
    path.write_bytes(CONTENT)
    return path


async def test_a_path_is_sent_under_its_name_with_the_other_fields(path: Path):
    request = await upload(path, user="Änn", index_file="index.html")

    assert (request.method, request.raw_path) == ("POST", "/v2/alerts/a/attachments")
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert request.headers["Authorization"] == "GenieKey key"
    result = parts(request)
    assert result["user"][1].decode() == "Änn"
    assert result["indexFile"] == (None, b"index.html")
    assert result["file"][1] == CONTENT
    assert 'filename="ü 1.log"'.encode() in request.body


async def test_a_path_may_be_text_and_the_name_another(path: Path):
    assert parts(await upload(str(path), file_name='say "it".txt'))["file"] == ('say "it".txt', CONTENT)


@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
async def test_bytes_are_sent_under_the_name_that_is_given(content: bytes):
    assert parts(await upload(content, file_name="a.bin"))["file"] == ("a.bin", content)


@pytest.mark.parametrize("make", [io.BytesIO, tempfile.SpooledTemporaryFile, tempfile.TemporaryFile])
async def test_an_open_file_is_sent_from_where_it_stands_and_stays_open(make: Callable[[], BinaryIO]):
    with make() as file:
        file.write(CONTENT)
        file.seek(100)

        request = await upload(file, file_name="a.bin")

        assert not file.closed
        file.seek(0)
        assert file.read(3) == CONTENT[:3]
    assert parts(request)["file"] == ("a.bin", CONTENT[100:])


async def test_an_open_file_has_the_name_of_its_path(path: Path):
    with path.open("rb") as file:
        assert 'filename="ü 1.log"'.encode() in (await upload(file)).body


@pytest.mark.parametrize("kind", ["path", "bytes", "file"])
async def test_a_refused_upload_begins_again_from_the_same_place(path: Path, kind: str):
    def answer(request: ReceivedRequest) -> web.Response:
        return attached(request) if len(server.received) == 2 else web.json_response({"message": "slow"}, status=503)

    with path.open("rb") as file:
        content: Content = {"path": path, "bytes": CONTENT, "file": file}[kind]
        config = Config(jitter=lambda bound: 0.0)
        async with Echo(answer) as server, Opsgenie("key", base_url=server.url, config=config) as og:
            await og.alerts.add_attachment("a", file=content, file_name="a")

    assert [parts(request)["file"] for request in server.received] == [("a", CONTENT)] * 2


async def test_a_large_file_is_never_in_memory(tmp_path: Path):
    size = 64 * 2**20
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(size)
    received = 0

    async def swallow(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal received
        async for piece in request.content.iter_any():
            received += len(piece)
        return attached(ReceivedRequest("", "", {}, b""))

    runner = web.ServerRunner(web.Server(swallow, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    tracemalloc.start()
    try:
        async with Opsgenie("key", base_url=url) as og:
            await og.alerts.add_attachment("a", file=large)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        await runner.cleanup()

    assert received > size
    assert peak < 8 * 2**20


async def test_a_growing_file_is_sent_as_it_was():
    assert parts(await upload(Growing(CONTENT), file_name="a"))["file"] == ("a", CONTENT)


class Growing(io.BytesIO):
    """Has one more byte each time that somebody reads."""

    def read(self, size: int | None = -1, /) -> bytes:
        at = self.tell()
        self.seek(0, io.SEEK_END)
        self.write(b"!")
        self.seek(at)
        return super().read(size)


class Shrinking(io.BytesIO):
    """Loses all but its first piece when somebody has read it."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.truncate(PIECE)
        return piece


async def test_a_file_that_shrinks_underway_is_not_reported_as_sent():
    async with Echo(attached) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(OutcomeUnknown):
            await og.alerts.add_attachment("a", file=Shrinking(CONTENT), file_name="a")
    assert server.received == []


async def test_a_path_that_is_none_is_told_before_anything_is_sent(tmp_path: Path):
    async with Echo(attached) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(FileNotFoundError):
            await og.alerts.add_attachment("a", file=tmp_path / "none")
    assert server.connections == 0


class Once(io.RawIOBase):
    """A stream that cannot go back."""

    def readable(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("file", "name", "error"),
    [
        (b"x", "", ValueError),
        (b"x", "a\r\nb", ValueError),
        (io.BytesIO(b"x"), "", ValueError),
        (Once(), "a", ValueError),
        (io.StringIO("x"), "a", TypeError),
        (7, "a", TypeError),
    ],
)
async def test_what_cannot_be_sent_is_refused_at_once(file: Content, name: str, error: type[Exception]):
    async with Opsgenie("key") as og:
        with pytest.raises(error, match=r"^file(_name)?: "):
            await og.alerts.add_attachment("a", file=file, file_name=name)


async def test_a_cancelled_upload_closes_what_it_opened(path: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[BinaryIO] = []
    second_opened = asyncio.Event()
    real, loop = Path.open, asyncio.get_running_loop()

    def noted(self: Path, mode: str) -> BinaryIO:
        file: BinaryIO = real(self, mode)  # type: ignore[assignment]
        opened.append(file)
        if len(opened) == 2:
            loop.call_soon_threadsafe(second_opened.set)
        return file

    monkeypatch.setattr(Path, "open", noted)
    reached = asyncio.Event()

    async def stall(request: ReceivedRequest) -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        return attached(request)

    async with Echo(stall) as server, Opsgenie("key", base_url=server.url) as og:
        call = asyncio.ensure_future(og.alerts.add_attachment("a", file=path))
        await reached.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        early = asyncio.ensure_future(og.alerts.add_attachment("a", file=path))
        await second_opened.wait()
        early.cancel()
        with pytest.raises(asyncio.CancelledError):
            await early
    await until(lambda: opened[1].closed)
    assert [file.closed for file in opened] == [True, True]


# --- what is no file, and what is one without saying so


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
@pytest.mark.parametrize("opened", [True, False])
async def test_a_file_that_the_system_makes_up_is_sent_with_what_is_in_it(opened: bool):
    path = Path("/proc/self/limits")
    content = path.read_bytes()
    assert path.stat().st_size == 0
    assert content

    if opened:
        with path.open("rb") as file:  # noqa: ASYNC230
            try:
                result = parts(await upload(file))["file"]
            except ValueError as error:
                assert "seekable" in str(error)  # noqa: PT017  # by some kernels it cannot be measured
                return
    else:
        result = parts(await upload(path))["file"]
    assert result == ("limits", content)


async def test_an_empty_file_is_sent_empty(tmp_path: Path):
    path = tmp_path / "empty"
    path.touch()
    assert parts(await upload(path))["file"] == ("empty", b"")
    with path.open("rb") as file:
        assert parts(await upload(file))["file"] == ("empty", b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
@pytest.mark.parametrize("kind", ["pipe", "directory", "device", "zeros", "link to a pipe", "socket"])
async def test_what_is_no_file_is_refused_before_anything_is_sent(tmp_path: Path, kind: str):
    path = tmp_path / "x"
    with socket.socket(socket.AF_UNIX) as bound:
        if kind == "directory":
            path.mkdir()
        elif kind == "socket":
            bound.bind(str(path))
        elif kind == "device":
            path = Path("/dev/null")
        elif kind == "zeros":
            path = Path("/dev/zero")
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to("pipe")
        async with Echo(attached) as server, Opsgenie("key", base_url=server.url) as og:
            with pytest.raises(ValueError, match=r"file: expected a regular file, '.*' is a ") as caught:
                await asyncio.wait_for(og.alerts.add_attachment("a", file=path), LIMIT)
    assert isinstance(caught.value, OpsgenieError)
    assert server.connections == 0


async def test_an_open_device_is_refused_as_well():
    with Path("/dev/zero").open("rb") as file:  # noqa: ASYNC230
        async with Opsgenie("key") as og:
            with pytest.raises(ValueError, match="file: expected a regular file, got a device"):
                await og.alerts.add_attachment("a", file=file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_does_not_hold_up_the_end_of_the_program(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")

    async def attach() -> None:
        async with Opsgenie("key", base_url="http://127.0.0.1:1", config=Config(max_attempts=1)) as og:
            await og.alerts.add_attachment("a", file=tmp_path / "pipe")

    with pytest.raises(ValueError, match="is a pipe"):
        asyncio.run(attach())  # waits for its threads
