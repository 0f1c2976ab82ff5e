"""Listings beyond the API's limit, as models: the implementation of `history`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.converters import read
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.history import Slice, Target, Walk
from opsgenie_async.http.transport import Transport
from opsgenie_async.models.wire_types import aware

__all__ = ["read_history"]

T = TypeVar("T")


def read_history(
    transport: Transport, target: Target, kind: type[T], query: str, since: datetime | None, until: datetime | None
) -> AsyncGenerator[T, None]:
    """All matches of *query* as models of *kind*, oldest first, without duplicates.

    Raises:
        ArgumentTypeError: An argument has a wrong type; nothing was sent.
        ArgumentValueError: A datetime has no time zone; nothing was sent.
    """
    return _read(transport, target, kind, _whole(f"{target.noun}s.history", query, since, until))


def _whole(call: str, query: str, since: datetime | None, until: datetime | None) -> Slice:
    """Arguments of *call* as one slice, from *since* on until just before *until*."""
    if not isinstance(query, str):
        raise ArgumentTypeError(f"query: expected a str, got {query!r}", call=call)
    try:
        low, high = (
            None if moment is None else epoch_milliseconds(aware(name, moment), up=True)
            for name, moment in (("since", since), ("until", until))
        )
    except TypeError as error:
        raise ArgumentTypeError(str(error), call=call) from None
    except ValueError as error:
        raise ArgumentValueError(str(error), call=call) from None
    return Slice(query.strip(), low, high)


async def _read(transport: Transport, target: Target, kind: type[T], everything: Slice) -> AsyncGenerator[T, None]:
    walk = Walk(transport.send, target)
    known: set[str] = set()
    async for slice in walk.slices(everything):
        if not slice.parts:  # slices of time share nothing
            known.clear()
        async with aclosing(walk.whole(slice, known)) as items:
            async for item in items:
                yield read(item.document, kind, at=target.noun)
