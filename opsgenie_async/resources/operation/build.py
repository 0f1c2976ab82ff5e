"""Build the request of a call out of an operation and the arguments."""

from __future__ import annotations

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
    from opsgenie_async.resources.operation.declare import Operation

__all__ = ["build_request", "check", "query_name"]

NO_FIELDS: Fields = {}


def build_request(
    operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields
) -> tuple[Request, Fields]:
    """Build the request of one call, and return it with the arguments by their names.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
        ArgumentValueError: An argument cannot be sent.
    """
    try:
        return _build(operation, resource, args, keywords)
    except (ArgumentTypeError, ArgumentValueError):
        raise
    except NaiveMoment as error:
        raise ArgumentValueError(str(error), call=operation.label) from None
    except Unwritable as error:
        raise refusal(operation.label, error) from None
    except TypeError as error:
        raise ArgumentTypeError(str(error), call=operation.label) from None
    except ValueError as error:
        raise ArgumentValueError(str(error), call=operation.label) from None


def check(operation: Operation, name: str, value: object) -> None:
    """Raise `ArgumentTypeError` or `ArgumentValueError` where *value* does not fit the argument *name*."""
    try:
        operation.expectations[name].check(value)
    except Unwritable as error:
        raise refusal(operation.label, error.under(name)) from None


def _build(
    operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields
) -> tuple[Request, Fields]:
    is_bare = not args and not keywords and operation.method == "GET"
    if is_bare and (request := operation.bare.get(resource.domain)) is not None:
        return request, operation.parameters.defaults
    arguments = _arguments(operation, args, keywords)
    path = _path(operation, arguments)
    query, payload = _split(operation, arguments)
    repeatable = operation.repeatable
    if callable(repeatable):
        repeatable = repeatable(query | payload)
    request = Request(
        method=operation.method,
        path=path.path,
        query=(*path.query, *((query_name(name), query_text(name, value)) for name, value in query.items())),
        json=_json(payload) if operation.has_body else None,
        form={camel(name): value for name, value in payload.items()} if operation.form else None,
        domain=resource.domain if operation.domain is None else operation.domain,
        repeatable=operation.method in REPEATABLE_METHODS if repeatable is None else repeatable,
        accept="*/*" if operation.answer in (bytes, str) else "application/json",
        hint=path.hint,
    )
    if is_bare:
        operation.bare[resource.domain] = request
    return request, arguments


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
    return body(**payload) | {name: write(value) for name, value in extra.items()}


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
