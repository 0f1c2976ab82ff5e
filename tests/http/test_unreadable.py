"""An answer that cannot be read after a write that worked never looks like a write that failed."""

import json
import pickle
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web

from opsgenie_async import (
    ArgumentValueError,
    Config,
    Name,
    NotFound,
    Opsgenie,
    OpsgenieError,
    OutcomeUnknown,
    ProtocolError,
)
from opsgenie_async.dx import DX
from tests.http.server import Echo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DONE = "it was done, but its response cannot be read"

WRITES: dict[str, Callable[[Opsgenie], Awaitable[object]]] = {
    "request": lambda og: og.request("POST", "/v2/alerts", json={}),
    "create": lambda og: og.teams.create(name="n"),
    "pending": lambda og: og.alerts.create(message="m"),
    "upload": lambda og: og.alerts.add_attachment("a", file=b"x", file_name="a"),
    "update": lambda og: og.teams.update("id", name="n"),
    "delete": lambda og: og.teams.delete("id"),
    "v1": lambda og: og.legacy.schedules.create(name="s"),
    "v1 delete": lambda og: og.legacy.schedules.delete(Name("s")),
}


async def failure(body: str, write: Callable[[Opsgenie], Awaitable[object]], **config: object) -> OpsgenieError:
    server = Echo(lambda request: web.Response(text=body, status=201, headers={"X-Request-ID": "r-1"}))
    settings = Config(jitter=lambda bound: 0.0, **config)  # type: ignore[arg-type]
    async with server, Opsgenie("key", base_url=server.url, config=settings) as og:
        with pytest.raises(OpsgenieError) as caught:
            await write(og)
    assert len(server.received) == 1  # it is not sent again
    assert caught.value.attempts == 1
    return caught.value


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_broken_json_after_a_write(write: Callable[[Opsgenie], Awaitable[object]]):
    error = await failure('{"data": {"id": "7", "na', write)

    assert isinstance(error, ProtocolError)
    assert (error.done, error.maybe_done, error.status, error.request_id) == (True, True, 201, "r-1")
    assert error.message.startswith(DONE)
    assert error.message.count(DONE) == 1
    assert pickle.loads(pickle.dumps(error)).done


@pytest.mark.parametrize("write", [WRITES[name] for name in ("create", "upload")])
@pytest.mark.parametrize("data", [7, "x", [], {"id": {}}, {"id": ["7"], "name": {}}])
async def test_data_of_another_shape_after_a_write(write: Callable[[Opsgenie], Awaitable[object]], data: object):
    error = await failure(json.dumps({"data": data, "requestId": "r-1"}), write)

    assert isinstance(error, ProtocolError)
    assert error.done
    assert DONE in str(error)


async def test_accepted_without_a_request_id():
    server = Echo(lambda request: web.json_response({"result": "ok"}, status=202))
    async with server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="without a request id") as caught:
            await og.alerts.create(message="m")
    assert caught.value.done
    assert caught.value.call == "POST v2/alerts"


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_an_answer_too_large_after_a_write(write: Callable[[Opsgenie], Awaitable[object]]):
    error = await failure(json.dumps({"data": "x" * 5000}), write, max_body=1000)

    assert isinstance(error, ProtocolError)
    assert error.done
    assert str(error).startswith(f"{DONE}: the response is larger than 1000 bytes")


async def test_a_page_that_nobody_signed_proves_nothing():
    """A portal or a proxy may have made it: it may have been done, and that is all."""
    error = await failure("<html>Welcome to the hotel</html>", WRITES["create"])

    assert (error.done, error.maybe_done) == (False, True)
    assert "it may have been done" in str(error)


async def test_words_of_refusal_under_a_status_of_success_say_what_they_say():
    error = await failure('{"code": 40301, "message": "no rights"}', WRITES["create"])

    assert (error.done, error.code) == (False, 40301)
    assert "no rights" in str(error)
    assert DONE not in str(error)


async def test_after_a_read_nothing_is_said_of_doing():
    server = Echo(lambda request: web.Response(text='{"data": 7}'))
    async with server, Opsgenie("key", base_url=server.url) as og:
        for call in (og.teams.list()._collect(), og.teams.get("id")):
            with pytest.raises(ProtocolError) as caught:
                await call
            assert not caught.value.done
            assert not caught.value.maybe_done
            assert "done" not in caught.value.message


async def test_what_breaks_a_reader_is_our_error_as_well(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise OverflowError("too much")

    monkeypatch.setattr("opsgenie_async.resources.operation.read.read", broken)
    error = await failure('{"data": {"id": "7"}}', WRITES["create"])

    assert isinstance(error, ProtocolError)
    assert error.done
    assert "OverflowError: too much" in error.message


async def test_an_answer_that_broke_off_leaves_it_open():
    async def half(request: object) -> web.StreamResponse:
        assert server.request is not None
        response = web.StreamResponse(status=201)
        response.content_length = 1000
        await response.prepare(server.request)
        await response.write(b'{"data"')
        assert server.request.transport is not None
        server.request.transport.close()
        return response

    async with Echo(half) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(OutcomeUnknown) as caught:
            await og.teams.create(name="n")
    assert caught.value.status == 201


@pytest.mark.parametrize("body", ['{"ok": ', "<html>", '{"incident": {}}', "[]"])
async def test_dx_says_only_in_its_answer_whether_it_was_done(body: str):
    server = Echo(lambda request: web.Response(text=body))
    async with server, DX("token", base_url=server.url) as dx:
        with pytest.raises(ProtocolError) as caught:
            await dx.incidents.upsert(reference_id="r", started_at=NOW)
    assert (caught.value.done, caught.value.maybe_done) == (False, True)


# --- lone surrogate, in what is sent and in what came


async def test_half_of_a_pair_in_a_request_id_loses_no_alert():
    def answer(request: object) -> web.Response:
        text = '{"result": "ok", "requestId": "r-\\ud800"}'
        return web.Response(text=text if len(server.received) == 1 else '{"data": {"isSuccess": true}}', status=202)

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        try:
            pending = await og.alerts.create(message="m")
        except ProtocolError as error:
            assert error.done  # noqa: PT017
        else:
            assert (await pending.wait(timeout=1)).succeeded


@pytest.mark.parametrize(
    "call",
    [
        lambda og: og.request("GET", "/v2/alerts", params={"query": "\ud800"}),
        lambda og: og.request("GET", "/v2/alerts", params={"\ud800": "x"}),
        lambda og: og.request("GET", "/v2/alerts/\ud800"),
        lambda og: og.request("GET", "/v2/alerts?query=\ud800"),
        lambda og: og.request("\ud800", "/v2/alerts"),
        lambda og: og.request("POST", "/v2/alerts", json={"message": "\ud800"}),
        lambda og: og.alerts.list(query="\ud800")._collect(),
        lambda og: og.alerts.get("\ud800"),
        lambda og: og.teams.get(Name("\ud800")),
        lambda og: og.alerts.add_attachment("a", file=b"x", file_name="a", user="\ud800"),
        lambda og: og.alerts.add_attachment("a", file=b"x", file_name="\ud800"),
        lambda og: og.legacy.schedules.get(Name("\ud800")),
    ],
)
async def test_half_of_a_pair_from_a_caller_is_sent_or_refused_in_words(call: Callable[[Opsgenie], Awaitable[object]]):
    server = Echo(lambda request: web.Response(status=404))
    async with server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(OpsgenieError) as caught:
            await call(og)
    refusals = ("lone surrogate", "method: expected", "file_name: expected")
    assert isinstance(caught.value, NotFound) or any(words in str(caught.value) for words in refusals)


@pytest.mark.parametrize("body", [b"{no json", b'{"data": 1, "code": 40301}', b""])
async def test_an_answer_that_is_text_is_text_to_the_letter(body: bytes):
    async with Echo(lambda request: web.Response(body=body)) as server, Opsgenie("key", base_url=server.url) as og:
        assert await og.logs.get_download_link("a.json") == body.decode()


async def test_an_answer_that_is_no_text_is_an_error():
    async with (
        Echo(lambda request: web.Response(body=b"\xff\xfe")) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        with pytest.raises(ProtocolError, match="not valid UTF-8"):
            await og.logs.get_download_link("a.json")


@pytest.mark.parametrize("path", ["//[x", "http://[::1"])
async def test_a_path_that_is_none_is_refused_before_it_is_sent(path: str):
    async with Echo() as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ArgumentValueError, match="path: "):
            await og.request("GET", path)
    assert server.received == []
