"""Lists of strings, as a signature takes them: a `str` is a sequence of strings, too, and is none of these."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeAlias, TypeVar

__all__ = ["ListLike", "SequenceNotStr", "Strings"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class SequenceNotStr(Protocol[T_co]):
    """A list, tuple, deque or any other sequence, but no `str` and no `bytes`.

    `tags="disk"` would be the tags d, i, s and k, and `Sequence[str]` lets it pass. Every sequence can be asked whether
    it contains an arbitrary object; a `str` alone answers for no other than a `str`, so a type checker refuses it
    here. The name is that of `useful_types`, where typeshed's authors keep such a protocol; theirs has `count` and
    `index` of `Any`, too, by which mypy takes `["disk", 7]` for a list of anything.
    """

    def __getitem__(self, index: int, /) -> T_co: ...  # no dict: its items are those of its keys
    def __contains__(self, value: object, /) -> bool: ...
    def __iter__(self) -> Iterator[T_co]: ...
    def __len__(self) -> int: ...
    def __reversed__(self) -> Iterator[T_co]: ...  # no array, which is no `Sequence` at run time


ListLike: TypeAlias = SequenceNotStr[T] | AbstractSet[T]
"""What an argument takes for a list: any sequence that is no `str`, or a set, whose order does not matter then."""

Strings: TypeAlias = ListLike[str] | Iterator[str]
"""What a setting takes that is read once: a generator as well; a `str` alone would be its characters."""
