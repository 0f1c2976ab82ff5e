"""The results of a search, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from opsgenie_async.sandbox.account.documents import Doc

__all__ = ["Results"]


class Results(Sequence[Doc]):
    """The results of a search, page by page."""

    def __init__(self, count: int, page: Callable[[int, int], list[Doc]]) -> None:
        self._count = count
        self._page = page

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Doc: ...

    @overload
    def __getitem__(self, place: slice) -> list[Doc]: ...

    def __getitem__(self, place: int | slice) -> Doc | list[Doc]:
        if isinstance(place, int):
            return self._page(place, 1)[0]
        begin, end, _ = place.indices(self._count)
        return self._page(begin, max(0, end - begin))
