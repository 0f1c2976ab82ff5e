"""Declare an operation of the API as a method: its path, its signature and its return type say everything.

    @operation("POST", "v2/teams/{team:teamIdentifierType}/routing-rules")
    async def create(self, team: ByName, *, notify: Recipient, name: str | Unset = UNSET) -> Reference:
        \"\"\"Add a rule to *team*'s table.\"\"\"
        ...

- `{team:teamIdentifierType}` takes the argument `team` as an identifier; behind the colon stands the query parameter
  that names its kind. The kinds it may have are those in the argument's type.
- Every other argument is a field of the JSON body, or of the query in a GET or DELETE (and where `query` names it), in
  camelCase; `UNSET` stays out. `**fields: Unpack[...]` takes those of a `TypedDict` that several operations share, and
  an argument `extra` holds the ones that have no argument, by their names on the wire.
- The return type says how the answer is read: a model from `data`, a `Pager` of models, `Pending` for a 202, `bytes` or
  `str` as they come, None for nothing.

What is sent or read in a way of its own is declared with `endpoint`, and has a body that says so.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from opsgenie_async.json_text import Json
from opsgenie_async.resources.operation.arguments import Fields
from opsgenie_async.resources.operation.build import bind
from opsgenie_async.resources.operation.method import Declare
from opsgenie_async.resources.operation.read import list_items, send
from opsgenie_async.resources.operation.signature import Operation

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource

__all__ = ["endpoint", "operation", "without_note"]


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
    """Make a method out of a signature.

    Args:
        method: Of HTTP.
        path: Below the base URL, with its placeholders.
        domain: The rate limit that it spends, in place of its class's.
        repeatable: Whether it may be sent twice, or how to tell by its fields; GET, PUT and DELETE may by default.
        query: Arguments of a write that belong into the query.
        data_key: The key inside `data` that the answer is under, or how to get at it there.
        before_build: Checks or completes the arguments before the request is built.

    Raises:
        TypeError: The path has a placeholder, or *query* a name, that is no argument of the method.
    """

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        declared = Operation.of(function, method, path, domain, repeatable, query, data_key, before_build)
        return _coroutine(declared) if inspect.iscoroutinefunction(function) else _listing(declared)

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
    """Declare the endpoint of a method whose body sends the request, or reads the answer, in a way of its own.

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


def _coroutine(declared: Operation) -> Callable[..., object]:
    @functools.wraps(declared.function)
    async def call(self: Resource, *args: object, **fields: object) -> object:
        return await send(declared, self, args, fields)

    call.operation = declared  # type: ignore[attr-defined]
    return call


def _listing(declared: Operation) -> Callable[..., object]:
    @functools.wraps(declared.function)
    def call(self: Resource, *args: object, **fields: object) -> object:
        return list_items(declared, self, args, fields)

    call.operation = declared  # type: ignore[attr-defined]
    return call


def without_note(fields: Fields) -> bool:
    """Whether a change of state may be sent twice: it ends the same, but a note would be method_call each time."""
    return "note" not in fields
