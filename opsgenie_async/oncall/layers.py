"""Layers over the base: overrides on top of rotations, forwarding on top of both. Sweeps over sorted boundaries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

import attrs

from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.values import ForwardingRule, Override, Participant

__all__ = ["ForwardingOf", "Piece", "Stretches", "effective_forwarding", "effective_overrides", "flatten"]

T = TypeVar("T")
Key = tuple[str, str]


@attrs.frozen
class Piece(Generic[T]):
    """A stretch of time and what holds in it; the end is no part of it."""

    start: datetime
    end: datetime
    value: T


class Stretches(Generic[T]):
    """Disjoint pieces in order, asked for those that touch a period."""

    def __init__(self, pieces: Sequence[Piece[T]]) -> None:
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._ends = [piece.end for piece in pieces]

    def between(self, start: datetime, end: datetime) -> Sequence[Piece[T]]:
        """Return the pieces that touch the time from *start* to *end*."""
        return self._pieces[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def __iter__(self) -> Iterator[Piece[T]]:
        return iter(self._pieces)


def flatten(candidates: Iterable[Piece[T]]) -> Stretches[T]:
    """Make disjoint pieces of ones that overlap: at each moment the last in the order given holds."""
    layers = [piece for piece in candidates if piece.start < piece.end]
    boundaries = sorted({moment for piece in layers for moment in (piece.start, piece.end)})
    by_start = sorted(range(len(layers)), key=lambda rank: layers[rank].start)
    active: list[int] = []
    pieces: list[Piece[T]] = []
    waiting = 0
    holder: int | None = None
    since = boundaries[0] if boundaries else datetime.min
    for start in boundaries[:-1]:
        while waiting < len(by_start) and layers[by_start[waiting]].start <= start:
            heappush(active, -by_start[waiting])
            waiting += 1
        while active and layers[-active[0]].end <= start:
            heappop(active)
        top = -active[0] if active else None
        if top != holder:
            if holder is not None:
                pieces.append(Piece(since, start, layers[holder].value))
            holder, since = top, start
    if holder is not None:
        pieces.append(Piece(since, boundaries[-1], layers[holder].value))
    return Stretches(pieces)


def effective_overrides(
    overrides: Iterable[Override], start: datetime, end: datetime, policy: Policy
) -> Stretches[Override]:
    """Return which override holds when, from *start* to *end*, by the policy where several overlap."""
    listed = list(overrides)
    if policy.overlapping_overrides == "first_listed":
        listed.reverse()
    elif policy.overlapping_overrides == "latest_start":
        listed.sort(key=lambda override: override.start)
    return flatten(Piece(max(each.start, start), min(each.end, end), each) for each in listed)


ForwardingOf = Callable[[Participant], Stretches[Participant] | None]


def effective_forwarding(
    rules: Iterable[ForwardingRule], start: datetime, end: datetime, policy: Policy
) -> ForwardingOf:
    """Return a look-up: to whom the calls of a user go and when, None for whoever forwards nothing."""
    pieces: dict[Key, list[Piece[Participant]]] = {}
    for rule in rules:
        if rule.end <= start or rule.start >= end:
            continue
        piece = Piece(max(rule.start, start), min(rule.end, end), rule.to_user)
        for key in _keys(rule.from_user):
            pieces.setdefault(key, []).append(piece)
    steps: dict[Key, Stretches[Participant]] = {}
    ways: dict[Key, Stretches[Participant]] = {}

    def step_of(participant: Participant) -> Stretches[Participant] | None:
        key = next((key for key in _keys(participant) if key in pieces), None) if participant.kind == "user" else None
        if key is None:
            return None
        if key not in steps:
            steps[key] = flatten(pieces[key])
        return steps[key]

    def forwarding_of(participant: Participant) -> Stretches[Participant] | None:
        if step_of(participant) is None:
            return None
        if participant.key not in ways:
            whole = Piece(start, end, participant)
            limit = None if policy.forwarding_chains == "followed" else 1
            ways[participant.key] = Stretches(list(_destinations(whole, step_of, limit)))
        return ways[participant.key]

    return forwarding_of


def _destinations(whole: Piece[Participant], step_of: ForwardingOf, limit: int | None) -> Iterator[Piece[Participant]]:
    """Yield where the calls of a user go in *whole*, after *limit* steps; a circle ends before it closes."""
    waiting: list[tuple[Piece[Participant], frozenset[Key]]] = [(whole, frozenset({whole.value.key}))]
    while waiting:
        piece, passed = waiting.pop()
        onward = [] if limit and len(passed) > limit else _step(piece, step_of(piece.value), passed)
        if not onward and piece.value is not whole.value:
            yield piece
        waiting.extend((each, passed | {each.value.key}) for each in reversed(onward))


def _step(
    piece: Piece[Participant], rules: Stretches[Participant] | None, passed: frozenset[Key]
) -> list[Piece[Participant]]:
    """Return *piece* as its user's rules divide it; nothing where they do not touch it."""
    onward: list[Piece[Participant]] = []
    start = piece.start
    for rule in rules.between(piece.start, piece.end) if rules else ():
        if rule.value.key in passed:
            continue
        begin, end = max(rule.start, piece.start), min(rule.end, piece.end)
        if start < begin:
            onward.append(Piece(start, begin, piece.value))
        onward.append(Piece(begin, end, rule.value))
        start = end
    if onward and start < piece.end:
        onward.append(Piece(start, piece.end, piece.value))
    return onward


def _keys(user: Participant) -> list[Key]:
    """By id where the API gives one, else by username: files have names in place of ids."""
    named = [("id", user.id)] if user.id else []
    return [*named, ("name", user.name.casefold())] if user.name else named
