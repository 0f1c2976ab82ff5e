"""Responses that contradict themselves: a listing is complete or fails, an error with a status of success is one."""

import json
import re
from collections.abc import Callable

import pytest
from aiohttp import web
from aioresponses import aioresponses

from opsgenie_async import ArgumentValueError, Config, ListingTooLong, Opsgenie, OpsgenieError, ProtocolError
from opsgenie_async.sandbox import Sandbox
from tests.http.server import Echo, ReceivedRequest, envelope

ONE = {"id": "a", "name": "A"}


async def listed(answer: Callable[[ReceivedRequest], web.Response]) -> tuple[object, int]:
    """What a listing of documents comes to, and after how many requests."""
    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        try:
            return await og.documents("/v2/teams"), len(server.received)
        except OpsgenieError as error:
            return error, len(server.received)


@pytest.mark.parametrize("link", [7, True, ["https://h/v2/teams?offset=1"], {"href": "?offset=1"}])
async def test_a_link_that_is_no_text_does_not_end_a_listing(link: object):
    error, requests = await listed(lambda request: envelope(data=[ONE], paging={"next": link}))

    assert isinstance(error, ProtocolError)
    assert "paging.next: expected a link" in error.message
    assert (requests, error.request_id, error.call) == (1, "r", "GET v2/teams")


@pytest.mark.parametrize("paging", [False, "none", 0, [{"next": "https://h?offset=1"}]])
async def test_links_of_another_shape_do_not_end_it_either(paging: object):
    error, _ = await listed(lambda request: envelope(data=[ONE], paging=paging))

    assert isinstance(error, ProtocolError)


@pytest.mark.parametrize("paging", [None, {}, [], {"next": None}, {"next": ""}, {"first": "https://h?offset=0"}])
async def test_no_link_is_the_end(paging: object):
    assert await listed(lambda request: envelope(data=[ONE], paging=paging)) == ([ONE], 1)


@pytest.mark.parametrize(
    "link", ["http://[::1?offset=1", "https://h/v2/teams", "  ", "https://h/v2/teams?offset=\ud800", "http://[x]?a=1"]
)
async def test_a_link_that_cannot_be_followed_is_loud(link: str):
    error, requests = await listed(lambda request: envelope(data=[ONE], paging={"next": link}))

    assert isinstance(error, ProtocolError)
    assert "the link to the next page cannot be followed" in error.message
    assert (requests, error.__cause__) == (1, None)


async def test_a_link_that_cannot_be_taken_apart_shows_no_key():
    async with (
        Echo(lambda request: envelope(data=ONE, paging={"next": "http://[::1?apiKey=secret"})) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        answer = await og.request("GET", "/v2/teams/a")

    assert answer.paging == {"next": "http://[::1"}


@pytest.mark.parametrize("data", [[], [ONE]], ids=["empty", "the same"])
async def test_pages_that_bring_nothing_new_come_to_an_end(data: list[object]):
    numbers = iter(range(1, 1000))
    error, requests = await listed(
        lambda request: envelope(data=data, paging={"next": f"https://h/v2/teams?offset={next(numbers)}"})
    )

    assert isinstance(error, ProtocolError)
    assert "contain nothing new" in error.message
    assert requests in (10, 11)


async def test_an_empty_page_in_between_is_passed_over():
    pages = iter([[ONE], [], [], [ONE | {"id": "b"}]])
    numbers = iter([1, 2, 3])

    def answer(request: ReceivedRequest) -> web.Response:
        number = next(numbers, None)
        return envelope(data=next(pages), paging={"next": f"https://h?offset={number}"} if number else {})

    assert await listed(answer) == ([ONE, ONE | {"id": "b"}], 4)


@pytest.mark.parametrize("total", [2, 41, 41.0])
async def test_a_total_above_the_items_is_loud(total: float):
    async with (
        Echo(lambda request: envelope(data=[ONE], totalCount=total)) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        with pytest.raises(ProtocolError, match=f"counts {int(total)} items and lists 1"):
            await og.documents("/v2/users")
        with pytest.raises(ProtocolError, match="counts"):
            _ = [item async for item in og.documents("/v2/users")]


@pytest.mark.parametrize("total", [1, 0, None, "9", -4, 10**400, True])
async def test_a_total_that_counts_less_or_is_none_loses_nothing(total: object):
    body = json.dumps({"data": [ONE], "totalCount": total})
    answer, _ = await listed(lambda request: web.Response(text=body))

    assert answer == [ONE]


async def test_a_total_counts_what_the_offset_leaves_out():
    async with (
        Echo(lambda request: envelope(data=[ONE], totalCount=8)) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        assert await og.documents("/v2/users?offset=7") == [ONE]


async def test_the_last_page_is_weighed_with_all_before_it():
    def answer(request: ReceivedRequest) -> web.Response:
        if "offset=1" in request.raw_path:
            return envelope(data=[ONE], totalCount=3)
        return envelope(data=[ONE | {"id": "b"}], totalCount=3, paging={"next": "https://h?offset=1"})

    error, requests = await listed(answer)

    assert isinstance(error, ProtocolError)
    assert (error.message, requests) == ("the API counts 3 items and lists 2", 2)


# --- no more than is needed


@pytest.mark.parametrize(
    ("n", "requests", "sizes"), [(1, 1, ["1"]), (4, 1, ["4"]), (100, 1, ["100"]), (130, 2, ["100", "100"])]
)
async def test_the_first_cost_no_more_than_they_need(
    timed_og: Opsgenie, sandbox: Sandbox, n: int, requests: int, sizes: list[str]
):
    for number in range(140):
        await timed_og.alerts.create(message="m", alias=f"alert-{number:03}")
    sandbox.reset_counters()

    first = await timed_og.alerts.list(sort="alias", order="asc").first(n)

    assert [alert.alias for alert in first] == [f"alert-{number:03}" for number in range(n)]
    assert sandbox.requests == requests
    assert [request.query["limit"] for request in sandbox.received] == sizes


async def test_the_first_of_few_are_all(og: Opsgenie):
    assert len(await og.teams.list().first(50)) == 3
    assert len(await og.teams.list().first(2)) == 2


@pytest.mark.parametrize("n", [0, -1, True, 1.0, "3", None])
async def test_the_first_are_counted_from_one(og: Opsgenie, n: int):
    with pytest.raises(ArgumentValueError, match="n: expected a whole number of at least 1"):
        await og.teams.list().first(n)


def windowed(total: int | None, last: int | None) -> Callable[[ReceivedRequest], web.Response]:
    paging = {"next": "https://h/v2/alerts?offset=1&limit=1"}
    if last is not None:
        paging["last"] = f"https://h/v2/alerts?offset={last}&limit=100"
    members: dict[str, object] = {} if total is None else {"totalCount": total}
    return lambda request: envelope(data=[ONE | {"message": "m"}], paging=paging, **members)


@pytest.mark.parametrize(("total", "last"), [(20_001, None), (None, 20_100), (None, 20_000), (25_000, 100)])
async def test_a_listing_beyond_the_window_says_so_on_its_first_page(total: int | None, last: int | None):
    async with Echo(windowed(total, last)) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ListingTooLong, match="only the first 20,000") as caught:
            await og.alerts.list()
        with pytest.raises(ListingTooLong):
            _ = [alert async for alert in og.documents("/v2/alerts")]

        assert len(server.received) == 2
        with pytest.raises(ListingTooLong):
            await og.alerts.list().first(20_001)
        with pytest.raises(ListingTooLong):
            await og.alerts.list(offset=19_990).first(11)

        assert len(server.received) == 4
        assert (caught.value.total, caught.value.reach) == (total or (last or 0) + 1, 20_000)
        assert [alert.id for alert in await og.alerts.list().first(1)] == ["a"]


@pytest.mark.parametrize(("path", "total"), [("/v2/alerts", 20_000), ("/v2/users", 30_000)])
async def test_a_listing_within_its_window_goes_on(path: str, total: int):
    async with Echo(windowed(total, None)) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="already read"):
            await og.documents(path)

    assert len(server.received) == 2


# --- errors with a status of success


ERRORS = [
    {"code": 40301, "message": "not for this key"},
    {"code": 40301.0, "message": "not for this key", "data": None},
    {"code": "40302", "message": "not for this key"},
    {"error": "not for this key", "code": 2},
    {"error": {"message": "not for this key"}},
    {"errorMessages": ["not for this key"]},
    {"errorMessage": "not for this key", "took": 0.1},
    {"message": "Refused", "errors": {"name": "not for this key"}},
    {"errors": [{"title": "not for this key"}]},
    {"code": -1, "message": {"text": 1, "detail": "not for this key"}},
]


@pytest.mark.parametrize("body", ERRORS)
@pytest.mark.parametrize(
    "call",
    [
        lambda og: og.teams.get("t"),
        lambda og: og.teams.list(),
        lambda og: og.teams.delete("t"),
        lambda og: og.alerts.create(message="m"),
        lambda og: og.request("GET", "/v2/teams"),
        lambda og: og.documents("/v2/teams"),
        lambda og: og.logs.get_download_link("f"),
        lambda og: og.schedules.export("s"),
        lambda og: og.legacy.schedules.get("s"),
    ],
    ids=["get", "list", "delete", "create", "request", "documents", "text", "file", "v1"],
)
async def test_an_error_with_a_status_of_success_shows_the_servers_words(
    call: Callable[[Opsgenie], object], body: dict[str, object]
):
    with aioresponses() as mocked:
        for method in ("GET", "POST", "DELETE"):
            mocked.add(re.compile("http://h/.*"), method, payload=body)
        async with Opsgenie("k-1", base_url="http://h") as og:
            with pytest.raises(ProtocolError, match="not for this key") as caught:
                await call(og)  # type: ignore[misc]

    assert caught.value.status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"result": "Deleted", "took": 0.1},
        {"message": "Deleted", "code": 200},
        {"result": "Deleted", "code": 0, "errors": []},
        {"result": "Deleted", "errors": None, "error": ""},
        {"result": "Deleted", "code": "deleted"},
        {},
    ],
)
async def test_a_success_of_any_form_is_none(body: dict[str, object]):
    async with Echo(lambda request: web.json_response(body)) as server, Opsgenie("k-1", base_url=server.url) as og:
        await og.teams.delete("t")


@pytest.mark.parametrize("status", [101, 103, 199, 300, 304, 399])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_only_a_success_is_one(method: str, status: int):
    with aioresponses() as mocked:
        mocked.add("http://h/v2/teams/t", method, status=status, payload={"data": ONE})
        async with Opsgenie("k-1", base_url="http://h", config=Config(max_attempts=1)) as og:
            with pytest.raises(ProtocolError) as caught:
                await og.request(method, "/v2/teams/t")

    assert (caught.value.status, caught.value.attempts) == (status, 1)
