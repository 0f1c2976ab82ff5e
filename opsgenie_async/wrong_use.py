"""Errors for pagers used like lists, with suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeVar

from opsgenie_async.coroutine import CoroutineLike
from opsgenie_async.errors import ClientMisused

__all__ = ["NoList"]

T = TypeVar("T")


class NoList(CoroutineLike[T]):
    """An awaitable that may be taken for the list that it gives."""

    if not TYPE_CHECKING:  # which know better than this that it is not iterable

        def __iter__(self) -> None:
            raise ClientMisused("a listing is read by `async for item in ...`, or `for item in await ...`")

        def __len__(self) -> None:
            raise ClientMisused("a listing has no length before it is read: `len(await ...)`")

        def __getitem__(self, _: object) -> None:
            raise ClientMisused("a listing has no items before it is read: `(await ...)[0]`, or `await ....first(1)`")

        def __bool__(self) -> None:
            raise ClientMisused("a listing has no truth value before it is read: `if await ...`")

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "listing")
