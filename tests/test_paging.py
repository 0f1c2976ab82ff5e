"""Listings: complete or loud."""

import asyncio

import pytest
from aiohttp import web

from opsgenie_async import Config, NotFound, Opsgenie, Page, ProtocolError, Throttled
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock
from tests.http.server import Echo, ReceivedRequest, envelope


@pytest.fixture
async def alerts(timed_og: Opsgenie, sandbox: Sandbox) -> list[str]:
    """250 alerts, their messages in the order of their creation."""
    messages = [f"alert {number:03}" for number in range(250)]
    for message in messages:
        await timed_og.alerts.create(message=message, alias=message)
    sandbox.reset_counters()
    return messages


async def test_a_listing_comes_in_pages_of_a_hundred(timed_og: Opsgenie, sandbox: Sandbox, alerts: list[str]):
    pages = [page async for page in timed_og.alerts.list(sort="alias", order="asc").pages()]

    assert [alert.message for page in pages for alert in page] == alerts
    assert [len(page) for page in pages] == [100, 100, 50]
    assert len({page.request_id for page in pages}) == 3
    assert all(isinstance(page, Page) and page.took is not None for page in pages)
    assert [request.query["offset"] for request in sandbox.received[1:]] == ["100", "200"]
    assert {request.query["sort"] for request in sandbox.received} == {"alias"}


@pytest.mark.parametrize("limit", [7, 50, 99])
async def test_every_size_of_page_gives_the_same(timed_og: Opsgenie, alerts: list[str], limit: int):
    listed = await timed_og.alerts.list(sort="alias", order="asc", page_size=limit)

    assert [alert.message for alert in listed] == alerts


@pytest.mark.parametrize(("offset", "limit", "pages"), [(19_950, 30, [30, 20]), (19_990, 50, [10])])
async def test_no_page_ends_beyond_what_the_api_lists(offset: int, limit: int, pages: list[int]):
    """Which refuses it, though all of its items are within."""
    async with Sandbox(teams=1, alerts=20_000) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        pager = og.alerts.list(offset=offset, page_size=limit)

        assert [len(page) async for page in pager.pages()] == pages
        assert len(await pager) == 20_000 - offset
        assert len(await pager.first(20_000 - offset)) == 20_000 - offset


async def test_await_and_async_for_and_pages_agree_and_each_asks_anew(
    timed_og: Opsgenie, sandbox: Sandbox, alerts: list[str]
):
    pager = timed_og.alerts.list()
    assert sandbox.requests == 0

    collected = await pager
    streamed = [alert async for alert in pager]
    paged = [alert async for page in pager.pages() for alert in page.items]

    assert collected == streamed == paged
    assert len(collected) == 250
    assert sandbox.requests == 9


async def test_a_listing_is_lazy(timed_og: Opsgenie, sandbox: Sandbox, alerts: list[str]):
    async for _ in timed_og.alerts.list():
        break

    assert sandbox.requests == 1


async def test_a_listing_throttled_in_the_middle_loses_nothing(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, alerts: list[str]
):
    sandbox.limits.retry_after = True
    sandbox.throttle(on_request=2, period=60)

    listed = await timed_og.alerts.list(sort="alias", order="asc")

    assert [alert.message for alert in listed] == alerts
    assert (sandbox.requests, max(clock.slept)) == (4, pytest.approx(60))
    assert sandbox.refused == {"search": 1}


async def test_routing_rules_throttled_for_a_minute_arrive_in_order(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock
):
    sandbox.add_routing_rules("ops", count=250)
    team = next(each for each in sandbox.account.teams.values() if each["name"] == "ops")
    sandbox.throttle(on_request=1, period=60, times=3)

    rules = await timed_og.team_routing_rules.list(team["id"])

    assert [rule.order for rule in rules] == list(range(251))
    assert sandbox.requests == 4


async def test_listings_side_by_side_survive_a_storm_of_refusals(
    timed_og: Opsgenie, sandbox: Sandbox, alerts: list[str]
):
    sandbox.limits.set({"search": [{"limit": 5, "periodInSeconds": 1}, {"limit": 40, "periodInSeconds": 60}]})

    patient = timed_og.with_config(total_timeout=3600, max_attempts=50)
    listings = await asyncio.gather(*(patient.alerts.list(sort="alias", order="asc") for _ in range(30)))

    assert sandbox.refused["search"] > 0
    assert all([alert.message for alert in listed] == alerts for listed in listings)


async def test_a_page_that_fails_is_raised_and_never_skipped(timed_og: Opsgenie, sandbox: Sandbox, alerts: list[str]):
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=404, after=1, times=1))
    listing = aiter(timed_og.alerts.list(sort="alias", order="asc"))

    read = [await anext(listing) for _ in range(100)]
    with pytest.raises(NotFound):
        await anext(listing)

    assert [alert.message for alert in read] == alerts[:100]
    sandbox.throttle(period=60, times=100)
    with pytest.raises(Throttled):
        await timed_og.alerts.list()


async def test_a_listing_without_paging_is_its_own_last_page(og: Opsgenie, sandbox: Sandbox):
    pages = [page async for page in og.teams.list().pages()]

    assert [len(page) for page in pages] == [3]


@pytest.mark.parametrize("loop_after", [1, 2, 3])
async def test_a_link_back_is_refused(loop_after: int):
    def answer(request: ReceivedRequest) -> web.Response:
        number = len(server.received) % loop_after
        return envelope(data=[], paging={"next": f"http://elsewhere.example/v2/alerts?offset={number}"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="already read"):
            await og.alerts.list()

    assert len(server.received) == loop_after + 1
    assert {request.raw_path.partition("?")[0] for request in server.received} == {"/v2/alerts"}


async def test_links_in_headers_alone_are_followed():
    def answer(request: ReceivedRequest) -> web.Response:
        if "offset=1" in request.raw_path:
            return envelope(data=[{"id": "b"}])
        return web.json_response({"data": [{"id": "a"}]}, headers={"X-Paging-Next": "https://api.x/v2/alerts?offset=1"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url + "/jsm") as og:
        listed = await og.alerts.list()

    assert [alert.id for alert in listed] == ["a", "b"]
    assert server.received[1].raw_path == "/jsm/v2/alerts?offset=1"


@pytest.mark.parametrize("data", [None, {}, "text", [{"name": "without an id"}], [7]])
async def test_data_of_another_shape_is_loud(data: object):
    async with Echo(lambda request: envelope(data=data)) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="data") as caught:
            await og.teams.list()

    assert (caught.value.status, caught.value.request_id or "r", caught.value.call) == (200, "r", "GET v2/teams")


@pytest.mark.parametrize(
    ("data", "at", "ids"),
    [
        ({"heartbeats": [1, 2], "more": [3]}, "heartbeats", [1, 2]),
        ({"open": [1], "count": 2, "closed": [2]}, "*", [1, 2]),
        ({}, "*", []),
        ([1], "", [1]),
    ],
)
async def test_a_listing_of_documents_may_stand_in_a_member(data: object, at: str, ids: list[int]):
    async with Echo(lambda request: envelope(data=data)) as server, Opsgenie("key", base_url=server.url) as og:
        assert await og.documents("/v2/heartbeats", at=at) == ids


@pytest.mark.parametrize(
    ("data", "at", "message"),
    [
        ({"heartbeats": {}}, "heartbeats", "data.heartbeats: expected a list, got an object"),
        ({}, "heartbeats", "data.heartbeats: expected a list, got null"),
        ([1], "heartbeats", "data: expected an object, got a list"),
        ([1], "*", "data: expected an object, got a list"),
        ({"heartbeats": []}, "", "data: expected a list, got an object"),
    ],
)
async def test_a_member_without_a_list_is_loud(data: object, at: str, message: str):
    async with Echo(lambda request: envelope(data=data)) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match=message):
            await og.documents("/v2/heartbeats", at=at)


async def test_a_pager_says_what_it_lists():
    async with Opsgenie("key", config=Config()) as og:
        pager = og.alerts.list(query="secret words")

        assert repr(pager) == "<Pager of GET v2/alerts>"


async def test_a_total_is_told_where_the_api_tells_it():
    counting = Echo(lambda request: envelope(data=[], totalCount=41))
    async with counting as server, Opsgenie("key", base_url=server.url) as og:
        [page] = [page async for page in og.teams.list().pages()]

    assert page.total_count == 41
