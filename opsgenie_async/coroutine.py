"""Awaitables that `TaskGroup.create_task` takes as coroutines."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Any, TypeVar

__all__ = ["CoroutineLike"]

T = TypeVar("T")


class CoroutineLike(Coroutine[Any, Any, T]):
    """An object with `__await__` as a coroutine: each `await` starts over, and a task runs it once.

    `create_task` and `run` of `asyncio` only accept coroutines, which they recognise by these three methods.
    """

    __slots__ = ("_steps",)

    _steps: Generator[Any, Any, T]

    def send(self, value: Any, /) -> Any:
        """Resume until the next wait."""
        return self._step(self._running().send, value)

    def throw(self, kind: Any, value: Any = None, traceback: TracebackType | None = None, /) -> Any:
        """Raise an error, such as a cancellation, where it waits."""
        error = kind if value is None else value
        return self._step(self._running().throw, error)

    def close(self) -> None:
        """Close it, if it was started."""
        if hasattr(self, "_steps"):
            self._steps.close()

    def _running(self) -> Generator[Any, Any, T]:
        if not hasattr(self, "_steps"):
            object.__setattr__(self, "_steps", self.__await__())  # in a frozen class, too
        return self._steps

    def _step(self, move: Callable[[Any], Any], value: Any) -> Any:
        try:
            return move(value)
        except BaseException:
            object.__delattr__(self, "_steps")  # it is over, and may be run again
            raise
