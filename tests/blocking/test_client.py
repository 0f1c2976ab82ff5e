"""The blocking client: the same pages and answers, from threads and scripts that have no event loop."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import pickle
import threading
import warnings
from collections.abc import Awaitable, Callable, Iterator
from operator import attrgetter
from typing import TypeVar, get_type_hints

import pytest

import opsgenie_async
from opsgenie_async import Alias, ClientMisused, Config, Name, NotFound, RequestFailed
from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.blocking import BlockingPager, BlockingPending, Opsgenie, pages
from opsgenie_async.blocking.resource import BlockingResource
from opsgenie_async.lazy_resource import LazyResource, lazy_resources
from opsgenie_async.resources.teams import Teams
from opsgenie_async.sandbox import Fault
from tests.waiting import LIMIT, until, wait_until

T = TypeVar("T")

InThread = Callable[[Callable[[Opsgenie], T]], Awaitable[T]]


@pytest.fixture
def in_thread(sandbox, monkeypatch) -> Iterator[InThread]:
    """Call a function with a client in a thread, beside the sandbox's loop; nothing is left of either."""

    monkeypatch.setattr("opsgenie_async.blocking.client.PATIENCE", LIMIT)

    async def call(function: Callable[[Opsgenie], T]) -> T:
        def work() -> T:
            with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as og:
                return function(og)

        return await asyncio.to_thread(work)

    yield call
    assert BackgroundLoop._shared is None
    wait_until(lambda: not any(thread.name.startswith("opsgenie_async loop") for thread in threading.enumerate()))


async def test_calls_listings_and_writes(sandbox, in_thread):
    def work(og: Opsgenie) -> None:
        created = og.teams.create(name="Ops", description="on call")
        assert og.teams.get(Name("Ops")).id == created.id
        assert [team.name for team in og.teams.list()] == [team["name"] for team in sandbox.account.teams.values()]
        pending = og.alerts.create(message="disk full", alias="disk")
        assert isinstance(pending, BlockingPending)
        assert (pending.alias, pending.wait(timeout=LIMIT).succeeded) == ("disk", True)
        assert og.alerts.get(Alias("disk")).message == "disk full"
        assert og.alerts.count(query="status: open") == 1
        assert og.teams.delete(created) is None

    await in_thread(work)


async def test_a_listing_is_as_lazy_as_the_other(sandbox, in_thread):
    def work(og: Opsgenie) -> list[int]:
        for number in range(25):
            og.alerts.create(message=str(number)).wait()
        before = len(sandbox.received)
        listing = og.alerts.list(page_size=10)
        assert isinstance(listing, BlockingPager)
        counts = [len(sandbox.received) - before]
        assert len(listing.first(3)) == 3
        counts.append(len(sandbox.received) - before)
        next(iter(listing))
        counts.append(len(sandbox.received) - before)
        assert len(list(listing)) == 25
        counts.append(len(sandbox.received) - before)
        assert [len(page) for page in listing.pages()] == [10, 10, 5]
        assert len(list(listing.settled())) == 25
        return counts

    assert await in_thread(work) == [0, 1, 2, 5]


async def test_a_listing_is_no_list(sandbox, in_thread):
    def work(og: Opsgenie) -> None:
        teams = og.teams.list()
        with pytest.raises(ClientMisused, match="first"):
            teams[0]  # type: ignore[index]
        with pytest.raises(ClientMisused, match="no truth value"):
            bool(teams)
        with pytest.raises(TypeError):
            len(teams)  # type: ignore[arg-type]
        assert len(list(teams)) == len(sandbox.account.teams)

    await in_thread(work)


async def test_a_stream_that_is_dropped_where_nobody_may_wait_is_no_noise(sandbox, in_thread, capsys):
    async def drop(streams: list[Iterator[object]]) -> None:
        streams.clear()

    def work(og: Opsgenie) -> None:
        stream = iter(og.teams.list())
        next(stream)
        streams = [stream]
        del stream
        asyncio.run(drop(streams))

    await in_thread(work)
    assert capsys.readouterr().err == ""


async def test_history_is_an_iterator(in_thread):
    def work(og: Opsgenie) -> None:
        for number in range(5):
            og.alerts.create(message=str(number)).wait()
        stream = og.alerts.history()
        assert next(stream).message == "0"
        stream.close()
        assert [alert.message for alert in og.alerts.history()] == list("01234")

    await in_thread(work)


async def test_attachments(in_thread, tmp_path):
    (tmp_path / "a.txt").write_text("a")

    def work(og: Opsgenie) -> None:
        og.alerts.create(message="m", alias="a").wait()
        og.alerts.add_attachment(Alias("a"), file=tmp_path / "a.txt")
        with (tmp_path / "a.txt").open("rb") as file:
            og.alerts.add_attachment(Alias("a"), file=file, file_name="b.txt")
        assert [each.name for each in og.alerts.list_attachments(Alias("a"))] == ["a.txt", "b.txt"]

    await in_thread(work)


async def test_any_endpoint_and_other_settings(sandbox, in_thread):
    await in_thread(lambda og: _endpoints(og, sandbox))


def _endpoints(og: Opsgenie, sandbox) -> None:
    assert og.request("GET", "/v2/account").data["name"] == sandbox.account.name
    assert len(list(og.documents("/v2/teams"))) == 3
    assert og.account.get()
    view = og.with_config(total_timeout=0.2)
    assert type(view) is Opsgenie
    sandbox.faults.add(Fault(route="GET /v2/account", delay=3600))
    with pytest.raises(opsgenie_async.TransportError):
        view.account.get()


async def test_errors_are_those_of_the_other(in_thread):
    def work(og: Opsgenie) -> None:
        with pytest.raises(NotFound):
            og.teams.get(Name("nobody"))
        with pytest.raises(TypeError, match="unexpected keyword"):
            og.teams.get(Name("nobody"), flat=True)  # type: ignore[call-arg]
        with pytest.raises(RequestFailed):
            og.alerts.close("no alert").wait()
        with pytest.raises(AttributeError, match="tems"):
            _ = og.tems  # type: ignore[attr-defined]

    await in_thread(work)


async def test_v1(in_thread):
    def work(og: Opsgenie) -> None:
        assert list(og.legacy.policies.list()) == []
        assert isinstance(list(og.legacy.schedules.list()), list)

    await in_thread(work)


async def test_threads_share_a_client(sandbox, in_thread):
    def work(og: Opsgenie) -> list[int]:
        lengths: list[int] = []
        threads = [threading.Thread(target=lambda: lengths.append(len(list(og.teams.list())))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return lengths

    assert await in_thread(work) == [3] * 20


async def test_clients_share_a_thread(sandbox, in_thread):
    def work(og: Opsgenie) -> None:
        og.account.get()
        with Opsgenie(sandbox.api_key, base_url=sandbox.url) as other:
            other.account.get()
            assert other._thread._loop is og._thread._loop
        assert og.account.get()

    await in_thread(work)


async def test_greenlets_of_gevent_may_call_beside_the_loop(in_thread):
    """To asyncio they are one thread, so the loop that runs there may be the client's own, and no other."""

    def ask(running: asyncio.AbstractEventLoop) -> bool:
        asyncio._set_running_loop(running)
        try:
            return BackgroundLoop.stops_another()
        finally:
            asyncio._set_running_loop(None)

    def work(og: Opsgenie) -> tuple[bool, bool]:
        og.account.get()
        loop = og._thread._loop
        assert loop is not None
        return ask(loop._loop), ask(test_loop)

    test_loop = asyncio.get_running_loop()

    assert await in_thread(work) == (False, True)


async def test_a_client_that_nobody_closed_is_named_once(sandbox):
    def forget() -> None:
        Opsgenie("key")  # nothing to close
        og = Opsgenie(sandbox.api_key, base_url=sandbox.url)
        og.with_config(total_timeout=9).teams.list().first(1)

    gc.collect()  # what other tests have left is not what this one is about
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        await asyncio.to_thread(forget)
        await asyncio.to_thread(gc.collect)

    assert [(each.category, "with Opsgenie" in str(each.message)) for each in caught] == [(ResourceWarning, True)]


async def test_a_loop_does_not_wait_for_a_client_that_is_collected_in_it(sandbox):
    clients = [Opsgenie(sandbox.api_key, base_url=sandbox.url)]
    await asyncio.to_thread(lambda: clients[0].account.get())
    with pytest.warns(ResourceWarning):
        clients.clear()

    await until(lambda: BackgroundLoop._shared is None)


def test_what_belongs_to_a_client_cannot_be_pickled():
    with Opsgenie("key") as og:
        for value in (og, og.teams, og.teams.list(), og.legacy, og.legacy.schedules):
            for write in (pickle.dumps, copy.deepcopy):
                with pytest.raises(ClientMisused, match="in each process"):
                    write(value)


async def test_in_a_running_loop_it_says_what_to_do(sandbox):
    og = Opsgenie(sandbox.api_key, base_url=sandbox.url)

    with pytest.raises(ClientMisused, match=r"asyncio\.to_thread"):
        og.account.get()
    with pytest.raises(ClientMisused, match="event loop"):
        og.teams.list().first(1)
    with pytest.raises(ClientMisused, match="event loop"):
        list(og.alerts.history())
    assert sandbox.received == []


def test_after_the_end_it_is_closed():
    with Opsgenie("key") as og:
        pass
    og.close()

    with pytest.raises(ClientMisused, match="closed"):
        og.account.get()


def test_what_needs_a_loop_says_so():
    with Opsgenie("key") as og, pytest.raises(ClientMisused, match="board"):
        og.on_calls.board()


def test_type_checkers_know_the_names_that_are_there():
    """What has no blocking method is None to them, so that a call of it is an error."""
    hints = get_type_hints(Opsgenie, localns={"pages": pages})
    del hints["client_class"]
    hints |= {f"legacy.{name}": kind for name, kind in get_type_hints(hints.pop("legacy")).items()}
    missing = []
    with Opsgenie("key") as og:
        for page, kind in hints.items():
            resource = attrgetter(page)(og)
            names = {name for name in dir(kind) if not name.startswith("_")}
            assert names == {name for name in dir(type(resource)) if not name.startswith("_")}
            for name in names:
                function = getattr(type(resource._resource), name)
                can_block = (
                    isinstance(function, str) or hasattr(function, "operation") or inspect.iscoroutinefunction(function)
                )
                returned = getattr(function, "__annotations__", {}).get("return", "")
                if not can_block and not returned.startswith(("AsyncGenerator", "Pager")):
                    missing.append(f"{page}.{name}")
                    assert kind.__annotations__[name] == "None"
    assert missing == ["on_calls.board"]


def test_the_key_is_in_no_repr():
    og = Opsgenie("geheim")

    assert repr(og) == "<blocking Opsgenie at https://api.opsgenie.com/>"
    assert "geheim" not in f"{vars(og)!r} {og.teams!r} {og.teams.list()!r}"


def test_settings_are_checked_at_once(monkeypatch):
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)
    with pytest.raises(ValueError, match="OPSGENIE_API_KEY"):
        Opsgenie()
    with pytest.raises(TypeError, match="pool_size"):
        Opsgenie("key").with_config(pool_size=1)  # type: ignore[call-arg]


def test_every_page_of_the_client_is_here_for_people_and_type_checkers():
    resources = lazy_resources(opsgenie_async.Opsgenie)
    hints = get_type_hints(Opsgenie, localns={"pages": pages})
    del hints["client_class"]

    assert list(hints) == list(resources)
    assert set(resources) <= set(dir(Opsgenie("key")))
    for name, page in hints.items():
        if name != "legacy":
            assert issubclass(page, resources[name].factory)


@pytest.mark.parametrize("name", [name for name in lazy_resources(opsgenie_async.Opsgenie) if name != "legacy"])
def test_every_declared_operation_is_a_method_that_blocks(name):
    page = getattr(Opsgenie("key"), name)
    declared = lazy_resources(opsgenie_async.Opsgenie)[name].factory

    assert isinstance(page, BlockingResource)
    for method in (each for each in dir(declared) if not each.startswith("_")):
        function = getattr(declared, method)
        if not callable(function):
            continue
        blocking = getattr(page, method)
        assert not inspect.iscoroutinefunction(blocking)
        assert blocking.__doc__ == function.__doc__
        assert list(inspect.signature(blocking).parameters) == list(inspect.signature(function).parameters)[1:]


class Shop(opsgenie_async.Opsgenie):
    crews: LazyResource[Teams] = LazyResource("opsgenie_async.resources.teams:Teams")


class BlockingShop(Opsgenie):
    client_class = Shop
    crews: pages.Teams


async def test_a_subclass_has_the_pages_of_its_asynchronous_one(sandbox):
    def work() -> int:
        with BlockingShop(sandbox.api_key, base_url=sandbox.url) as shop:
            assert "crews" in dir(shop)
            return len(list(shop.crews.list())) + len(list(shop.teams.list()))

    assert await asyncio.to_thread(work) == 6
