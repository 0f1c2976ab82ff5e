"""Declared methods other than listings: they send the request, and read the response by the return type."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

from opsgenie_async.converters import read
from opsgenie_async.errors import NotFound
from opsgenie_async.http.envelope import read_envelope, understand
from opsgenie_async.http.response import Response, read_file, read_text
from opsgenie_async.pending import Pending
from opsgenie_async.resources.operation.arguments import Fields
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.listing import DataKey, call_request, data_at

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["answer_of", "coroutine_method", "read_answer"]

T = TypeVar("T")


def coroutine_method(operation: Operation) -> Callable[..., object]:
    """Create the method of an operation that is not a listing: it sends, and returns the type of the signature."""

    @functools.wraps(operation.function)
    async def call(self: Resource, *args: object, **fields: object) -> object:
        request, arguments = call_request(operation, self, args, fields)
        try:
            response = await self._transport.send(request)
        except NotFound as error:
            # "Not found" on a repeat means that the first one had arrived.
            if operation.method == "DELETE" and operation.answer is NoneType and error.maybe_done:
                return None
            raise
        return _answer(operation, self, response, arguments, request.hint)

    call.operation = operation  # type: ignore[attr-defined]
    return call


async def answer_of(method: Callable[..., object], **arguments: object) -> Any:
    """Send the request of a method declared with `endpoint`, and return the type of its signature.

    Args:
        method: The method, bound to its resource.
        arguments: The arguments of its body, by name.
    """
    operation: Operation = method.operation  # type: ignore[attr-defined]
    resource: Resource = method.__self__  # type: ignore[attr-defined]
    request = request_of(method, **arguments)
    return _answer(operation, resource, await resource._transport.send(request), arguments, request.hint)


def read_answer(response: Response, kind: type[T], data_key: DataKey = "") -> T:
    """Read `data` of an answer.

    Args:
        response: The answer.
        kind: The type of what is there.
        data_key: The key inside `data` that it is under, or how to get at it there.

    Raises:
        ProtocolError: The answer does not fit.
    """
    return understand(response, lambda envelope: read(data_at(data_key, envelope), kind))


def _answer(operation: Operation, resource: Resource, response: Response, arguments: Fields, hint: str) -> object:
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
        return understand(response, lambda envelope: resource._pending(envelope, alias=alias, hint=hint))
    return read_answer(response, kind, operation.data_key)
