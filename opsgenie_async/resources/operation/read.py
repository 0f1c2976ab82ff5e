"""Send the request of a call, and read the answer as the method promises it."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import TYPE_CHECKING, Any

from opsgenie_async.converters import read, read_list
from opsgenie_async.errors import Conflict, NotFound, ProtocolError
from opsgenie_async.http.response import Envelope, Response, read_envelope, read_file, read_text, understand
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.pending import Pending
from opsgenie_async.resources.operation.arguments import Fields
from opsgenie_async.resources.operation.build import build_request

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.declare import Operation

__all__ = ["list_items", "send"]


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
    except Conflict as error:
        if operation.resolve_conflict is None or not error.maybe_done:
            raise
        if (answer := await operation.resolve_conflict(resource, arguments)) is None:
            raise
        return answer
    return _answer(operation, resource, response, arguments)


def list_items(operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields) -> Pager[Any]:
    """Return a pager that has not sent anything yet."""
    request, arguments = build_request(operation, resource, args, keywords)
    return Pager(resource._transport, request, _item_reader(operation, arguments), operation.next_page)


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
    if operation.variant is not None:
        kind = operation.variant(arguments)
    return understand(response, lambda envelope: read(_data(operation, envelope), kind))


def _item_reader(operation: Operation, arguments: Fields) -> Callable[[Envelope], list[Any]]:
    kind = operation.answer if operation.variant is None else operation.variant(arguments)
    return lambda envelope: read_list(_data(operation, envelope), kind)


def _data(operation: Operation, envelope: Envelope) -> Json:
    key = operation.data_key
    if not key:
        return envelope.data
    if callable(key):
        return key(envelope.data)
    if not isinstance(envelope.data, dict):
        raise ProtocolError(f"data: expected an object with {key!r}")
    return envelope.data.get(key)
