"""The converter of the process, built at first use."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from opsgenie_async.converters.names import camel
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import Mismatch, NotJson, Unwritable, read_around_nulls
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.converters.reader import Hook

__all__ = ["body", "read", "read_list", "write"]

T = TypeVar("T")

FOREIGN = (ValueError, TypeError, LookupError, ExceptionGroup)
"""What cattrs' own hooks raise, for types that this package has no rule for."""

TOO_DEEP = "nested without an end"

_readers: dict[Any, Hook] = {}


def read(data: object, kind: type[T], at: str = "data") -> T:
    """Read one value; raises `ProtocolError` with the path, from *at* on, of a value that does not match."""
    reader = _reader(kind)
    try:
        model: T = reader(data, kind)
    except Mismatch as mismatch:
        raise ProtocolError(mismatch.text(at)) from None
    except RecursionError:
        raise ProtocolError(f"{at}: {TOO_DEEP}") from None
    except FOREIGN as error:
        raise _foreign(error, at) from error
    return model


def read_list(data: object, kind: type[T], at: str = "data") -> list[T]:
    """Read a list of values, strictly like `read`; a null in it is no value, and passed over."""
    reader = _reader(kind)
    try:
        if not isinstance(data, list):
            raise Mismatch("list", data)
        try:
            return [reader(item, kind) for item in data]
        except Mismatch:
            return read_around_nulls(data, reader, kind)
    except Mismatch as mismatch:
        raise ProtocolError(mismatch.text(at)) from None
    except RecursionError:
        raise ProtocolError(f"{at}: {TOO_DEEP}") from None
    except FOREIGN as error:
        raise _foreign(error, at) from error


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


def _foreign(error: Exception, at: str) -> ProtocolError:
    from cattrs import transform_error

    return ProtocolError("; ".join(transform_error(error, at)))


# cattrs takes longer to import than the rest of the package: it waits until there is something to convert.
@functools.cache
def _converter() -> Any:
    from opsgenie_async.converters.hooks import build_converter

    return build_converter()


def _reader(kind: Any) -> Hook:
    hook = _readers.get(kind)
    if hook is None:
        hook = _readers[kind] = _converter().get_structure_hook(kind)
    return hook


@functools.cache
def _writer() -> Callable[[Any], Any]:
    from opsgenie_async.converters.writer import make_value_writer

    return make_value_writer(_converter())


@functools.cache
def _body_writer() -> Callable[[Any], Any]:
    from opsgenie_async.converters.writer import make_value_writer

    return make_value_writer(_converter(), finite=True)
