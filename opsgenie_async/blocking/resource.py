"""Pages of the API whose methods block, made at run time of the methods that are declared."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, cast

from opsgenie_async.errors import UNPICKLABLE, ClientMisused
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.waiting import BlockingPager, BlockingPending, Runner, iterate

if TYPE_CHECKING:
    from opsgenie_async.legacy import Legacy

__all__ = ["BlockingLegacy", "BlockingResource", "block"]


class BlockingResource:
    """A page of the API whose methods block.

    Args:
        resource: The page of the asynchronous client.
        runner: Runs its coroutines.
    """

    def __init__(self, resource: object, runner: Runner) -> None:
        self._resource = resource
        self._runner = runner

    def __repr__(self) -> str:
        return f"<blocking {type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise ClientMisused(UNPICKLABLE)

    if not TYPE_CHECKING:  # which know its methods

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "resource")


class BlockingLegacy:
    """The pages of v1."""

    def __init__(self, legacy: Legacy, runner: Runner) -> None:
        self.policies = block(legacy.policies, runner)
        self.schedules = block(legacy.schedules, runner)


def block(resource: object, runner: Runner) -> BlockingResource | BlockingLegacy:
    """Return a page of the asynchronous client with methods that block.

    Args:
        resource: The page.
        runner: Runs its coroutines.
    """
    if type(resource).__module__ == "opsgenie_async.legacy":  # not loaded in order to ask
        return BlockingLegacy(cast("Legacy", resource), runner)
    return _blocking_class(type(resource))(resource, runner)


CLASSES: dict[type, type[BlockingResource]] = {}
"""Blocking classes by those that they are made of."""


def _blocking_class(kind: type) -> type[BlockingResource]:
    """Make the blocking class of a page: a method for each of its public ones, with its name, signature and text."""
    if kind in CLASSES:
        return CLASSES[kind]
    names = [name for name in dir(kind) if not name.startswith("_")]
    methods = {name: _method(name, function) for name in names if inspect.isfunction(function := getattr(kind, name))}
    values = {name: value for name in names if isinstance(value := getattr(kind, name), str)}
    fields = {"__doc__": kind.__doc__, "__module__": __name__, **values, **methods}
    return CLASSES.setdefault(kind, type(kind.__name__, (BlockingResource,), fields))


def _method(name: str, function: Callable[..., Any]) -> Callable[..., object]:
    @wraps(function)
    def call(self: BlockingResource, *args: object, **fields: object) -> object:
        result = getattr(self._resource, name)(*args, **fields)
        return _result(result, self._runner, name)

    return call


def _result(result: object, runner: Runner, name: str) -> object:
    match result:
        case Pager():
            return BlockingPager(result, runner)
        case Coroutine():
            value = runner.run(result)
            return BlockingPending(value, runner) if isinstance(value, Pending) else value
        case AsyncGenerator():
            return iterate(runner, result)
        case _:
            raise ClientMisused(f"{name} needs an event loop: use opsgenie_async.Opsgenie")
