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
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, cast, get_args, get_origin, get_type_hints

import attrs

from opsgenie_async.http.request import Request
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.resources.operation.arguments import Expectation, Fields, Parameters
from opsgenie_async.resources.operation.build import bind
from opsgenie_async.resources.operation.read import list_items, send
from opsgenie_async.resources.path import WORDS, HasAlias, HasName

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource

__all__ = ["Operation", "Placeholder", "endpoint", "operation", "without_note"]

F = TypeVar("F", bound=Callable[..., object])

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def operation(
    method: str,
    path: str,
    *,
    domain: str | None = None,
    repeatable: bool | Callable[[Fields], bool] | None = None,
    query: Iterable[str] = (),
    data_key: str | Callable[[Json], Json] = "",
    before_build: Callable[[Fields], None] | None = None,
) -> Callable[[F], F]:
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

    def declare(function: F) -> F:
        declared = Operation.of(function, method, path, domain, repeatable, query, data_key, before_build)
        return cast("F", _coroutine(declared) if inspect.iscoroutinefunction(function) else _listing(declared))

    return declare


def endpoint(
    method: str,
    path: str,
    *,
    domain: str | None = None,
    repeatable: bool | Callable[[Fields], bool] | None = None,
    query: Iterable[str] = (),
    before_build: Callable[[Fields], None] | None = None,
) -> Callable[[F], F]:
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

    def declare(function: F) -> F:
        declared = Operation.of(function, method, path, domain, repeatable, query, "", before_build)

        @functools.wraps(function)
        def call(self: Resource, *args: object, **fields: object) -> object:
            return function(self, **bind(declared, args, fields))

        @functools.wraps(function)
        async def call_later(self: Resource, *args: object, **fields: object) -> object:
            return await cast("Awaitable[object]", call(self, *args, **fields))

        method_call: Any = call_later if inspect.iscoroutinefunction(function) else call
        method_call.operation = declared
        return cast("F", method_call)

    return declare


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


@attrs.frozen
class Placeholder:
    """An identifier in a path.

    Attributes:
        name: The argument that goes there.
        parameter: The query parameter that names its kind, "" where the path takes one kind only.
        kinds: Which of `Name`, `Alias`, `TinyId`... may go there beside a plain `str`.
        own: What a plain `str` is, and the attribute that stands for a model.
    """

    name: str
    parameter: str
    kinds: tuple[type, ...]
    own: str


@attrs.frozen(slots=False, kw_only=True)
class Operation:
    """One operation of the API, as its method declares it.

    Attributes:
        parameters: What the method takes.
        types: The annotations of its signature.
        route: The path in pieces: literal text and placeholders by turns.

    The others are those of `operation`.
    """

    parameters: Parameters
    types: Mapping[str, Any]
    method: str
    path: str
    route: tuple[str | Placeholder, ...]
    domain: str | None
    repeatable: bool | Callable[[Fields], bool] | None
    query: frozenset[str]
    data_key: str | Callable[[Json], Json]
    before_build: Callable[[Fields], None] | None

    @classmethod
    def of(
        cls,
        function: Callable[..., object],
        method: str,
        path: str,
        domain: str | None,
        repeatable: bool | Callable[[Fields], bool] | None,
        query: Iterable[str],
        data_key: str | Callable[[Json], Json],
        before_build: Callable[[Fields], None] | None,
    ) -> Self:
        """Parse what `operation` or `endpoint` was given for *function*, once, when it is declared."""
        types = get_type_hints(function)
        parameters = Parameters.of(function, types)
        return cls(
            parameters=parameters,
            types=types,
            method=method,
            path=path,
            route=_parse_path(function, path, types, parameters),
            domain=domain,
            repeatable=repeatable,
            query=_parse_query(function, query, parameters),
            data_key=data_key,
            before_build=before_build,
        )

    @property
    def function(self) -> Callable[..., object]:
        """The method as it stands in its class."""
        return self.parameters.function

    @functools.cached_property
    def bare(self) -> dict[str, Request]:
        """What a GET without any argument sends, by rate-limit domain: always the same, so made once."""
        return {}

    @functools.cached_property
    def identifiers(self) -> frozenset[str]:
        """Arguments that are part of the path."""
        return frozenset(piece.name for piece in self.route if isinstance(piece, Placeholder))

    @functools.cached_property
    def has_body(self) -> bool:
        """Whether a JSON body goes along: an empty one, too, where there are fields that were not given."""
        fields = self.parameters.accepted - self.identifiers - self.query
        return bool(fields) and self.method not in ("GET", "DELETE")

    @functools.cached_property
    def in_query(self) -> frozenset[str]:
        """Arguments of the query that may be left out."""
        parameters = self.query if self.method not in ("GET", "DELETE") else self.parameters.accepted - self.identifiers
        return parameters - self.parameters.required

    @functools.cached_property
    def answer(self) -> Any:
        """The type of what a call returns, of an item for a listing."""
        returned = self.types["return"]
        return get_args(returned)[0] if get_origin(returned) is Pager else returned

    @functools.cached_property
    def label(self) -> str:
        """The method as its user writes it, behind the client: `alerts.create`."""
        module = self.function.__module__.removeprefix("opsgenie_async.").removeprefix("resources.")
        return f"{module}.{self.function.__name__}"

    @functools.cached_property
    def expectations(self) -> Mapping[str, Expectation]:
        """What each argument must be that is no part of the path."""
        types = dict(self.types)
        for kind in self.types.values():
            if get_origin(kind) is Unpack:
                types |= get_type_hints(get_args(kind)[0])
        # An argument that may be left out may be None as well: no value in a query, null in a body.
        return {
            name: Expectation(types[name], nullable=name not in self.parameters.required)
            for name in self.parameters.accepted - self.identifiers - {"extra"}
            if name in types
        }


def _parse_path(
    function: Callable[..., object], path: str, types: Mapping[str, Any], parameters: Parameters
) -> tuple[str | Placeholder, ...]:
    pieces: list[str | Placeholder] = []
    end = 0
    for match in PLACEHOLDER.finditer(path):
        name = match[1]
        if name not in parameters.required:
            raise TypeError(
                f"{function.__qualname__}(): the path has {match[0]}, and {name!r} is no argument it must get"
            )
        arms = get_args(types[name]) or (types[name],)
        if str not in arms:
            raise TypeError(f"{function.__qualname__}(): the path has {match[0]}, and {name!r} takes no str")
        kinds = tuple(kind for kind in WORDS if kind in arms)
        own = "alias" if HasAlias in arms else "name" if HasName in arms else "id"
        pieces += [path[end : match.start()], Placeholder(name, match[2] or "", kinds, own)]
        end = match.end()
    pieces.append(path[end:])
    if any(isinstance(piece, str) and ("{" in piece or "}" in piece) for piece in pieces):
        raise TypeError(f"{function.__qualname__}(): {path} has a brace that belongs to no placeholder")
    return tuple(pieces)


def _parse_query(function: Callable[..., object], query: Iterable[str], parameters: Parameters) -> frozenset[str]:
    names = frozenset(query)
    if unknown := names - parameters.accepted:
        raise TypeError(f"{function.__qualname__}(): query names {min(unknown)!r}, which is no argument")
    return names
