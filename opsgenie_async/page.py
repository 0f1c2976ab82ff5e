"""A page of a listing, as `pager.pages()` yields it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

import attrs

__all__ = ["Page"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a listing.

    Attributes:
        took: Seconds that the server reports, None if it does not.
        total_count: The size of the whole listing, if the API sends it.
    """

    items: list[T]
    request_id: str
    took: float | None = None
    total_count: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    if not TYPE_CHECKING:  # which know its attributes

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "page")
