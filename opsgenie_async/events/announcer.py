"""Who receives events, and how they get there."""

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
    """A hook that receives beginnings, too, and may look at the clients that it is given to: what tracing needs.

    A subclass is called with every `Event`, as any hook, and before that with a `Start`, in the task of the call.
    """

    def __call__(self, event: Event | Start) -> None:
        """Receive *event*; it must be quick and must not block."""
        raise NotImplementedError

    def watch(self, client: StateSource) -> None:
        """Receive a client whose state may be asked for at any time; keep no more than a weak reference."""


class Announcer:
    """Hands every event to every hook (None: to `log_event`); a hook that raises is logged and passed over."""

    __slots__ = ("_for_the_log", "_hooks", "observers")

    def __init__(self, hooks: tuple[Callable[[Event], None], ...] | None) -> None:
        self._for_the_log = hooks is None
        self._hooks = (log_event,) if hooks is None else hooks
        self.observers = tuple(hook for hook in self._hooks if isinstance(hook, Observer))

    def add(self, observer: Observer) -> None:
        """Let *observer* receive every event from now on; one that does already is not added again."""
        if observer not in self._hooks:
            self._hooks = (*self._hooks, observer)
            self.observers = (*self.observers, observer)

    def remove(self, observer: Observer) -> None:
        """Let *observer* receive no more events."""
        self._hooks = tuple(hook for hook in self._hooks if hook is not observer)
        self.observers = tuple(each for each in self.observers if each is not observer)

    def is_enabled_for(self, level: int) -> bool:
        """Whether an event is worth making; *level* is that of its log line, for when nothing else is made of it."""
        if self._for_the_log and not self.observers:
            return logger.isEnabledFor(level)
        return bool(self._hooks)

    def __call__(self, event: Event) -> None:
        self._hand(event, self._hooks)

    def start(self, event: Start) -> None:
        """Hand a beginning to those who receive them."""
        self._hand(event, self.observers)

    def _hand(self, event: E, hooks: Iterable[Callable[[E], None]]) -> None:
        for hook in hooks:
            try:
                hook(event)
            except Exception:
                logger.exception("a hook failed on %s", type(event).__name__)


class Run:
    """A run of many calls, announced when it begins and when it ends.

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
