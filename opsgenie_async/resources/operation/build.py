"""Build the request of a call from an operation and arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from opsgenie_async.converters import body, query_text, write
from opsgenie_async.converters.names import camel
from opsgenie_async.http.request import PLAIN_SEGMENT, REPEATABLE_METHODS, Query, Request, join_path
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import Unwritable
from opsgenie_async.resources.operation.argument_errors import argument_error, argument_errors, refusal
from opsgenie_async.resources.operation.arguments import Fields, Parameters
from opsgenie_async.resources.path import hint_of, identify
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["assign", "bind", "build_request", "check", "query_name", "request_of"]

NO_FIELDS: Fields = {}


def build_request(
    operation: Operation, resource: Resource, args: tuple[object, ...], keywords: Fields
) -> tuple[Request, Fields]:
    """Build the request of one call, and return it with the arguments by name.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
        ArgumentValueError: An argument cannot be sent.
    """
    try:
        arguments = _arguments(operation, args, keywords)
        return _build(operation, resource, arguments), arguments
    except (TypeError, ValueError, Unwritable) as error:
        raise argument_error(operation, error) from None


def bind(operation: Operation, args: tuple[object, ...], keywords: Fields) -> Fields:
    """Return the arguments of a call by name, validated, and completed by `before_build`.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
        ArgumentValueError: An argument cannot be sent.
    """
    try:
        return _arguments(operation, args, keywords)
    except (TypeError, ValueError, Unwritable) as error:
        raise argument_error(operation, error) from None


def request_of(method: Callable[..., object], **arguments: object) -> Request:
    """Build the request of a method that is declared with `endpoint`.

    Args:
        method: The method, bound to its resource.
        arguments: The arguments of its body, by name.

    Raises:
        ArgumentValueError: An argument cannot be sent.
    """
    operation: Operation = method.operation  # type: ignore[attr-defined]
    with argument_errors(method):
        # Defaults first, as in a call that is bound: the order of a query does not depend on how a method is written.
        return _build(operation, method.__self__, operation.parameters.defaults | arguments)  # type: ignore[attr-defined]


def check(operation: Operation, name: str, value: object) -> None:
    """Raise `ArgumentTypeError` or `ArgumentValueError` if *value* is invalid for the argument *name*."""
    try:
        operation.expectations[name].check(value)
    except Unwritable as error:
        raise refusal(operation.label, error.under(name)) from None


def assign(parameters: Parameters, args: tuple[object, ...], keywords: Fields) -> Fields:
    """Return the arguments of a call by name, including defaults.

    Raises:
        ArgumentTypeError: An argument is missing, unknown, or duplicated.
    """
    names = parameters.positional[: len(args)]
    arguments = {**parameters.defaults, **dict(zip(names, args, strict=False)), **keywords}
    if (
        len(args) <= len(names)
        and parameters.required <= arguments.keys() <= parameters.accepted
        and keywords.keys().isdisjoint(names)
    ):
        return arguments
    from opsgenie_async.resources.operation.wrong_arguments import operation_mismatch

    raise operation_mismatch(parameters, args, keywords)


def _build(operation: Operation, resource: Resource, arguments: Fields) -> Request:
    path, kinds, hint = _address(operation, arguments)
    query, payload = _split(operation, arguments)
    repeatable = operation.repeatable
    if callable(repeatable):
        repeatable = repeatable(query | payload)
    return Request(
        method=operation.method,
        path=path,
        query=(*kinds, *((query_name(name), query_text(name, value)) for name, value in query.items())),
        json=_json(payload) if operation.has_body else None,
        domain=resource.domain if operation.domain is None else operation.domain,
        repeatable=operation.method in REPEATABLE_METHODS if repeatable is None else repeatable,
        accept="*/*" if operation.answer in (bytes, str) else "application/json",
        hint=hint,
    )


def query_name(name: str) -> str:
    """The name of the argument *name* in the query."""
    return "limit" if name == "page_size" else camel(name)


def _arguments(operation: Operation, args: tuple[object, ...], keywords: Fields) -> Fields:
    arguments = assign(operation.parameters, args, keywords)
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
    """Return the arguments for the query and those for the body."""
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


def _address(operation: Operation, arguments: Fields) -> tuple[str, Query, str]:
    """The path, the query with the kinds of its identifiers, and a hint for an identifier of another form."""
    path, query, hint = "", [], ""
    for piece in operation.route:
        if isinstance(piece, str):
            path += piece
            continue
        identifier = arguments[piece.name]
        try:
            word = piece.words.get(type(identifier))
            if word is not None:
                text = identifier.value
            else:
                text, word = identify(identifier, piece.kinds, own=piece.own, argument=piece.name)
                hint = hint or hint_of(identifier, piece.kinds, own=piece.own, argument=piece.name)
            path += text if PLAIN_SEGMENT.fullmatch(text) else join_path(text)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{piece.name}: {error}") from None
        if piece.parameter and word != piece.own:
            query.append((piece.parameter, word))
    return path, tuple(query), hint
