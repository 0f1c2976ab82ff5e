"""A handler for the standard `logging` module that raises an alert for each record.

    logging.getLogger().addHandler(OpsgenieHandler(service="billing"))

It needs no event loop: a background thread sends. Logging calls never wait for Opsgenie, and never fail.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakSet

from opsgenie_async.background_loop import PATIENCE, BackgroundLoop, LoopStuck
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.logs import get_logger
from opsgenie_async.models import PriorityLike
from opsgenie_async.web.alert_fields import ExtraFields, extra_fields
from opsgenie_async.web.alert_outcomes import announce_drop
from opsgenie_async.web.alert_sender import AlertSender
from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.callbacks import check_plain_function, text_of
from opsgenie_async.web.log_records import (
    PRIORITIES,
    LogFailure,
    LogFingerprint,
    build_alert,
    describe,
    fingerprint,
    read_record,
)
from opsgenie_async.web.log_throttle import LogThrottle
from opsgenie_async.web.request_failure import AlertFields, build_alias
from opsgenie_async.web.settings import check_name, check_number, check_priority

__all__ = ["OpsgenieHandler"]

logger = get_logger(__name__)

PACKAGE = "opsgenie_async"


class OpsgenieHandler(logging.Handler):
    """A logging handler that raises alerts for log records.

    Records with the same logger, message template and place of the exception are one alert with a count. Of one such
    alert at most *burst* records are sent in *per* seconds; the others are counted, and their number is sent as a note.
    Records are queued in memory; while Opsgenie is unavailable, they are kept and retried. Nothing that is
    logged by this package, or by any library while alerts are being sent, becomes an alert.

    `extra` becomes the details of the alert; values named like passwords, tokens or keys are redacted.
    `extra={"opsgenie": {"priority": "P1", "tags": ["db"]}}` sets fields of the alert itself.

    Args:
        level: The minimum level of records that become alerts.
        api_key: The API key; OPSGENIE_API_KEY by default.
        region: The region of the account; OPSGENIE_REGION by default.
        base_url: Overrides the region's URL; OPSGENIE_BASE_URL by default.
        config: How to send; a `Config`, or its settings as a mapping.
        service: The source of the alerts, and the prefix of their aliases; the name of the program by default.
        priorities: Priorities by level, as numbers or names: `{"ERROR": "P1"}`. A level between two has that of the
            lower one.
        fingerprint: Computes the key by which records are equal.
        alert: Fields that are added to each alert, or override it: responders, tags...; or a function that computes
            them.
        queue_size: The maximum number of queued records; further ones are dropped and counted.
        burst: The maximum number of records of one alert that are sent within *per*.
        per: Seconds.
        flush: Seconds that `flush` and `close`, and with it the end of the program, may wait for the queue to be sent.

    Raises:
        ArgumentTypeError: A setting has the wrong type; the message names it.
        ArgumentValueError: A setting is invalid; the message names it.

    Attributes:
        occurrences: Records that have an alert.
        suppressed: Those that were only counted.
    """

    _backlog: Backlog[LogFailure]
    _throttle: LogThrottle[LogFailure]
    _sender: AlertSender[LogFailure]
    _loop: BackgroundLoop | None
    _state: threading.RLock
    _local: threading.local
    _is_closed: bool

    def __init__(
        self,
        level: int | str = logging.ERROR,
        *,
        api_key: str | None = None,
        region: str | None = None,
        base_url: str | None = None,
        config: Config | Mapping[str, object] | None = None,
        service: str | None = None,
        priorities: Mapping[int | str, PriorityLike] | None = None,
        fingerprint: LogFingerprint = fingerprint,
        alert: AlertFields | Callable[[LogFailure], AlertFields] | None = None,
        queue_size: int = 1000,
        burst: int = 100,
        per: float = 60.0,
        flush: float = 5.0,
    ) -> None:
        _check(queue_size, burst, per, flush, service, fingerprint)
        settings = _config_of(config)
        # A forked child makes its client of these, whatever has become of the environment by then.
        api_key = api_key if api_key is not None else os.environ.get("OPSGENIE_API_KEY") or None
        region = region if region is not None else os.environ.get("OPSGENIE_REGION") or None
        self.service = service or Path(sys.argv[0]).stem or "python"
        self.occurrences = self.suppressed = 0
        self._priorities: Mapping[int, PriorityLike]
        self._priorities = PRIORITIES if priorities is None else {**PRIORITIES, **_by_number(priorities)}
        self._fingerprint = fingerprint
        self._extra_fields: ExtraFields[LogFailure] = (*extra_fields(alert), _own_fields)
        self._queue_size, self._burst, self._per, self._flush_time = queue_size, burst, per, flush

        def make_client() -> Opsgenie:
            return Opsgenie(api_key, region=region, base_url=base_url, config=settings)

        self._make_client = make_client  # a forked child needs a client of its own
        self._client = make_client()
        super().__init__(level)  # from here on `logging` flushes it at exit, so that nothing may fail before
        self._begin()
        HANDLERS.add(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.service!r} ({logging.getLevelName(self.level)})>"

    @property
    def delivered(self) -> int:
        """Records that Opsgenie accepted."""
        return self._sender.delivered

    @property
    def failed(self) -> int:
        """Calls that Opsgenie rejected permanently."""
        return self._sender.failed

    @property
    def waiting(self) -> int:
        """Records that are still to be sent."""
        return self._backlog.waiting

    @property
    def dropped(self) -> int:
        """Records dropped: the queue was full, the handler closed, or the program ended before they were sent."""
        return self._backlog.dropped

    def filter(self, record: logging.LogRecord) -> bool:
        """Ignore records logged while sending alerts, before taking the handler's lock."""
        return False if self._is_own(record) else super().filter(record)  # the record itself where a filter replaced it

    def emit(self, record: logging.LogRecord) -> None:
        """Queue *record*; errors are reported on stderr, as by `logging`."""
        if self._is_own(record):
            return
        self._local.busy = True
        try:
            self._record(record)
        except Exception:  # noqa: BLE001  # that is what it is for
            self.handleError(record)
        finally:
            self._local.busy = False

    def flush(self) -> None:
        """Send the queue, for at most the flush time."""
        if self._loop is None or self._loop.is_current:
            return
        self._summarize_all()
        if self._backlog:
            self._wait(self._loop, self._sender.flush(self._flush_time))

    def close(self) -> None:
        """Send the queue, for at most the flush time, and close; later records are dropped and counted."""
        if not self._is_closed:
            self._summarize_all()
        with self._state:
            loop = None if self._is_closed else self._loop
            self._is_closed = True
        if loop is not None:
            self._wait(loop, self._end())
            loop.release()
            self._loop = None
            atexit.unregister(self.close)
        HANDLERS.discard(self)
        super().close()

    def _wait(self, loop: BackgroundLoop, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            loop.run(coroutine, timeout=self._flush_time + PATIENCE)
        except LoopStuck as error:
            logger.warning("%d records are still to be sent to Opsgenie: %s", self._backlog.waiting, error)

    def _begin(self) -> None:
        """Begin with an empty queue; the thread is started by the first record."""
        self._backlog = Backlog[LogFailure](self._queue_size, announce_drop)
        self._throttle = LogThrottle[LogFailure](self._burst, self._per)
        self._clock = SystemClock()
        self._sender = AlertSender(self._backlog, build_alert, self._extra_fields, self._flush_time, self._clock)
        self._loop = None
        self._state = threading.RLock()
        self._local = threading.local()
        self._is_closed = False

    def _begin_in_child(self) -> None:
        """What is queued is the parent's to send, and so are its connections, which must not be closed here."""
        ABANDONED.append((self._client, self._sender))
        self._client = self._make_client()
        self.occurrences = self.suppressed = 0
        was_closed = self._is_closed
        self._begin()
        self._is_closed = was_closed

    def _is_own(self, record: logging.LogRecord) -> bool:
        own = record.name == PACKAGE or record.name.startswith(f"{PACKAGE}.")
        return own or getattr(self._local, "busy", False) or (self._loop is not None and self._loop.is_current)

    def _record(self, record: logging.LogRecord) -> None:
        failure = read_record(record, self.service, self._priorities, self.format if self.formatter else describe)
        key = text_of("fingerprint", self._fingerprint, record) or fingerprint(record)
        alias = build_alias(f"{self.service}: {key}")
        with self._state:
            self.occurrences += 1
            now = self._clock.now()
            is_admitted, end = self._throttle.admit(alias, failure, now)
            if is_admitted:
                self._add(alias, failure)
                return
            self.suppressed += 1
            if end is not None and self._loop is not None:
                self._loop.call_later(end - now, lambda: self._summarize(alias))

    def _summarize(self, alias: str) -> None:
        """Send the number of records that were suppressed."""
        with self._state:
            if (pair := self._throttle.take(alias)) is not None:
                self._add(alias, *pair)

    def _summarize_all(self) -> None:
        with self._state:
            for alias, failure, count in self._throttle.take_all():
                self._add(alias, failure, count)

    def _add(self, alias: str, failure: LogFailure, others: int = 0) -> None:
        if self._is_closed:
            self._backlog.dropped += 1
            return
        if self._loop is None:
            loop = self._loop = BackgroundLoop.acquire()
            loop.call_soon(self._sender.start)
            atexit.register(self.close)
            if (processes := sys.modules.get("multiprocessing.util")) is not None:
                processes.Finalize(None, self.close, exitpriority=0)  # its children run no `atexit`
        if self._backlog.add(alias, failure, self._client, others=others):
            self._loop.call_soon(self._sender.wake)

    async def _end(self) -> None:
        await self._sender.stop()
        await self._client.close()


HANDLERS: WeakSet[OpsgenieHandler] = WeakSet()
ABANDONED: list[object] = []
"""What a forked child has from its parent: were it collected, it would close what is the parent's."""


def _check(
    queue_size: object, burst: object, per: object, flush: object, service: object, fingerprint: LogFingerprint
) -> None:
    for name, number, least in (
        ("queue_size", queue_size, 1),
        ("burst", burst, 1),
        ("per", per, 0),
        ("flush", flush, 0),
    ):
        check_number(name, number, least)
    if service is not None:
        check_name("service", service)
    check_plain_function("fingerprint", fingerprint, "record")


def _own_fields(failure: LogFailure) -> AlertFields:
    return failure.fields


def _config_of(config: Config | Mapping[str, object] | None) -> Config:
    if isinstance(config, Config):
        return config
    if config is not None and not isinstance(config, Mapping):
        raise ArgumentTypeError(f"config: expected a Config or its settings, got {type(config).__name__}")
    settings: Mapping[str, Any] = config or {}
    return Config(**settings)


def _by_number(priorities: Mapping[int | str, PriorityLike]) -> dict[int, PriorityLike]:
    if not isinstance(priorities, Mapping):
        raise ArgumentTypeError(f"priorities: expected priorities by level, got {type(priorities).__name__}")
    for priority in priorities.values():
        check_priority("priorities", priority)
    levels = logging.getLevelNamesMapping()
    if unknown := [name for name in priorities if isinstance(name, str) and name not in levels]:
        raise ArgumentValueError(f"priorities: there is no level {unknown[0]!r}")
    return {levels[name] if isinstance(name, str) else name: priority for name, priority in priorities.items()}


def _begin_in_child() -> None:
    for handler in list(HANDLERS):
        handler._begin_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
