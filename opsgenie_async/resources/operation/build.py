"""Build the request of a call out of an operation and the arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opsgenie_async.converters import body, query_text, write
from opsgenie_async.converters.names import camel
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.http.request import REPEATABLE_METHODS, Request
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import NaiveMoment, Unwritable
from opsgenie_async.resources.operation.arguments import Fields, refusal
from opsgenie_async.resources.path import Place
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["argument_errors", "bind", "build_request", "check", "query_name", "request_of"]

NO_FIELDS: Fields = {}


def build_request(
    operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields
) -> tuple[Request, Fields]:
    """Build the request of one call, and return it with the arguments by their names.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
        ArgumentValueError: An argument cannot be sent.
    """
    is_bare = not args and not keywords and operation.method == "GET"
    if is_bare and (request := operation.bare.get(resource.domain)) is not None:
        return request, operation.parameters.defaults
    try:
        arguments = _arguments(operation, args, keywords)
        request = _build(operation, resource, arguments)
    except (TypeError, ValueError, Unwritable) as error:
        raise _argument_error(operation, error) from None
    if is_bare:
        operation.bare[resource.domain] = request
    return request, arguments


def bind(operation: Operation, args: tuple[object, ...], keywords: Fields) -> Fields:
    """Return the arguments of a call by their names, checked, and completed by `before_build`.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
        ArgumentValueError: An argument cannot be sent.
    """
    try:
        return _arguments(operation, args, keywords)
    except (TypeError, ValueError, Unwritable) as error:
        raise _argument_error(operation, error) from None


def request_of(method: Callable[..., object], **arguments: object) -> Request:
    """Build the request of a method that is declared with `endpoint`.

    Args:
        method: The method, bound to its resource.
        arguments: What its body got, by their names.

    Raises:
        ArgumentValueError: An argument cannot be sent.
    """
    operation: Operation = method.operation  # type: ignore[attr-defined]
    with argument_errors(method):
        # Defaults first, as in a call that is bound: the order of a query does not depend on how a method is written.
        return _build(operation, method.__self__, operation.parameters.defaults | arguments)  # type: ignore[attr-defined]


@contextmanager
def argument_errors(method: Callable[..., object]) -> Iterator[None]:
    """Raise what the block says of an argument as an error of ours that names *method*."""
    try:
        yield
    except (TypeError, ValueError, Unwritable) as error:
        operation: Operation = method.operation  # type: ignore[attr-defined]
        raise _argument_error(operation, error) from None


def _argument_error(operation: Operation, error: Exception) -> ArgumentTypeError | ArgumentValueError:
    if isinstance(error, ArgumentTypeError | ArgumentValueError):
        return error
    if isinstance(error, Unwritable) and not isinstance(error, NaiveMoment):
        return refusal(operation.label, error)
    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
    return kind(str(error), call=operation.label)


def check(operation: Operation, name: str, value: object) -> None:
    """Raise `ArgumentTypeError` or `ArgumentValueError` where *value* does not fit the argument *name*."""
    try:
        operation.expectations[name].check(value)
    except Unwritable as error:
        raise refusal(operation.label, error.under(name)) from None


def _build(operation: Operation, resource: Resource, arguments: Fields) -> Request:
    path = _path(operation, arguments)
    query, payload = _split(operation, arguments)
    repeatable = operation.repeatable
    if callable(repeatable):
        repeatable = repeatable(query | payload)
    return Request(
        method=operation.method,
        path=path.path,
        query=(*path.query, *((query_name(name), query_text(name, value)) for name, value in query.items())),
        json=_json(payload) if operation.has_body else None,
        domain=resource.domain if operation.domain is None else operation.domain,
        repeatable=operation.method in REPEATABLE_METHODS if repeatable is None else repeatable,
        accept="*/*" if operation.answer in (bytes, str) else "application/json",
        hint=path.hint,
    )


def query_name(name: str) -> str:
    """What the query calls the argument *name*."""
    return "limit" if name == "page_size" else camel(name)


def _arguments(operation: Operation, args: tuple[object, ...], keywords: Fields) -> Fields:
    arguments = operation.parameters.bind(args, keywords)
    for name in operation.in_query:  # None is no value there; in a body it is null
        if arguments.get(name, UNSET) is None:
            arguments[name] = UNSET
    expectations = operation.expectations
    for name, value in arguments.items():
        if name in expectations and value.__class__ not in expectations[name].at_a_glance:
            check(operation, name, value)
    if operation.before_build is not None:
        operation.before_build(arguments)
    return arguments


def _split(operation: Operation, arguments: Fields) -> tuple[Fields, Fields]:
    """Return the arguments that go into the query, and those that go into the body."""
    identifiers = operation.identifiers
    fields = {name: value for name, value in arguments.items() if value is not UNSET and name not in identifiers}
    if operation.method in ("GET", "DELETE"):
        return fields, NO_FIELDS
    query = {name: value for name, value in fields.items() if name in operation.query}
    return query, {name: value for name, value in fields.items() if name not in query}


def _json(payload: Fields) -> dict[str, Json]:
    extra = payload.pop("extra", NO_FIELDS)
    document: dict[str, Json] = body(**payload)
    for name, value in extra.items():
        try:
            document[name] = write(value)
        except Unwritable as error:
            raise error.under(name) from None
    return document


def _path(operation: Operation, arguments: Fields) -> Place:
    start, *pieces = operation.route
    path = Place(str(start))
    for piece in pieces:
        if isinstance(piece, str):
            path = path.then(piece)
            continue
        try:
            path = path.at(arguments[piece.name], piece.parameter, piece.kinds, own=piece.own, argument=piece.name)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{piece.name}: {error}") from None
    return path
