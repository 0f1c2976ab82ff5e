"""Layers over the base: overrides on top of rotations, forwarding on top of both. Sweeps over sorted boundaries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from typing import Generic, TypeVar

import attrs

from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.values import ForwardingRule, Override, Participant

__all__ = ["Piece", "Stretches", "effective_forwarding", "effective_overrides", "flatten"]

T = TypeVar("T")


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


def flatten(ranked: Iterable[Piece[T]]) -> Stretches[T]:
    """Make disjoint pieces of ones that overlap: at each moment the last in the order given holds."""
    layers = [piece for piece in ranked if piece.start < piece.end]
    boundaries = sorted({moment for piece in layers for moment in (piece.start, piece.end)})
    by_start = sorted(range(len(layers)), key=lambda rank: layers[rank].start)
    active: list[int] = []
    pieces: list[Piece[T]] = []
    waiting, last = 0, -1
    for start, end in pairwise(boundaries):
        while waiting < len(by_start) and layers[by_start[waiting]].start <= start:
            heappush(active, -by_start[waiting])
            waiting += 1
        while active and layers[-active[0]].end <= start:
            heappop(active)
        if not active:
            last = -1
            continue
        top = -active[0]
        if top == last:
            pieces[-1] = attrs.evolve(pieces[-1], end=end)
        else:
            pieces.append(Piece(start, end, layers[top].value))
        last = top
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


def effective_forwarding(
    rules: Iterable[ForwardingRule], start: datetime, end: datetime
) -> Callable[[Participant], Stretches[Participant] | None]:
    """Return a look-up: to whom the calls of a user go and when, None for whoever forwards nothing."""
    pieces: dict[tuple[str, str], list[Piece[Participant]]] = {}
    for rule in rules:
        piece = Piece(max(rule.start, start), min(rule.end, end), rule.to_user)
        for key in _keys(rule.from_user):
            pieces.setdefault(key, []).append(piece)
    stretches: Mapping[tuple[str, str], Stretches[Participant]] = {key: flatten(each) for key, each in pieces.items()}

    def forwarding_of(participant: Participant) -> Stretches[Participant] | None:
        if participant.kind != "user":
            return None
        return next((stretches[key] for key in _keys(participant) if key in stretches), None)

    return forwarding_of


def _keys(user: Participant) -> list[tuple[str, str]]:
    """By id where the API gives one, else by username: files have names in place of ids."""
    named = [("id", user.id)] if user.id else []
    return [*named, ("name", user.name.casefold())] if user.name else named
