"""Validation of settings: an invalid one is refused at once, by name. Pure."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable
from typing import cast

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.models.common import Priority

__all__ = [
    "check_function",
    "check_name",
    "check_number",
    "check_priority",
    "check_texts",
    "exceptions_of",
    "secrets_of",
]

PRIORITIES = tuple(Priority)


def check_number(name: str, value: object, least: float) -> None:
    """Raise for anything but a number of at least *least*.

    Raises:
        ArgumentTypeError: *value* is not a number.
        ArgumentValueError: It is too small.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ArgumentTypeError(f"{name}: expected a number, got {type(value).__name__}")
    if not value >= least:
        raise ArgumentValueError(f"{name}: expected {least} or more, got {value!r}")


def check_name(name: str, value: object) -> None:
    """Raise for anything but a non-empty str.

    Raises:
        ArgumentTypeError: *value* is no text.
        ArgumentValueError: It is empty.
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name}: expected str, got {type(value).__name__}")
    if not value.strip():
        raise ArgumentValueError(f"{name}: expected a non-empty str, got {value!r}")


def check_function(name: str, value: object, *arguments: str) -> None:
    """Raise for anything that cannot be called with *arguments*, before it is needed.

    Raises:
        ArgumentTypeError: *value* cannot be called, or takes other arguments.
    """
    if not callable(value):
        raise ArgumentTypeError(f"{name}: expected a function, got {type(value).__name__}")
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return  # written in C: only a call shows what it takes
    try:
        signature.bind(*arguments)
    except TypeError as error:
        call = f"({', '.join(arguments)})"
        raise ArgumentTypeError(f"{name}: the function is called with {call}: {error}") from None


def check_priority(name: str, value: object) -> None:
    """Raise for anything but a priority: the API would refuse each alert.

    Raises:
        ArgumentTypeError: *value* is no text.
        ArgumentValueError: The priority does not exist.
    """
    check_name(name, value)
    if value not in PRIORITIES:
        raise ArgumentValueError(f"{name}: expected one of {', '.join(PRIORITIES)}, got {value!r}")


def check_texts(name: str, texts: Iterable[object]) -> None:
    """Raise for a str instead of a collection: its characters would be the items.

    Raises:
        ArgumentTypeError: *texts* is a str.
    """
    if isinstance(texts, str | bytes):
        raise ArgumentTypeError(f"{name}: expected a collection of texts, got one text; give [{texts!r}]")


def exceptions_of(name: str, kinds: object) -> tuple[type[BaseException], ...]:
    """Return a collection of classes of exceptions as `isinstance` takes them.

    Raises:
        ArgumentTypeError: It is invalid; found only when a job fails, it would hide the reason.
    """
    several = isinstance(kinds, Collection) and not isinstance(kinds, str | bytes | type)
    for kind in cast("Collection[object]", kinds) if several else (None,):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ArgumentTypeError(f"{name}: expected a collection of classes of exceptions, got {kinds!r}")
    return tuple(cast("Collection[type[BaseException]]", kinds))


def secrets_of(secret: object) -> tuple[bytes, ...]:
    """Return the given secrets, one or several; none for None. No error shows them.

    Raises:
        ArgumentTypeError: *secret* is neither a str nor a collection of str.
        ArgumentValueError: There is none, or one is empty.
    """
    if secret is None:
        return ()
    several = isinstance(secret, Collection) and not isinstance(secret, str | bytes)
    secrets: Collection[object] = cast("Collection[object]", secret) if several else (secret,)
    texts = [each for each in secrets if isinstance(each, str)]
    if len(texts) < len(secrets):
        raise ArgumentTypeError("secret: expected a str, or a collection of str")
    if not texts or not all(texts):
        raise ArgumentValueError("secret: an empty one protects nothing; pass None for no authentication")
    return tuple(each.encode() for each in texts)
