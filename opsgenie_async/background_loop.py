"""An event loop in a daemon thread, for callers that have none: scripts, log handlers, jobs.

One thread serves all of them, from the first `acquire` to the last `release`. A forked child starts one of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

from opsgenie_async.errors import ClientMisused

__all__ = ["PATIENCE", "BackgroundLoop", "LoopStuck"]

P = ParamSpec("P")
T = TypeVar("T")

POLL = 0.1 if os.name == "nt" else None
"""Seconds between two looks: on Windows a wait without a timeout does not notice Ctrl-C."""

PATIENCE = 1.0
"""Seconds that a fork, or the end of a program, waits at the most for a loop that somebody's function blocks."""


class LoopStuck(TimeoutError):
    """The loop did not do in time what bounds itself: a function that it calls, a hook as it may be, blocks it."""

    def __init__(self) -> None:
        super().__init__("the event loop stands still: a hook, or another function that it calls, blocks it")


class _DaemonExecutor(ThreadPoolExecutor):
    """Two threads that work until the process ends.

    The threads of the standard executor end before the functions of `atexit` run, when the last alerts are sent, whose
    host name has to be resolved by a thread.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._at_work = [threading.RLock() for _ in range(2)]  # one for each thread, which a fork from there can have
        for lock in self._at_work:
            threading.Thread(target=self._work, args=[lock], name="opsgenie_async worker", daemon=True).start()

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

    def pause(self, end: float) -> Iterator[threading.RLock]:
        """Let each thread stand between two calls, from now until the lock is released; none is had after *end*."""
        for lock in self._at_work:
            if lock.acquire(timeout=max(0.0, end - time.monotonic())):
                yield lock

    def _work(self, at_work: threading.RLock) -> None:
        while (call := self._calls.get()) is not None:
            with at_work:
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
        else:  # interrupted before the loop had it
            self._coroutine.close()
            self.outcome.set_exception(asyncio.CancelledError())

    def wait(self, timeout: float | None) -> T:
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            rest = None if end is None else max(0.0, end - time.monotonic())
            try:
                return self.outcome.result(min((each for each in (POLL, rest) if each is not None), default=None))
            except TimeoutError:
                if self.outcome.done():  # it is the call's own, or the call ended just now
                    return self.outcome.result()
                if rest == 0:
                    raise LoopStuck from None

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
        self._is_over = False
        self._last_tasks: set[asyncio.Task[None]] = set()
        self._executor = _DaemonExecutor()
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(self._executor)
        self._thread = threading.Thread(target=self._run, name="opsgenie_async loop", daemon=True)
        self._thread.start()

    @classmethod
    def acquire(cls) -> BackgroundLoop:
        """Return the loop, started with its first user; every call needs a `release`.

        Raises:
            ClientMisused: No thread can be started, as by Python 3.12 in the functions of `atexit`.
        """
        with cls._lock:
            if cls._shared is None:
                try:
                    cls._shared = cls()
                except RuntimeError as error:
                    raise ClientMisused(f"no thread can be started that calls Opsgenie: {error}") from error
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
        self._loop.call_soon_threadsafe(self._stop)
        if not self.is_current:
            self._thread.join(PATIENCE)

    @classmethod
    def stops_another(cls) -> bool:
        """Whether who waits here would stop the event loop of this thread.

        To asyncio, all greenlets of gevent are one thread: the loop that runs there may be this one, beside the caller.
        """
        running, shared = asyncio._get_running_loop(), cls._shared
        return running is not None and (shared is None or running is not shared._loop or shared.is_current)

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

    def run(self, coroutine: Coroutine[Any, Any, T], *, timeout: float | None = None) -> T:
        """Run *coroutine* in the loop, with the caller's context, and return its result.

        A `KeyboardInterrupt` of the caller cancels it, and is raised once it has ended.

        Args:
            coroutine: What to run.
            timeout: Seconds after which a coroutine that bounds itself must have ended.

        Returns:
            Its result.

        Raises:
            ClientMisused: The caller is in the thread of the loop, which would wait for itself.
            LoopStuck: The time is up; the coroutine goes on with the loop.
        """
        if self.is_current:
            coroutine.close()
            raise ClientMisused("the thread that calls Opsgenie cannot wait for a call of its own")
        call = _Call(self._loop, coroutine)
        try:  # the call may be under way before the caller is back from handing it over
            self._loop.call_soon_threadsafe(call.start, context=contextvars.copy_context())
            return call.wait(timeout)
        except LoopStuck:
            raise
        except BaseException:
            if not call.outcome.done():
                self.call_soon(call.cancel)
                call.wait_for_end()
            raise

    def finish(self, coroutine: Coroutine[Any, Any, None], *, timeout: float) -> None:
        """Run the last coroutine of a user, and release the loop; in its own thread, as in a hook, without waiting.

        Args:
            coroutine: What to run.
            timeout: Seconds after which it must have ended.

        Raises:
            LoopStuck: The time is up; the coroutine goes on with the loop.
        """
        if self.is_current:
            task = self._loop.create_task(coroutine)
            self._last_tasks.add(task)
            task.add_done_callback(self._last_tasks.discard)
            task.add_done_callback(lambda _: self.release())
            return
        try:
            self.run(coroutine, timeout=timeout)
        finally:
            self.release()

    def _stop(self) -> None:
        self._is_over = True
        self._loop.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            while not self._is_over:
                with suppress(SystemExit, KeyboardInterrupt):  # one task's, whose caller gets it: the others go on
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
        """Before a fork: let the loop and its helpers stand between two steps, where they hold no lock.

        In the child nobody would ever release it, that of an import as little as that of the resolver. Whoever forks
        while it holds what they wait for goes on after a while.
        """
        shared = cls._shared
        cls._forking.resume = resume = threading.Event()
        cls._forking.at_work = []
        if shared is None:
            return
        end = time.monotonic() + PATIENCE
        paused = threading.Event()

        def stand() -> None:
            paused.set()
            resume.wait(2 * PATIENCE)

        if not shared.is_current:
            with suppress(RuntimeError):  # it is closed
                shared.call_soon(stand)
                paused.wait(PATIENCE)
        cls._forking.at_work = list(shared._executor.pause(end))

    @classmethod
    def _go_on(cls) -> None:
        for lock in cls._forking.at_work:
            lock.release()
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
