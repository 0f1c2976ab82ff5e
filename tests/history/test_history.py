"""History: everything there is, each once, oldest first, however it lies in time and whatever moves meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async import ListingTooLong, Opsgenie, OpsgenieError, ProtocolError
from opsgenie_async.history import ALERTS, INCIDENTS, SERVICES, Slice, Target, Walk
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.sandbox import Fault, Sandbox

START = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["inclusive", "exclusive"])
def boundary(request: pytest.FixtureRequest, sandbox: Sandbox) -> None:
    sandbox.search_includes_boundary = request.param


def fill(sandbox: Sandbox, moments: list[int]) -> list[str]:
    """Alerts so many milliseconds after the start; their ids, oldest first."""
    for moment in moments:
        sandbox.add_alert(START + timedelta(milliseconds=moment))
    return [id for id, _ in sorted(sandbox.account.alerts.items(), key=lambda pair: pair[1]["createdAt"])]


def fill_incidents(sandbox: Sandbox, moments: list[int], **fields: Any) -> None:
    for number, moment in enumerate(moments):
        at = (START + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        sandbox.account.incidents[f"i{number}"] = {
            "id": f"i{number}", "tinyId": str(number), "message": "m", "status": "open", "priority": "P3",
            "createdAt": at, "updatedAt": at, "tags": [], "responders": [], "impactedServices": [],
            "extraProperties": {}, "actions": [], "ownerTeam": "", "description": "", **fields,
        }  # fmt: skip


async def read_all(og: Opsgenie, target: Target, most: int, window: int = 20_000, query: str = "") -> list[str]:
    walk = Walk(og._transport.send, target, most=most, window=window)
    known: set[str] = set()
    return [item.key async for slice in walk.slices(Slice(query)) async for item in walk.whole(slice, known)]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350])
@pytest.mark.usefixtures("boundary")
async def test_alerts_stream_oldest_first_as_models(og: Opsgenie, sandbox: Sandbox, count: int):
    fill(sandbox, [(n * 7919) % 1000 for n in range(count)])

    alerts = [alert async for alert in og.alerts.history()]

    assert {alert.id for alert in alerts} == set(sandbox.account.alerts)
    assert len(alerts) == count
    assert all(one.created_at <= other.created_at for one, other in pairwise(alerts))


@pytest.mark.usefixtures("boundary")
async def test_bounds_take_since_and_leave_until(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [0, 1, 2, 3])
    since, until = START + timedelta(milliseconds=1), START + timedelta(milliseconds=3)

    moments = [alert.created_at async for alert in og.alerts.history(since=since, until=until)]

    assert moments == [since, START + timedelta(milliseconds=2)]


async def test_a_bound_between_two_milliseconds_takes_what_lies_behind_it(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [1, 2])
    between = START + timedelta(microseconds=1500)

    assert len([alert async for alert in og.alerts.history(since=between)]) == 1
    assert len([alert async for alert in og.alerts.history(until=between)]) == 1


async def test_a_query_with_or_keeps_to_its_bounds(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [0, 1, 2])

    result = [
        a async for a in og.alerts.history("priority: P3 OR status: open", since=START + timedelta(milliseconds=2))
    ]

    assert len(result) == 1


@pytest.mark.parametrize("bound", ["since", "until"])
async def test_a_naive_moment_is_refused_at_once(og: Opsgenie, sandbox: Sandbox, bound: str):
    with pytest.raises(ValueError, match=bound):
        og.alerts.history(**{bound: datetime(2025, 1, 1)})  # that is what is refused
    with pytest.raises(TypeError, match="query"):
        og.incidents.history(None)
    assert not sandbox.requests


async def test_incidents_and_services_have_it_too(og: Opsgenie, sandbox: Sandbox):
    fill_incidents(sandbox, [*range(250)])
    for number in range(150):
        sandbox.add_service(f"service {number}")

    assert [incident.id async for incident in og.incidents.history()] == [f"i{n}" for n in range(250)]
    assert {each.id async for each in og.services.history()} == set(sandbox.account.services)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moments=st.one_of(
        st.just([]),
        st.lists(st.integers(0, 5), max_size=60),
        st.lists(st.integers(0, 10**10), max_size=60),
        st.builds(lambda n: [7] * n, st.integers(0, 60)),
        st.builds(lambda n, m: [*range(n), *[n] * m, n + 10**9], st.integers(0, 40), st.integers(0, 40)),
    ),
    most=st.integers(1, 30),
    inclusive=st.booleans(),
    incidents=st.booleans(),
    data=st.data(),
)
async def test_drawn_histories_come_whole(moments, most, inclusive, incidents, data):
    """Few, many, equal, all in one millisecond, none; with a small window, so that everything is cut."""
    window = data.draw(st.integers(most + 4, 40 + most))
    async with Sandbox() as sandbox:
        sandbox.search_includes_boundary = inclusive
        if incidents:
            fill_incidents(sandbox, moments)
        else:
            fill(sandbox, moments)
        expected = sandbox.account.incidents if incidents else sandbox.account.alerts
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
            read_keys = await read_all(og, INCIDENTS if incidents else ALERTS, most, window)
            assert sorted(read_keys) == sorted(expected)
            created = [expected[id]["createdAt"] for id in read_keys]
            assert all(datetime.fromisoformat(a) <= datetime.fromisoformat(b) for a, b in pairwise(created))


@pytest.mark.usefixtures("boundary")
async def test_one_millisecond_with_more_than_a_window_is_told_apart(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [5] * 900)
    for number, id in enumerate([*sandbox.account.alerts]):
        sandbox.account.alerts[id]["priority"] = f"P{number % 3 + 1}"

    assert sorted(await read_all(og, ALERTS, 100, 250)) == sorted(sandbox.account.alerts)


async def test_what_cannot_be_told_apart_is_an_error_that_names_the_slice(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [5] * 300)
    for id in [*sandbox.account.alerts]:
        sandbox.account.alerts[id]["tinyId"] = "1"

    with pytest.raises(ListingTooLong, match=r"the slice is: createdAt > 174\d+ AND .*priority: P3.*status: open"):
        await read_all(og, ALERTS, 100, 250)


async def test_services_past_the_window_are_read_by_their_ids(og: Opsgenie, sandbox: Sandbox):
    for number in range(120):
        sandbox.add_service(f"service {number}")
    for id in ("Zulu", "a/b"):
        sandbox.account.services[id] = {"id": id, "name": id, "description": "", "teamId": None, "tags": []}

    read_keys = await read_all(og, SERVICES, 40, 50)

    assert sorted(read_keys) == sorted(sandbox.account.services)


class Moving:
    """Changes the account before a request, as others would."""

    def __init__(self, og: Opsgenie, change) -> None:
        self._send, self._change, self.requests = og._transport.send, change, 0

    async def send(self, request: Request) -> Response:
        self.requests += 1
        self._change(self.requests)
        return await self._send(request)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moments=st.lists(st.integers(0, 40), min_size=5, max_size=60) | st.lists(st.just(3), min_size=5, max_size=60),
    steps=st.lists(st.tuples(st.sampled_from(["delete", "create", "close"]), st.integers(0, 1000)), max_size=30),
    most=st.integers(3, 30),
    page=st.integers(2, 10),
)
async def test_what_is_there_all_the_time_comes_however_others_move(moments, steps, most, page):
    async with Sandbox() as sandbox:
        lasting = set(fill(sandbox, moments))
        created: list[str] = []

        def change(number: int) -> None:
            if number > len(steps):
                return
            subject, position = steps[number - 1]
            alerts = sandbox.account.alerts
            if subject == "create":
                created.append(sandbox.add_alert(START + timedelta(seconds=len(created) + 1))["id"])
            elif alerts:
                id = [*alerts][position % len(alerts)]
                lasting.discard(id)
                if subject == "delete":
                    del alerts[id]
                else:
                    alerts[id]["status"] = "closed"

        async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
            walk = Walk(Moving(og, change).send, ALERTS, most=most)
            known: set[str] = set()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("opsgenie_async.history.walk.PAGE", page)
                slices = walk.slices(Slice("status: open"))
                read_keys = [item.key async for slice in slices async for item in walk.whole(slice, known)]
        assert lasting <= set(read_keys)
        assert len(read_keys) == len(set(read_keys))


async def test_a_deletion_within_one_millisecond_skips_nothing(og: Opsgenie, sandbox: Sandbox, monkeypatch):
    """The position alone would skip two: what was read is gone, and what follows moves up."""
    monkeypatch.setattr("opsgenie_async.history.walk.PAGE", 10)
    ids = fill(sandbox, [5] * 40)

    def change(number: int) -> None:
        if number == 3:  # the second page, behind the first one and the count
            for id in ids[:3]:
                del sandbox.account.alerts[id]

    walk = Walk(Moving(og, change).send, ALERTS)
    read_keys = {item.key async for s in walk.slices(Slice()) async for item in walk.whole(s)}

    assert read_keys >= set(ids[3:])


async def test_a_page_that_comes_short_is_read_again(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [*range(250)])

    class Short(Moving):
        async def send(self, request: Request) -> Response:
            response = await super().send(request)
            if self.requests == 3:  # the second page, as if it were the last one and had nothing
                response.body = b'{"data": [], "took": 0.1, "requestId": "r"}'
                response.headers = {}
            return response

    walk = Walk(Short(og, lambda number: None).send, ALERTS)

    assert len([item async for s in walk.slices(Slice()) async for item in walk.whole(s)]) == 250


async def test_a_slice_that_stays_short_is_an_error(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [1, 2])

    class Liar(Moving):
        async def send(self, request: Request) -> Response:
            response = await super().send(request)
            if request.path.endswith("count"):
                response.body = b'{"data": {"count": 3}, "took": 0.1, "requestId": "r"}'
            return response

    walk = Walk(Liar(og, lambda number: None).send, ALERTS)

    with pytest.raises(ProtocolError, match="counts 3 alerts and lists 2 in the slice everything"):
        _ = [item async for s in walk.slices(Slice()) async for item in walk.whole(s)]


async def test_pages_that_are_empty_and_lead_on_for_ever_are_an_error(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [1, 2])

    class Endless(Moving):
        async def send(self, request: Request) -> Response:
            response = await super().send(request)
            if not request.path.endswith("count"):
                response.body = b'{"data": [], "paging": {"next": "https://x/v2/alerts?offset=1"}, "took": 0.1}'
            return response

    walk = Walk(Endless(og, lambda number: None).send, ALERTS)

    with pytest.raises(ProtocolError, match="10 consecutive pages are empty"):
        _ = [item async for s in walk.slices(Slice()) async for item in walk.whole(s)]


async def test_a_window_that_is_smaller_than_believed_is_learned(og: Opsgenie, sandbox: Sandbox, monkeypatch):
    fill(sandbox, [*range(1000)])
    from opsgenie_async.sandbox.routes import alerts

    narrow = alerts.page_by_offset
    monkeypatch.setattr(
        alerts, "page_by_offset", lambda call, options, **more: narrow(call, options, reach=300, **more)
    )

    assert len(await read_all(og, ALERTS, 900)) == 1000


async def test_a_search_index_that_lags_loses_nothing_that_it_counts(sandbox: Sandbox, og: Opsgenie):
    sandbox.search_lag = 0.05
    fill(sandbox, [*range(150)])
    await asyncio.sleep(0.1)
    fill(sandbox, [500])

    assert len([alert async for alert in og.alerts.history()]) >= 150


async def test_a_failure_is_raised(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [*range(250)])
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=403, after=2))

    with pytest.raises(OpsgenieError, match="403"):
        _ = [alert async for alert in og.alerts.history()]


async def test_few_requests_are_needed(og: Opsgenie, sandbox: Sandbox):
    """Bursts cost no halvings: a slice ends at its n-th item."""
    fill(sandbox, [*[0] * 90, *range(1000), *[10**9 + n // 10 for n in range(2000)], 10**10])
    before = sandbox.requests

    assert len(await read_all(og, ALERTS, 1000)) == 3091
    assert sandbox.requests - before <= 31 + 4 * 3 + 2


@pytest.mark.parametrize("data", [{"count": "3"}, {"count": True}, {"count": None}, [], None])
async def test_a_count_that_is_none_is_an_error_and_no_end(og: Opsgenie, sandbox: Sandbox, data: Any):
    fill(sandbox, [0, 1])
    sandbox.faults.add(Fault(route="GET /v2/alerts/count", status=200, body={"data": data}))

    with pytest.raises(ProtocolError, match=r"data\.count: expected a number"):
        await read_all(og, ALERTS, 10)


async def test_a_slice_is_not_cut_where_nobody_can_tell_when(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, [*range(120)])
    page = {"data": [{"id": "a", "createdAt": "soon"}], "paging": {"next": f"{sandbox.url}/v2/alerts?offset=1"}}
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=200, body=page))

    with pytest.raises(ProtocolError, match="createdAt: expected a date and time"):
        await read_all(og, ALERTS, 10)


async def test_what_lies_outside_of_its_slice_is_left_out(og: Opsgenie, sandbox: Sandbox):
    ids = fill(sandbox, [1, 2, 3])
    walk = Walk(og._transport.send, ALERTS)
    slice = Slice("", low=int(START.timestamp() * 1000) + 2)
    stranger = {"id": "old", "createdAt": "2020-01-01T00:00:00Z"}
    documents = [stranger, *(sandbox.account.alerts[id] for id in ids[1:])]
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=200, body={"data": documents}))

    assert [item.key async for item in walk.whole(slice)] == ids[1:]
