"""What was added to a list, removed from it and moved in it.

An element that stands where it stood is never a move, nor are those that only make room for others: of ten that stand
one further behind a new first one, none has moved. From the old list and the changes follows the new one: what was
added or moved has its new place, and all others fill the rest in the order that they had.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher

import attrs

from opsgenie_async.sync.planning.reorder import longest_run

__all__ = ["ListChanges", "changes_of_list", "changes_of_set"]


@attrs.frozen
class ListChanges:
    """Changes of a list, by places from 0.

    Attributes:
        removed: Old places.
        added: New places.
        moved: Old and new place of each element that has moved.
    """

    removed: list[int]
    added: list[int]
    moved: list[tuple[int, int]] = attrs.field(factory=list)


def changes_of_set(before: Sequence[Hashable], after: Sequence[Hashable]) -> ListChanges:
    """The changes of a list whose order does not act, nor that something is in it twice."""
    return ListChanges(
        removed=[place for place, each in enumerate(before) if each not in after],
        added=[place for place, each in enumerate(after) if each not in before],
    )


def changes_of_list(before: Sequence[Hashable], after: Sequence[Hashable]) -> ListChanges:
    """The changes of a list whose order acts."""
    pairs = _pairs(before, after)
    in_order = _in_order(pairs)
    old_places, new_places = {old for old, _ in pairs}, {new for _, new in pairs}
    return ListChanges(
        removed=[place for place in range(len(before)) if place not in old_places],
        added=[place for place in range(len(after)) if place not in new_places],
        moved=sorted((old, new) for old, new in pairs if old not in in_order),
    )


def _in_order(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Old places of what has kept its order; of two that were swapped, none has."""
    candidates = [old for old, _ in _beside_fixed(pairs)]
    ranks = {old: rank for rank, old in enumerate(sorted(candidates))}
    beside = _beside_fixed([(ranks[old], rank) for rank, old in enumerate(candidates)])
    run = longest_run([rank for rank, _ in beside])
    return {old for old in candidates if ranks[old] in run}


def _beside_fixed(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that have passed none of those which stand where they stood."""
    fixed = [old for old, new in pairs if old == new]
    return [(old, new) for old, new in pairs if bisect_left(fixed, old) == bisect_left(fixed, new)]


def _pairs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Old and new place of every element that is in both, in the new order; each of equal ones once."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    pairs = {block.b + offset: block.a + offset for block in blocks for offset in range(block.size)}
    old_places = {*pairs.values()}
    free: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, each in enumerate(before):
        if place not in old_places:
            free[each].append(place)
    for place, each in enumerate(after):
        if place not in pairs and (places := free.get(each)):
            pairs[place] = places.popleft()
    return [(old, new) for new, old in sorted(pairs.items())]
