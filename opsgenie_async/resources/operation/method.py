"""The types of declared methods for type checkers: coroutines in the async client, calls in the blocking client.

At run time a declared method is a plain function; these classes are never instantiated.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.signatures import check_signature

if TYPE_CHECKING:
    from opsgenie_async.waiting import BlockingPager, BlockingPending

__all__ = ["Blocking", "Declare", "ListMethod", "Method", "StreamMethod", "stream", "with_overloads"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
F = TypeVar("F", bound=Callable[..., object])


class Blocking:
    """A marker for resources of the blocking client, whose methods block and return the awaited result."""

    __slots__ = ()


class Method(Protocol[P, R]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy has it the other way round
    """A method that makes one call."""

    @overload
    def __get__(self, instance: None, owner: type) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self: Method[P, Pending], instance: Blocking, owner: type) -> Callable[P, BlockingPending]: ...
    @overload
    def __get__(self, instance: Blocking, owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...


class ListMethod(Protocol[P, T]):
    """A method that lists."""

    @overload
    def __get__(self, instance: None, owner: type) -> Callable[Concatenate[Any, P], Pager[T]]: ...
    @overload
    def __get__(self, instance: Blocking, owner: type) -> Callable[P, BlockingPager[T]]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[P, Pager[T]]: ...


class StreamMethod(Protocol[P, T_co]):
    """A method that streams."""

    @overload
    def __get__(self, instance: None, owner: type) -> Callable[Concatenate[Any, P], AsyncGenerator[T_co, None]]: ...
    @overload
    def __get__(self, instance: Blocking, owner: type) -> Callable[P, Generator[T_co, None, None]]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[P, AsyncGenerator[T_co, None]]: ...


class Declare(Protocol):
    """A decorator that creates a method from a signature."""

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Pager[T]], /) -> ListMethod[P, T]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]], /) -> Method[P, R]: ...


def with_overloads(declare: Declare) -> Callable[[F], F]:
    """Declare a method with overloads, which type checkers accept only on functions.

    Args:
        declare: The result of `endpoint` or `operation`.
    """
    return cast("Callable[[F], F]", declare)


if TYPE_CHECKING:

    def stream(function: Callable[Concatenate[Any, P], AsyncGenerator[T, None]], /) -> StreamMethod[P, T]:
        """Declare a method that streams."""
        ...

else:

    def stream(function: F) -> F:
        """Declare a method that streams."""
        return check_signature(function)
