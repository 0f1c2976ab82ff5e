"""Declare an operation of the API as a method, by its path, signature and return type.

    @operation("POST", "v2/teams/{team:teamIdentifierType}/routing-rules")
    async def create(self, team: ByName, *, notify: Recipient, name: str | Unset = UNSET) -> Reference:
        \"\"\"Add a rule to *team*'s table.\"\"\"
        ...

- `{team:teamIdentifierType}` takes the argument `team` as an identifier; after the colon is the query parameter for its
kind. The accepted kinds are those in the argument's type.
- Every other argument is a field of the JSON body, or of the query in a GET or DELETE (and where `query` names it), in
  camelCase; `UNSET` stays out. `**fields: Unpack[...]` takes those of a `TypedDict` that several operations share, and
  an argument `extra` has those without an argument, by the API's names.
- The return type says how the response is read: a model from `data`, a `Pager` of models, `Pending` for a 202, `bytes`
or `str` verbatim, None for nothing.

Methods with their own way to send or read are declared with `endpoint`, and have a body; so do those of
`check_arguments`, which build their requests, too.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, cast, get_type_hints

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import Unwritable
from opsgenie_async.resources.operation.arguments import Expectation, Fields, Parameters
from opsgenie_async.resources.operation.build import assign, bind
from opsgenie_async.resources.operation.listing import listing_method
from opsgenie_async.resources.operation.method import Declare
from opsgenie_async.resources.operation.read import coroutine_method
from opsgenie_async.resources.operation.signature import Operation
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource

__all__ = ["check_arguments", "endpoint", "operation", "without_note"]


def operation(
    method: str,
    path: str,
    *,
    domain: str | None = None,
    repeatable: bool | Callable[[Fields], bool] | None = None,
    query: Iterable[str] = (),
    data_key: str | Callable[[Json], Json] = "",
    before_build: Callable[[Fields], None] | None = None,
) -> Declare:
    """Create a method from a signature.

    Args:
        method: Of HTTP.
        path: Below the base URL, with its placeholders.
        domain: The rate limit that it spends, in place of its class's.
        repeatable: Whether it may be sent twice, or how to tell by its fields; GET, PUT and DELETE may by default.
        query: Arguments of a write that belong into the query.
        data_key: The key of the result inside `data`, or a function that returns it.
        before_build: Checks or completes the arguments before the request is built.

    Raises:
        TypeError: The path has a placeholder, or *query* a name, that is no argument of the method.
    """

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        declared = Operation.of(function, method, path, domain, repeatable, query, data_key, before_build)
        return coroutine_method(declared) if inspect.iscoroutinefunction(function) else listing_method(declared)

    return cast("Declare", declare)


def endpoint(
    method: str,
    path: str,
    *,
    domain: str | None = None,
    repeatable: bool | Callable[[Fields], bool] | None = None,
    query: Iterable[str] = (),
    before_build: Callable[[Fields], None] | None = None,
) -> Declare:
    """Declare the endpoint of a method whose body sends the request or reads the response itself.

    The arguments are checked as those of an `operation`; then the body gets them. `request_of` and `answer_of` of the
    modules beside this one take the method, bound, and its arguments.

    Args:
        method: Of HTTP.
        path: Below the base URL, with its placeholders.
        domain: The rate limit that it spends, in place of its class's.
        repeatable: Whether it may be sent twice, or how to tell by its fields; GET, PUT and DELETE may by default.
        query: Arguments of a write that belong into the query.
        before_build: Checks or completes the arguments before the body gets them.

    Raises:
        TypeError: The path has a placeholder, or *query* a name, that is no argument of the method.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        declared = Operation.of(function, method, path, domain, repeatable, query, "", before_build)

        @functools.wraps(function)
        def call(self: Resource, *args: object, **fields: object) -> object:
            return function(self, **bind(declared, args, fields))

        @functools.wraps(function)
        async def call_later(self: Resource, *args: object, **fields: object) -> object:
            return await cast("Awaitable[object]", call(self, *args, **fields))

        method_call: Any = call_later if inspect.iscoroutinefunction(function) else call
        method_call.operation = declared
        return cast("Callable[..., Any]", method_call)

    return cast("Declare", declare)


def check_arguments(*query: str) -> Declare:
    """Validate the arguments of a method with a body, as for a declared one.

    Args:
        query: The arguments for the query, where None is not a value.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        types = get_type_hints(function)
        parameters = Parameters.of(function, types)
        label = f"{function.__module__.removeprefix('opsgenie_async.')}.{function.__name__}"
        expectations = {
            name: Expectation(types[name], nullable=name not in parameters.required) for name in parameters.accepted
        }

        def check(args: tuple[object, ...], keywords: Fields) -> Fields:
            arguments = assign(parameters, args, keywords)
            for name, value in arguments.items():
                if value is None and name in query:
                    arguments[name] = UNSET
                    continue
                try:
                    expectations[name].check(value)
                except Unwritable as error:
                    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
                    raise kind(str(error.under(name)), call=label) from None
            return arguments

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call(self: object, *args: object, **keywords: object) -> object:
                return await function(self, **check(args, keywords))

            return call

        @functools.wraps(function)
        def start(self: object, *args: object, **keywords: object) -> object:
            return function(self, **check(args, keywords))

        return start

    return cast("Declare", decorate)


def without_note(fields: Fields) -> bool:
    """Whether a change of state may be sent twice: it is idempotent, except that a note would be duplicated."""
    return "note" not in fields
