"""The caller's functions that return a text: a failure costs no alert."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

from opsgenie_async.client import Opsgenie
from opsgenie_async.config import Config
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.logs import get_logger
from opsgenie_async.web.settings import check_function

__all__ = ["check_plain_function", "check_source", "text_of"]

logger = get_logger(__name__)

T = TypeVar("T")


def check_plain_function(name: str, value: object, *arguments: str) -> None:
    """Raise for anything that cannot be called with *arguments*, and for a coroutine function: nobody would await it.

    Raises:
        ArgumentTypeError: *value* is not a function, takes other arguments, or is a coroutine function.
    """
    check_function(name, value, *arguments)
    if inspect.iscoroutinefunction(value):
        raise ArgumentTypeError(f"{name}: expected a function that is not a coroutine function")


def check_source(source: object, *arguments: str) -> None:
    """Raise for anything that is not a source of a client. The error does not show it: it may be a key.

    Args:
        source: A client, a `Config`, a function that makes a client, or None.
        arguments: What the function is called with.

    Raises:
        ArgumentTypeError: *source* is none of these, or a function that takes other arguments.
    """
    if source is None or isinstance(source, Opsgenie | Config):
        return
    if not callable(source) or inspect.iscoroutinefunction(source) or (source is Opsgenie and arguments):
        kind = f"class {source.__name__}" if isinstance(source, type) else type(source).__name__
        raise ArgumentTypeError(
            f"og_or_config: expected an Opsgenie, a Config, or a function that makes an Opsgenie, got {kind}"
        )
    check_function("og_or_config", source, *arguments)


def text_of(name: str, function: Callable[[T], str], value: T) -> str:
    """Return the text that *function* returns for *value*; "" if it fails, which is logged."""
    try:
        text = function(value)
    except (Exception, SystemExit):  # the failure is worth an alert even if this one cannot be had
        logger.exception("%s: the function failed, and the default is used", name)
        return ""
    return str(text or "")
