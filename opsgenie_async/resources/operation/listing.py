"""Declared listings: they return a pager, which sends the request of the call and reads its pages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from opsgenie_async.converters import read_list, reader_of
from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.request import Request
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.resources.operation.arguments import Fields
from opsgenie_async.resources.operation.build import build_request

if TYPE_CHECKING:
    from opsgenie_async.converters.unions import Hook
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["DataKey", "call_request", "data_at", "items_of", "listing_method"]

T = TypeVar("T")
DataKey: TypeAlias = str | Callable[[Json], Json]


def listing_method(operation: Operation) -> Callable[..., object]:
    """Create the method of a listing: it returns a pager that has not sent a request yet."""
    read: Callable[[Envelope], list[Any]] | None = None

    @functools.wraps(operation.function)
    def call(self: Resource, *args: object, **fields: object) -> Pager[Any]:
        nonlocal read
        read = read or items_of(operation.answer, operation.data_key)
        request, _ = call_request(operation, self, args, fields)
        return Pager(self._transport, request, read)

    call.operation = operation  # type: ignore[attr-defined]
    return call


def call_request(
    operation: Operation, resource: Resource, args: tuple[object, ...], fields: Fields
) -> tuple[Request, Fields]:
    """The request of a call, and its arguments by name; a GET without arguments is built once."""
    if args or fields or operation.method != "GET":
        return build_request(operation, resource, args, fields)
    request = operation.bare.get(resource.domain)
    if request is None:
        request, _ = build_request(operation, resource, args, fields)
        operation.bare[resource.domain] = request
    return request, operation.parameters.defaults


def items_of(kind: type[T], data_key: DataKey = "") -> Callable[[Envelope], list[T]]:
    """Return the reader of the items of a page.

    Args:
        kind: The type of an item.
        data_key: The key inside `data` that they are under, or how to get at them there.
    """
    hook: Hook | None = None

    def read(envelope: Envelope) -> list[T]:
        nonlocal hook
        data = data_at(data_key, envelope) if data_key else envelope.data
        hook = hook or reader_of(kind)
        try:
            if isinstance(data, list):
                return [hook(item, kind) for item in data]
        except Exception:  # noqa: BLE001, S110  # the one below says what is wrong, or reads around the nulls
            pass
        return read_list(data, kind)

    return read


def data_at(key: DataKey, envelope: Envelope) -> Json:
    """`data` of a response, or the value of *key* in it; raises `ProtocolError` if there is none."""
    if not key:
        return envelope.data
    if callable(key):
        return key(envelope.data)
    if not isinstance(envelope.data, dict):
        raise ProtocolError(f"data: expected an object with {key!r}")
    return envelope.data.get(key)
