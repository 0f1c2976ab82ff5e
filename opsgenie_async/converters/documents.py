"""Models, and the plain values around them, to JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from opsgenie_async.converters.convert import TOO_DEEP, converter
from opsgenie_async.converters.names import camel
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import NotJson, Unwritable
from opsgenie_async.unset import UNSET

__all__ = ["body", "write"]


def write(value: object) -> Json:
    """Write models and the plain values around them.

    Raises:
        ValueError: A datetime has no zone, or a number is none; names its place.
        TypeError: A value has no place in JSON; names its place.
    """
    try:
        document: Json = _writer()(value)
    except RecursionError:
        raise NotJson(value, f"a document, which is not {TOO_DEEP}") from None
    return document


def body(**fields: object) -> dict[str, Json]:
    """A request body: names in camelCase, None as null, `UNSET` left out."""
    write_value = _body_writer()
    document: dict[str, Json] = {}
    for name, value in fields.items():
        if value is not UNSET:
            try:
                document[camel(name)] = write_value(value)
            except Unwritable as error:
                raise error.under(name) from None
            except RecursionError:
                raise NotJson(value, f"a value that is not {TOO_DEEP}", name) from None
    return document


@functools.cache
def _writer() -> Callable[[Any], Any]:
    from opsgenie_async.converters.writer import make_value_writer

    return make_value_writer(converter())


@functools.cache
def _body_writer() -> Callable[[Any], Any]:
    from opsgenie_async.converters.writer import make_value_writer

    return make_value_writer(converter(), finite=True)
