"""Listings and accepted writes for callers that block: what the asynchronous ones give, without `await`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Hashable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeVar

from opsgenie_async.errors import ClientMisused
from opsgenie_async.page import Page
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.settled import Listing

if TYPE_CHECKING:
    from opsgenie_async.models import RequestStatus

__all__ = ["BlockingPager", "BlockingPending", "Runner", "iterate"]

R = TypeVar("R")
T = TypeVar("T")


class Runner(Protocol):
    """A function that runs a coroutine to its end, and returns its result."""

    def run(self, coroutine: Coroutine[Any, Any, R], /) -> R: ...


def iterate(runner: Runner, stream: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """Iterate over an asynchronous stream, which is closed when the iteration ends, however it ends."""
    try:
        while True:
            item = runner.run(_next(stream))
            if item is None:
                return
            yield item[0]
    finally:
        # Where it cannot be closed, as in a running event loop that drops it, the client's own loop does it.
        with suppress(ClientMisused):
            runner.run(_close(stream))


class BlockingPager(Generic[T]):
    """A listing that has not been asked for yet.

    `for item in pager` streams, `list(pager)` gives one list of everything, `pager.first(n)` no more than *n*,
    `pager.pages()` the answers one by one; each of these asks anew. What a `Pager` promises holds here as well.
    """

    def __init__(self, pager: Pager[T], runner: Runner) -> None:
        self._pager = pager
        self._runner = runner

    def __repr__(self) -> str:
        return f"<Blocking{repr(self._pager)[1:]}"

    def __iter__(self) -> Iterator[T]:
        for items in iterate(self._runner, self._pager.lists()):
            yield from items

    if not TYPE_CHECKING:  # which say it before it runs; `len` stays unknown, since `list` asks for it first

        def __getitem__(self, _: object) -> None:
            raise ClientMisused("a listing has no items before it is read: `list(...)[0]`, or `....first(1)`")

        def __bool__(self) -> None:
            raise ClientMisused("a listing has no truth value before it is read: `if list(...)`")

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "blocking listing")

    def first(self, n: int) -> list[T]:
        """Return at most *n* items, with no more requests, and no larger pages, than they need.

        Args:
            n: The number of items, from 1.

        Returns:
            The items.

        Raises:
            ArgumentValueError: *n* is not a whole number of at least 1.
            OpsgenieError: A page was refused, or did not come.
        """
        return self._runner.run(self._pager.first(n))

    def pages(self) -> Generator[Page[T], None, None]:
        """Yield page after page, as they come.

        Yields:
            The pages.

        Raises:
            OpsgenieError: A page was refused, or did not come.
        """
        return iterate(self._runner, self._pager.pages())

    def settled(self, identity: Callable[[T], Hashable] | None = None) -> Listing[T]:
        """Read everything, and again until it stands still, so that nothing is missing because the set moved.

        Args:
            identity: What tells one item from another and never changes; the `id` of an item when not given.

        Returns:
            The items, each once, and the doubt that is left.

        Raises:
            OpsgenieError: A page was refused, or did not come.
        """
        return self._runner.run(self._pager.settled(identity))


class BlockingPending:
    """A write that the API promised to process.

    Attributes:
        request_id: The handle to ask for its outcome.
        result: The API's words.
        took: Seconds, None if the response does not contain it.
        alias: That of the alert that is being created, else "".
    """

    def __init__(self, pending: Pending, runner: Runner) -> None:
        self.request_id = pending.request_id
        self.result = pending.result
        self.took = pending.took
        self.alias = pending.alias
        self._pending = pending
        self._runner = runner

    def __repr__(self) -> str:
        return f"Blocking{self._pending!r}"

    if not TYPE_CHECKING:  # which know its attributes

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "blocking write")

    def wait(self, timeout: float = 30) -> RequestStatus:
        """Block until the request has been processed.

        Args:
            timeout: Seconds to ask for at the most.

        Returns:
            The status.

        Raises:
            RequestFailed: The API says that it failed.
            OutcomeUnknown: The time is up.
            NotFound: The API does not know the request at all.
        """
        return self._runner.run(self._pending.wait(timeout))


async def _next(stream: AsyncGenerator[T, None]) -> tuple[T] | None:
    async for item in stream:
        return (item,)
    return None


async def _close(stream: AsyncGenerator[Any, None]) -> None:
    await stream.aclose()
