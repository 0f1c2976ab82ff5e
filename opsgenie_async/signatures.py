"""Calls that do not fit the signature of a method: Python's own words and a suggestion, in an error of the package."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar, cast

from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.suggestion import closest
from opsgenie_async.truncation import truncate

__all__ = ["check_argument", "check_signature", "likely_argument", "mismatch"]

F = TypeVar("F", bound=Callable[..., object])

LIKENESS = 0.7
"""How much alike two names are, from 0 to 1, for one to be a slip of the pen for the other."""
LONGEST = 80
"""So many letters of a wrong argument are shown."""


def check_signature(function: F) -> F:
    """Suggest an argument to those who misspell one of a method that is written out; operations do it by themselves."""
    signature = inspect.signature(function)
    _, *accepted = signature.parameters

    def check(args: tuple[object, ...], keywords: Mapping[str, object]) -> None:
        try:
            signature.bind(None, *args, **keywords)
        except TypeError:
            raise mismatch(function, accepted, args, keywords) from None

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def call(self: object, *args: object, **keywords: object) -> object:
            check(args, keywords)
            return await cast("Awaitable[object]", function(self, *args, **keywords))

        return cast("F", call)

    @functools.wraps(function)
    def start(self: object, *args: object, **keywords: object) -> object:
        check(args, keywords)
        return function(self, *args, **keywords)

    return cast("F", start)


def check_argument(name: str, value: object, kind: type | tuple[type, ...], expectation: str) -> None:
    """Raise `ArgumentTypeError` for an argument of another class.

    Args:
        name: Function and argument, as "pull: store".
        value: The argument.
        kind: The class that it must have, or some of which one.
        expectation: What to give, as "a Store, such as Store('backup')".
    """
    if isinstance(value, kind):
        return
    if inspect.iscoroutine(value):
        value.close()  # no second complaint, that nobody awaited it
        raise ArgumentTypeError(f"{name}: expected {expectation}, got a coroutine: it lacks an `await`")
    raise ArgumentTypeError(f"{name}: expected {expectation}, got {truncate(repr(value), LONGEST)}")


def likely_argument(name: str, candidates: Collection[str]) -> str:
    """Return `; did you mean 'query'?` where *name* is a slip of the pen for one of *candidates*, else ""."""
    close = closest(name, candidates, LIKENESS)
    return f"; did you mean {close!r}?" if close else ""


def mismatch(
    function: Callable[..., object],
    accepted: Collection[str],
    args: tuple[object, ...],
    keywords: Mapping[str, object],
    hint: Callable[[str, Collection[str]], str] = likely_argument,
) -> ArgumentTypeError:
    """Return the error for a missing, unknown or duplicated argument.

    Args:
        function: The method.
        accepted: The names of its arguments, without the object of the method.
        args: The positional arguments of the call, likewise.
        keywords: The others.
        hint: Returns the hint for an unknown argument, given the arguments that are left.
    """
    for name in keywords:
        if name not in accepted:
            text = hint(name, [each for each in accepted if each not in keywords])
            return ArgumentTypeError(f"{function.__qualname__}() got an unexpected keyword argument {name!r}{text}")
    try:
        function(None, *args, **keywords)  # never gets to its body: Python says what is wrong
    except TypeError as error:
        return ArgumentTypeError(str(error))
    raise AssertionError(f"{function.__qualname__} takes these arguments")
