"""Several calls at once, of which only the first failure matters."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, TypeVar

__all__ = ["gather_all", "leaves"]

T = TypeVar("T")


async def gather_all(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run *calls* concurrently and return their results in order.

    Unlike `asyncio.gather`, it cancels the others at the first failure and waits for them: they would go on and report
    failures of their own, which are only consequences of the first. An end of the whole run comes before other errors.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as errors:
        failures = list(leaves(errors))
        raise next((each for each in failures if not isinstance(each, Exception)), failures[0]) from None
    return [task.result() for task in tasks]


def leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    """Yield the errors in a group, and in the groups within it."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error
