"""The fewest moves that bring a list into another order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

__all__ = ["moves"]


def moves(have: Sequence[str], want: Sequence[str]) -> list[tuple[str, int]]:
    """Say what to move and to which index, one after the other: taken out of the list and put in there.

    What *want* does not name is never moved, nor is the longest run that is in order already. Names in *want* that
    *have* lacks count for nothing. No name may be twice in either.
    """
    places = {name: place for place, name in enumerate(have)}
    wanted = [name for name in want if name in places]
    resting = _longest_run([places[name] for name in wanted])
    now = list(have)
    made = []
    # From the end: each goes right before its follower, so that what nobody asked about keeps its place in front.
    follower = ""
    for name in reversed(wanted):
        if places[name] not in resting:
            now.remove(name)
            index = now.index(follower) if follower else len(now)
            now.insert(index, name)
            made.append((name, index))
        follower = name
    return made


def _longest_run(places: Sequence[int]) -> set[int]:
    """The longest increasing subsequence, found by patience: one pile a length, with its least end on top."""
    tops: list[int] = []
    below: dict[int, int] = {}
    for place in places:
        pile = bisect_left(tops, place)
        if pile:
            below[place] = tops[pile - 1]
        tops[pile : pile + 1] = [place]
    run = set()
    place = tops[-1] if tops else -1
    while place >= 0:
        run.add(place)
        place = below.get(place, -1)
    return run
