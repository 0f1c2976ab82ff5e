"""The scheduler of an apply: which steps may start now."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Mapping

from opsgenie_async.sync.model.references import Target
from opsgenie_async.sync.planning.automatic import creator_of
from opsgenie_async.sync.planning.changes import Change

__all__ = ["Scheduler"]


class Scheduler:
    """Orders steps: those of a group one after the other, groups concurrently, none before the entities that it needs.

    No stage waits for the end of another, only a step for what it really needs: so the requests never thin out while a
    few long groups come to the end of a stage. A step waits for earlier stages alone, so that no two wait for each
    other. Longest groups first.
    """

    def __init__(self, changes: Mapping[int, Change]) -> None:
        """Make one.

        Args:
            changes: By number, each group's in the order in which they are to be done.
        """
        self._changes = changes
        self._lines: defaultdict[str, deque[int]] = defaultdict(deque)
        self._making: dict[Target, int] = {}
        self._waiting: defaultdict[Target, list[str]] = defaultdict(list)
        self._ready: list[tuple[int, int, str]] = []
        for number, change in changes.items():
            self._lines[change.group].append(number)
            if change.action == "create":
                self._making[change.target] = change.stage
        for group in self._lines:
            self._offer(group)

    def take(self) -> int | None:
        """The number of a step that may begin; None while all that are left wait for one that has begun."""
        return heapq.heappop(self._ready)[1] if self._ready else None

    def finish(self, number: int) -> None:
        """Record that a step is finished, successful or not."""
        change = self._changes[number]
        group = change.group
        self._lines[group].popleft()
        if change.action == "create":
            target = change.target
            self._making.pop(target, None)
            for waiting in self._waiting.pop(target, ()):
                self._offer(waiting)
        if self._lines[group]:
            self._offer(group)

    def _offer(self, group: str) -> None:
        """Let the first step of a group begin, or have it wait for the first thing that is missing."""
        line = self._lines[group]
        change = self._changes[line[0]]
        # Entities that the API creates with a team exist before one of that name is created.
        maker = creator_of(change)
        for target in (*change.needs(), *([maker] if maker is not None else [])):
            if self._making.get(target, change.stage) < change.stage:
                self._waiting[target].append(group)
                return
        heapq.heappush(self._ready, (-len(line), line[0], group))
