"""Periodic jobs (cron, Celery, a loop): an alert when one fails, a heartbeat ping when it succeeds.

    @Job("backup", heartbeat="backup")
    def back_up() -> None: ...

    async with Job("report", heartbeat="report", every=60):
        ...

An Opsgenie heartbeat with an interval of a day raises an alert if the job did not run at all.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack
from datetime import timedelta
from functools import wraps
from types import TracebackType
from typing import Self, TypeAlias, TypeVar, cast

from opsgenie_async.background_loop import PATIENCE, BackgroundLoop, LoopStuck
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, ClientMisused
from opsgenie_async.logs import get_logger
from opsgenie_async.models.identifiers import Alias
from opsgenie_async.web.alert_fields import compose, extra_fields
from opsgenie_async.web.callbacks import check_source
from opsgenie_async.web.heartbeat_pings import PingLoop, interval_of
from opsgenie_async.web.job_failure import JobFailure, build_alert
from opsgenie_async.web.request_failure import AlertFields, build_alias, single_errors
from opsgenie_async.web.settings import check_name, check_number, exceptions_of

__all__ = ["Job", "JobFailure", "Run", "Source"]

logger = get_logger(__name__)

F = TypeVar("F", bound=Callable[..., object])

Source: TypeAlias = Opsgenie | Config | Callable[[], Opsgenie]
"""The ways to give a job its client; see `Job`."""

RUNS = threading.Lock()
"""For the runs of all jobs; a job has none of its own, so that it can be pickled."""
if hasattr(os, "register_at_fork"):  # no child begins while another thread holds it: nobody would release it there
    os.register_at_fork(before=RUNS.acquire, after_in_parent=RUNS.release, after_in_child=RUNS.release)

CONTROL_FLOW = "celery.exceptions.TaskPredicate"
"""The class of exceptions by which a task of Celery asks to be retried, ignored or rejected."""


class Job:
    """A job, as a decorator of functions and coroutine functions, or around a block by `with` or `async with`.

    The job's result or exception is never changed, nor delayed for longer than *timeout*: a ping or an alert that
    cannot be sent is logged as a warning. A job that is cancelled, interrupted by Ctrl-C, or ends by `sys.exit(0)`,
    sends neither; the missing heartbeat shows that it was not completed. All failures of one job are one alert with a
    count.

    Args:
        name: The name of the job in its alerts.
        heartbeat: The name of the heartbeat to ping after a success; None for none.
        alert_on_error: Whether a failure raises an alert.
        alert: Fields that are added to each alert, or override it: responders, priority, tags...; or a function that
            computes them.
        close_on_success: Whether a success closes the alert of the failures before it.
        ignore: Exceptions that are neither a failure nor a success. Those by which Celery retries, ignores or rejects a
            task always are.
        every: Seconds, or a `timedelta`, between pings while the job runs, for one that takes longer than the interval
            of its heartbeat; None pings at the end only.
        og_or_config: A client, for jobs of its event loop; or a `Config`, or a function that makes a client, and then
            each run opens one when it has something to send. With a `Config` or None, API key and region come from the
            environment.
        timeout: Seconds that the end of a run may wait for Opsgenie.
        clock: The source of time; the system's by default.

    Raises:
        ArgumentTypeError: A setting has the wrong type; the message names it.
        ArgumentValueError: A setting is invalid; the message names it.
    """

    def __init__(
        self,
        name: str,
        *,
        heartbeat: str | None = None,
        alert_on_error: bool = True,
        alert: AlertFields | Callable[[JobFailure], AlertFields] | None = None,
        close_on_success: bool = False,
        ignore: Collection[type[BaseException]] = (),
        every: float | timedelta | None = None,
        og_or_config: Source | None = None,
        timeout: float = 10.0,
        clock: Clock | None = None,
    ) -> None:
        check_name("name", name)
        if heartbeat is not None:
            check_name("heartbeat", heartbeat)
        if every is not None:
            interval_of(every)
            if heartbeat is None:
                raise ArgumentValueError("every: needs a heartbeat to ping")
        check_source(og_or_config)
        check_number("timeout", timeout, 0)
        if not timeout:
            raise ArgumentValueError(f"timeout: expected a number above 0, got {timeout!r}")
        self.name = name
        self.heartbeat = heartbeat
        self._alert_on_error = alert_on_error
        self._extra_fields = extra_fields(alert)
        self._close_on_success = close_on_success
        self._ignore = exceptions_of("ignore", ignore)
        self._every = every
        self._source = og_or_config
        self._timeout = timeout
        self._clock = clock or SystemClock()
        self._runs: dict[object, list[Run]] = {}

    def __repr__(self) -> str:
        return f"<Job {self.name!r}>"

    def __call__(self, function: F) -> F:
        """Make each call of *function* a run of the job.

        Raises:
            ArgumentTypeError: *function* is not a function, such as a `classmethod` (put that above the job), or is a
                generator function, whose body runs later.
        """
        kind = type(cast("object", function))
        if not callable(cast("object", function)):
            hint = ": put @classmethod above the job" if kind is classmethod else ""
            raise ArgumentTypeError(f"a job is a function, got {kind.__name__}{hint}")
        if _is_generator_function(function):
            raise ArgumentTypeError(f"{_name_of(function)}: a generator function cannot be a job")
        if _is(inspect.iscoroutinefunction, function):
            coroutine_function = cast("Callable[..., Coroutine[object, object, object]]", function)

            @wraps(function)
            async def await_call(*args: object, **kwargs: object) -> object:
                async with self:
                    return _result(function, await coroutine_function(*args, **kwargs))

            return cast("F", await_call)

        @wraps(function)
        def call(*args: object, **kwargs: object) -> object:
            with ExitStack() as stack:
                stack.enter_context(self)
                result = function(*args, **kwargs)
                if not inspect.iscoroutine(result):
                    return _result(function, result)
                stack.pop_all()
            self._drop_run()
            return self._await(function, result)  # a coroutine function behind a decorator: the run is what is awaited

        return cast("F", call)

    async def _await(self, function: object, coroutine: Coroutine[object, object, object]) -> object:
        async with self:
            return _result(function, await coroutine)

    async def __aenter__(self) -> Self:
        self._add_run(asyncio.current_task(), self.begin())
        return self

    def begin(self) -> Run:
        """Begin a run in the running event loop, with pings until its end if configured."""
        run = Run(self)
        run.start()
        return run

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if (run := self._last_run(_current_task())) is not None:
            await run.end(error)

    def __enter__(self) -> Self:
        if isinstance(self._source, Opsgenie):
            raise ArgumentTypeError(
                "og_or_config: a client belongs to one event loop; a job without one needs a Config"
            )
        run = Run(self)
        if self._every is not None and (loop := self._acquire_loop()) is not None:
            run.loop = loop
            loop.call_soon(run.start)
        self._add_run(threading.get_ident(), run)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        run = self._last_run(threading.get_ident())
        if run is not None and (loop := run.loop or self._acquire_loop()) is not None:
            self._finish(loop, run.end(error), self._timeout)

    def _drop_run(self) -> None:
        """Forget the run of this thread: nothing was done in it."""
        run = self._last_run(threading.get_ident())
        if run is not None and run.loop is not None:
            self._finish(run.loop, run.stop(), 0)

    def _acquire_loop(self) -> BackgroundLoop | None:
        try:
            return BackgroundLoop.acquire()
        except ClientMisused as error:
            logger.warning("job %s: %s", self.name, error)
            return None

    def _finish(self, loop: BackgroundLoop, coroutine: Coroutine[object, object, None], timeout: float) -> None:
        try:
            loop.finish(coroutine, timeout=timeout + PATIENCE)
        except LoopStuck as error:
            logger.warning("job %s: its end has not been sent: %s", self.name, error)

    async def report_success(self) -> list[str]:
        """Ping the heartbeat, and close the alert if configured.

        Returns:
            Reasons for which something was not sent; they are in the log as well.
        """

        async def send(og: Opsgenie) -> None:
            if self.heartbeat is not None:
                await og.heartbeats.ping(self.heartbeat)
            if self._close_on_success:
                await og.alerts.close(Alias(self._alias))

        return await self._send("ping", send) if self.heartbeat is not None or self._close_on_success else []

    async def report_failure(self, failure: JobFailure) -> list[str]:
        """Raise an alert, if configured.

        Returns:
            Reasons for which it was not sent; they are in the log as well.
        """

        async def send(og: Opsgenie) -> None:
            alert = compose(build_alert(failure), failure, self._extra_fields, f"job {self.name}")
            await og.alerts.create(**alert, alias=self._alias)

        return await self._send("alert", send) if self._alert_on_error else []

    @property
    def _alias(self) -> str:
        return build_alias(f"job: {self.name}")

    def _add_run(self, key: object, run: Run) -> None:
        with RUNS:
            self._runs.setdefault(key, []).append(run)

    def _last_run(self, key: object) -> Run | None:
        """Return the run of this thread or task that began last; None if the parent of a forked child began it.

        A block in a generator may end elsewhere than it began, as in a fixture or a dependency of FastAPI: then it is
        one that began elsewhere.
        """
        process = os.getpid()
        with RUNS:
            if key not in self._runs:
                key = next((key for key, runs in reversed(self._runs.items()) if runs[-1].process == process), key)
            runs = self._runs.get(key, [])
            if not runs or runs[-1].process != process:
                return None
            run = runs.pop()
            if not runs:
                del self._runs[key]
            return run

    def _make_client(self) -> Opsgenie:
        source = self._source
        if source is None or isinstance(source, Config):
            return Opsgenie(config=source)
        return source if isinstance(source, Opsgenie) else source()

    async def _send(self, noun: str, send: Callable[[Opsgenie], Awaitable[None]]) -> list[str]:
        """Send by a client that is opened for it; what goes wrong is logged and returned."""
        try:
            og = self._make_client()
            try:
                async with self._clock.deadline(self._clock.now() + self._timeout):
                    await send(og.with_config(total_timeout=self._timeout, max_wait=self._timeout))
            finally:
                if og is not self._source:
                    await og.close()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it is, the job goes on
            reason = f"no response within {self._timeout:g} s" if isinstance(error, TimeoutError) else str(error)
            logger.warning("job %s: the %s did not get through: %s", self.name, noun, reason)
            return [f"the {noun} could not be sent: {reason}"]
        return []

    def _is_failure(self, error: BaseException) -> bool:
        if isinstance(error, SystemExit):
            return error.code not in (None, 0)
        return isinstance(error, Exception)

    def _is_ignored(self, error: BaseException) -> bool:
        def is_ignored(error: BaseException) -> bool:
            kinds = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
            return isinstance(error, self._ignore) or CONTROL_FLOW in kinds

        return is_ignored(error) or all(map(is_ignored, single_errors(error)))


def _result(function: object, result: object) -> object:
    """Return *result* unless it is a body that has not run: to call the job again and again would do nothing.

    Raises:
        ArgumentTypeError: It is a generator, or the context manager of one.
    """
    if isinstance(result, Generator | AsyncGenerator) or (
        isinstance(result, AbstractContextManager | AbstractAsyncContextManager)
        and _is_generator_function(inspect.unwrap(cast("Callable[..., object]", function)))
    ):
        raise ArgumentTypeError(f"{_name_of(function)}: returned a generator, whose body has not run, from a job")
    return result


def _is_generator_function(function: object) -> bool:
    return _is(inspect.isgeneratorfunction, function) or _is(inspect.isasyncgenfunction, function)


def _name_of(function: object) -> str:
    return getattr(function, "__qualname__", "") or repr(function)


def _current_task() -> asyncio.Task[object] | None:
    """Return the task of this coroutine; None in a forked child, where asyncio knows of no loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _is(kind: Callable[[object], bool], function: object) -> bool:
    """Whether *function*, or what is called when an object is called, is of a *kind*."""
    return kind(function) or kind(getattr(function, "__call__", None))  # noqa: B004  # to look at, not to ask for


class Run:
    """One run of a job, with the pings while it runs.

    Args:
        job: The job.
    """

    loop: BackgroundLoop | None = None

    def __init__(self, job: Job) -> None:
        self._job = job
        self.process = os.getpid()
        self._started = job._clock.now()
        self._stop_pings: Callable[[], Awaitable[None]] | None = None
        self._og: Opsgenie | None = None

    def start(self) -> None:
        """Start pinging, in the running event loop."""
        job = self._job
        if job._every is None or job.heartbeat is None:
            return
        try:
            self._og = job._make_client()
            self._stop_pings = PingLoop(job.heartbeat, job._every, clock=job._clock).start(self._og)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it is, the job goes on
            logger.warning("job %s: it is not pinged while it runs: %s", job.name, error)

    async def stop(self) -> None:
        """Stop pinging."""
        if self._stop_pings is not None:
            await self._stop_pings()
        if self._og is not None and self._og is not self._job._source:
            await self._og.close()

    async def end(self, error: BaseException | None) -> None:
        """Stop pinging, and report a success, or the failure by *error*."""
        job = self._job
        await self.stop()
        if error is None:
            await job.report_success()
        elif job._is_failure(error) and not job._is_ignored(error):
            await job.report_failure(JobFailure.of(job.name, error, job._clock.now() - self._started))
