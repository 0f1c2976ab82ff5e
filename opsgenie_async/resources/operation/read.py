"""Send the request of a call, and read the answer as the method promises it."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from opsgenie_async.converters import read, read_list
from opsgenie_async.errors import NotFound, ProtocolError
from opsgenie_async.http.response import Envelope, Response, read_envelope, read_file, read_text, understand
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.resources.operation.arguments import Fields
from opsgenie_async.resources.operation.build import build_request, request_of

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["answer_of", "items_of", "list_items", "read_answer", "send"]

T = TypeVar("T")
DataKey: TypeAlias = str | Callable[[Json], Json]


async def send(operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields) -> object:
    """Send the request of one call, and return what its method promises."""
    request, arguments = build_request(operation, resource, args, keywords)
    try:
        response = await resource._transport.send(request)
    except NotFound as error:
        # "Not found" on a repeat means that the first one had arrived.
        if operation.method == "DELETE" and operation.answer is NoneType and error.maybe_done:
            return None
        raise
    return _answer(operation, resource, response, arguments)


def list_items(operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields) -> Pager[Any]:
    """Return a pager that has not sent anything yet."""
    request, _ = build_request(operation, resource, args, keywords)
    return Pager(resource._transport, request, items_of(operation.answer, operation.data_key))


async def answer_of(method: Callable[..., object], **arguments: object) -> Any:
    """Send the request of a method that is declared with `endpoint`, and return what its signature promises.

    Args:
        method: The method, bound to its resource.
        arguments: What its body got, by their names.
    """
    operation: Operation = method.operation  # type: ignore[attr-defined]
    resource: Resource = method.__self__  # type: ignore[attr-defined]
    return _answer(operation, resource, await resource._transport.send(request_of(method, **arguments)), arguments)


def items_of(kind: type[T], data_key: DataKey = "") -> Callable[[Envelope], list[T]]:
    """Return what reads the items of a page.

    Args:
        kind: The type of an item.
        data_key: The key inside `data` that they are under, or how to get at them there.
    """
    return lambda envelope: read_list(_data(data_key, envelope), kind)


def read_answer(response: Response, kind: type[T], data_key: DataKey = "") -> T:
    """Read `data` of an answer.

    Args:
        response: The answer.
        kind: The type of what is there.
        data_key: The key inside `data` that it is under, or how to get at it there.

    Raises:
        ProtocolError: The answer does not fit.
    """
    return understand(response, lambda envelope: read(_data(data_key, envelope), kind))


def _answer(operation: Operation, resource: Resource, response: Response, arguments: Fields) -> object:
    kind = operation.answer
    if kind is bytes:
        return read_file(response)
    if kind is str:
        return read_text(response)
    if kind is NoneType:
        read_envelope(response)
        return None
    if kind is Pending:
        alias = str(arguments.get("alias") or "")
        return understand(response, lambda envelope: resource._pending(envelope, alias=alias))
    return read_answer(response, kind, operation.data_key)


def _data(key: DataKey, envelope: Envelope) -> Json:
    if not key:
        return envelope.data
    if callable(key):
        return key(envelope.data)
    if not isinstance(envelope.data, dict):
        raise ProtocolError(f"data: expected an object with {key!r}")
    return envelope.data.get(key)
