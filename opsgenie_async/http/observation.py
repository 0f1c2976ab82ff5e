"""The state of a client for observers, and the headers that they may add."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from opsgenie_async.events import ClientState, LaneState
from opsgenie_async.http.pool import Pool
from opsgenie_async.throttle import Throttle

__all__ = ["Family", "sendable"]

FIELD_NAME = re.compile(r"[A-Za-z0-9_-]+")
NOT_TO_BE_ADDED = frozenset(
    ("authorization", "connection", "content-length", "cookie", "host", "proxy-authorization", "transfer-encoding")
)
"""Header fields that say who asks, or where one message ends and the next begins: none of an observer's business."""


@runtime_checkable
class _Lanes(Protocol):
    """A throttle with a state by domain, which not every throttle has."""

    def lanes(self) -> tuple[LaneState, ...]: ...


class Family:
    """A client and its views: one pool, one throttle."""

    def __init__(self, pool: Pool, throttle: Throttle, pool_size: int) -> None:
        self._pool = pool
        self._throttle = throttle
        self._pool_size = pool_size

    def state(self) -> ClientState:
        """The current counts; may be called from another thread."""
        session = self._pool.session
        calls = session.calls.copy()  # in one step: none comes or goes meanwhile
        return ClientState(
            base_url=self._pool.base_url,
            calls=len(calls),
            connections_active=sum(call.in_flight for call in calls),
            connections_idle=session.idle,
            pool_size=self._pool_size,
            lanes=self._throttle.lanes() if isinstance(self._throttle, _Lanes) else (),
        )


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """The *headers* of an observer that are allowed and can be sent."""
    return {
        name: value
        for name, value in headers.items()
        if FIELD_NAME.fullmatch(name)
        and name.lower() not in NOT_TO_BE_ADDED
        and value.isascii()
        and value.isprintable()
    }
