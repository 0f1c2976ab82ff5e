"""JSON to models: read by the converter of the process, which is built at first use."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from opsgenie_async.errors import ProtocolError
from opsgenie_async.models.mismatch import Mismatch, read_around_nulls

if TYPE_CHECKING:
    from opsgenie_async.converters.unions import Hook

__all__ = ["TOO_DEEP", "converter", "read", "read_list", "reader_of"]

T = TypeVar("T")

FOREIGN = (ValueError, TypeError, LookupError, ExceptionGroup)
"""What cattrs' own hooks raise, for types that this package has no rule for."""

TOO_DEEP = "nested without an end"

_readers: dict[Any, Hook] = {}


def read(data: object, kind: type[T], at: str = "data") -> T:
    """Read one value; raises `ProtocolError` with the path, from *at* on, of a value that does not match."""
    reader = reader_of(kind)
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
    reader = reader_of(kind)
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


def _foreign(error: Exception, at: str) -> ProtocolError:
    from cattrs import transform_error

    return ProtocolError("; ".join(transform_error(error, at)))


# cattrs takes longer to import than the rest of the package: it waits until there is something to convert.
@functools.cache
def converter() -> Any:
    """The converter of the process."""
    from opsgenie_async.converters.hooks import build_converter

    return build_converter()


def reader_of(kind: Any) -> Hook:
    """The function that reads one value of *kind*, of its second argument; raises `Mismatch`, and what cattrs does."""
    hook = _readers.get(kind)
    if hook is None:
        hook = _readers[kind] = converter().get_structure_hook(kind)
    return hook
