"""An event loop in a daemon thread, for callers that have none: scripts, log handlers, jobs.

One thread serves all of them, from the first `acquire` to the last `release`. A forked child starts one of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

__all__ = ["BackgroundLoop"]

P = ParamSpec("P")
T = TypeVar("T")

POLL = 0.1 if os.name == "nt" else None
"""Seconds between two looks: on Windows a wait without a timeout does not notice Ctrl-C."""

PATIENCE = 1.0
"""Seconds that a fork waits at the most for the loop to stand."""


class _DaemonExecutor(ThreadPoolExecutor):
    """Two threads that work until the process ends.

    The threads of the standard executor end before the functions of `atexit` run, when the last alerts are sent, whose
    host name has to be resolved by a thread.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        for _ in range(2):
            threading.Thread(target=self._work, name="opsgenie_async worker", daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  # whoever waits for the future gets it
                future.set_exception(error)

        self._calls.put(call)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for _ in range(2):
            self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


class _Call(Generic[T]):
    """A coroutine that another thread waits for."""

    def __init__(self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> None:
        self.outcome: Future[T] = Future()
        self._loop = loop
        self._coroutine = coroutine
        self._task: asyncio.Task[T] | None = None

    def start(self) -> None:
        self._task = self._loop.create_task(self._coroutine)
        self._task.add_done_callback(self._finish)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def wait(self) -> T:
        while True:
            try:
                return self.outcome.result(POLL)
            except TimeoutError:
                if self.outcome.done():  # it is the call's own, or the call ended just now
                    return self.outcome.result()

    def wait_for_end(self) -> None:
        while True:
            try:
                self.outcome.exception(POLL)
            except TimeoutError:
                continue
            return

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self.outcome.set_exception(asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(task.result())


class BackgroundLoop:
    """The loop, its thread, and how other threads make calls on it."""

    _shared: ClassVar[BackgroundLoop | None] = None
    _users: ClassVar[int] = 0
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _forking: ClassVar[threading.local] = threading.local()
    _abandoned: ClassVar[list[BackgroundLoop]] = []

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonExecutor())
        self._thread = threading.Thread(target=self._run, name="opsgenie_async loop", daemon=True)
        self._thread.start()

    @classmethod
    def acquire(cls) -> BackgroundLoop:
        """Return the loop, started with its first user; every call needs a `release`."""
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
            cls._users += 1
            return cls._shared

    def release(self) -> None:
        """End the thread after its last user; nothing in a forked child, whose parent's it is."""
        kind = type(self)
        with kind._lock:
            if kind._shared is not self:
                return
            kind._users -= 1
            if kind._users:
                return
            kind._shared = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def is_current(self) -> bool:
        """Whether the caller is in the thread of the loop."""
        return threading.current_thread() is self._thread

    def call_soon(self, function: Callable[[], object]) -> None:
        """Call *function* in the loop, soon; may be called from any thread."""
        self._loop.call_soon_threadsafe(function)

    def call_later(self, seconds: float, function: Callable[[], object]) -> None:
        """Call *function* in the loop after *seconds*; may be called from any thread."""
        self.call_soon(lambda: self._loop.call_later(seconds, function))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run *coroutine* in the loop, with the caller's context, and return its result.

        A `KeyboardInterrupt` of the caller cancels it, and is raised once it has ended.
        """
        call = _Call(self._loop, coroutine)
        self._loop.call_soon_threadsafe(call.start, context=contextvars.copy_context())
        try:
            return call.wait()
        except BaseException:
            if not call.outcome.done():
                self.call_soon(call.cancel)
                call.wait_for_end()
            raise

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    @classmethod
    def _pause(cls) -> None:
        """Before a fork: let the loop stand between two steps, where it holds no lock, of an import as little as any.

        In the child nobody would ever release it. Whoever forks while it holds what the loop waits for goes on after a
        while.
        """
        shared = cls._shared
        cls._forking.resume = resume = threading.Event()
        if shared is None or shared.is_current:
            return
        paused = threading.Event()

        def stand() -> None:
            paused.set()
            resume.wait(2 * PATIENCE)

        with suppress(RuntimeError):  # it is closed
            shared.call_soon(stand)
            paused.wait(PATIENCE)

    @classmethod
    def _go_on(cls) -> None:
        cls._forking.resume.set()

    @classmethod
    def _forget(cls) -> None:
        """In a forked child there is no thread; the loop is kept, so that nothing of the parent's is closed."""
        cls._lock = threading.Lock()
        if cls._shared is not None:
            cls._abandoned.append(cls._shared)
        cls._shared, cls._users = None, 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=BackgroundLoop._pause, after_in_parent=BackgroundLoop._go_on, after_in_child=BackgroundLoop._forget
    )
