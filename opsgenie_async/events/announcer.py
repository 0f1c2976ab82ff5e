"""Delivery of events to hooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from types import TracebackType
from typing import Self, TypeVar

from opsgenie_async.events.client_state import StateSource
from opsgenie_async.events.log_lines import log_event
from opsgenie_async.events.values import Event, RunEnded, RunStarted, Start
from opsgenie_async.logs import get_logger

__all__ = ["Announcer", "Observer", "Run"]

logger = get_logger("opsgenie_async")

E = TypeVar("E")

_run_ids = count(1)


class Observer:
    """A hook that also receives start events and the clients that it observes, as tracing needs.

    It is called with every `Event`, like any hook, and with `Start` events, in the task of the call.
    """

    def __call__(self, event: Event | Start) -> None:
        """Receive *event*; must be quick and must not block."""
        raise NotImplementedError

    def watch(self, client: StateSource) -> None:
        """Receive a client whose state can be read at any time; keep only a weak reference."""


class Announcer:
    """The delivery of events to hooks (None: to `log_event`); a hook that raises is logged and skipped."""

    __slots__ = ("_for_the_log", "_hooks", "is_enabled_for", "observers")

    is_enabled_for: Callable[[int], bool]
    """Whether an event is worth making, by the level of its log line, for when nothing else is made of it."""

    def __init__(self, hooks: tuple[Callable[[Event], None], ...] | None) -> None:
        self._for_the_log = hooks is None
        self._use((log_event,) if hooks is None else hooks)

    def _use(self, hooks: tuple[Callable[[Event], None], ...]) -> None:
        observers: list[Observer] = []
        self._hooks = tuple(hook for hook in hooks if not isinstance(hook, Observer) or _is_new(hook, observers))
        self.observers = tuple(observers)
        # Settled here, as it is asked for in every call.
        self.is_enabled_for = logger.isEnabledFor
        if not self._for_the_log or self.observers:
            self.is_enabled_for = lambda _: bool(hooks)

    def add(self, observer: Observer) -> None:
        """Send every event to *observer*; one that already receives them is not added again."""
        if not any(observer is each for each in self.observers):
            self._use((*self._hooks, observer))

    def remove(self, observer: Observer) -> None:
        """Stop sending events to *observer*."""
        self._use(tuple(hook for hook in self._hooks if hook is not observer))

    def __call__(self, event: Event) -> None:
        self._hand(event, self._hooks)

    def start(self, event: Start) -> None:
        """Hand a beginning to those who receive them."""
        self._hand(event, self.observers)

    def _hand(self, event: E, hooks: Iterable[Callable[[E], None]]) -> None:
        for hook in hooks:
            try:
                hook(event)
            except (Exception, SystemExit):  # which would end a task that serves everybody
                logger.exception("a hook failed on %s", type(event).__name__)


def _is_new(observer: Observer, observers: list[Observer]) -> bool:
    """Whether *observer* is none of *observers*, which it is added to: it would observe each call twice."""
    if any(observer is each for each in observers):
        return False
    observers.append(observer)
    return True


class Run:
    """A run of many calls, announced at its start and its end.

    with Run(announce, "pull", clock.now) as run:
        run.counts["teams"] = 25
    """

    def __init__(self, announce: Announcer, name: str, now: Callable[[], float]) -> None:
        self.counts: Counter[str] = Counter()
        self.failures = 0
        self._announce = announce
        self._name = name
        self._now = now
        self._id = next(_run_ids)
        self._started = 0.0

    def __enter__(self) -> Self:
        self._started = self._now()
        self._announce.start(RunStarted(run=self._name, run_id=self._id))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        ended = RunEnded(
            run=self._name,
            run_id=self._id,
            counts=dict(self.counts),
            failures=self.failures,
            error=kind.__name__ if kind is not None else "",
            elapsed=self._now() - self._started,
        )
        self._announce(ended)
