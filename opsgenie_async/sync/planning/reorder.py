"""The fewest moves that sort a list into a new order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

__all__ = ["longest_run", "moves", "reorder"]


def moves(have: Sequence[str], want: Sequence[str]) -> list[tuple[str, int]]:
    """Return the moves in order: the name to remove from the list, and the index to insert it at.

    What *want* does not name is never moved, nor is the longest run that is in order already. Names in *want* that
    *have* lacks count for nothing. No name may be twice in either.
    """
    positions = {name: position for position, name in enumerate(have)}
    desired = [name for name in want if name in positions]
    in_order = longest_run([positions[name] for name in desired])
    current = list(have)
    result = []
    # From the end: each goes right before its follower, so that all other elements keep their positions.
    follower = ""
    for name in reversed(desired):
        if positions[name] not in in_order:
            current.remove(name)
            index = current.index(follower) if follower else len(current)
            current.insert(index, name)
            result.append((name, index))
        follower = name
    return result


def reorder(have: Sequence[str], want: Sequence[str]) -> list[str]:
    """Return the list as it is after all `moves`."""
    result = list(have)
    for name, index in moves(have, want):
        result.remove(name)
        result.insert(index, name)
    return result


def longest_run(positions: Sequence[int]) -> set[int]:
    """The longest increasing subsequence, found by patience: one pile a length, with its least end on top."""
    tops: list[int] = []
    below: dict[int, int] = {}
    for position in positions:
        pile = bisect_left(tops, position)
        if pile:
            below[position] = tops[pile - 1]
        tops[pile : pile + 1] = [position]
    run = set()
    position = tops[-1] if tops else -1
    while position >= 0:
        run.add(position)
        position = below.get(position, -1)
    return run
