"""Operations, parsed from the signature and path of a method when it is declared."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, Unpack, get_args, get_origin, get_type_hints

import attrs

from opsgenie_async.http.request import Request
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.resources.operation.arguments import Expectation, Fields, Parameters
from opsgenie_async.resources.path import WORDS, HasAlias, HasName

__all__ = ["Operation", "Placeholder"]

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


@attrs.frozen
class Placeholder:
    """An identifier in a path.

    Attributes:
        name: The name of the argument.
        parameter: The query parameter for its kind, "" if the path accepts only one kind.
        kinds: The accepted ones of `Name`, `Alias`, `TinyId`... besides a plain `str`; empty if the path accepts only
            one kind.
        own: The kind of a plain `str`, and the attribute to use for a model.
        words: The words of the query for the kinds, by class.
    """

    name: str
    parameter: str
    kinds: tuple[type, ...]
    own: str
    words: Mapping[type, str]


@attrs.frozen(slots=False, kw_only=True)
class Operation:
    """One operation of the API, as its method declares it.

    Attributes:
        parameters: The parameters of the method.
        types: The annotations of its signature.
        route: The path in pieces: literal text and placeholders alternately.

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
        """Parse the arguments of `operation` or `endpoint` for *function*, once, at its declaration."""
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
        """The function in the class body."""
        return self.parameters.function

    @functools.cached_property
    def bare(self) -> dict[str, Request]:
        """The request of a GET without arguments, by rate limit domain: always the same, so built once."""
        return {}

    @functools.cached_property
    def identifiers(self) -> frozenset[str]:
        """The arguments in the path."""
        return frozenset(piece.name for piece in self.route if isinstance(piece, Placeholder))

    @functools.cached_property
    def has_body(self) -> bool:
        """Whether there is a JSON body, possibly empty if no field was given."""
        fields = self.parameters.accepted - self.identifiers - self.query
        return bool(fields) and self.method not in ("GET", "DELETE")

    @functools.cached_property
    def in_query(self) -> frozenset[str]:
        """The optional arguments in the query."""
        parameters = self.query if self.method not in ("GET", "DELETE") else self.parameters.accepted - self.identifiers
        return parameters - self.parameters.required

    @functools.cached_property
    def answer(self) -> Any:
        """The type of the result, for a listing of an item."""
        returned = self.types["return"]
        return get_args(returned)[0] if get_origin(returned) is Pager else returned

    @functools.cached_property
    def label(self) -> str:
        """The method as the caller writes it after the client: `alerts.create`."""
        module = self.function.__module__.removeprefix("opsgenie_async.").removeprefix("resources.")
        return f"{module}.{self.function.__name__}"

    @functools.cached_property
    def expectations(self) -> Mapping[str, Expectation]:
        """The checks of the arguments that are not in the path."""
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
                f"{function.__qualname__}(): the path has {match[0]}, and {name!r} is not a required argument"
            )
        arms = get_args(types[name]) or (types[name],)
        if str not in arms:
            raise TypeError(f"{function.__qualname__}(): the path has {match[0]}, and {name!r} takes no str")
        parameter = match[2] or ""
        kinds = tuple(kind for kind in WORDS if kind in arms) if parameter else ()
        own = "alias" if HasAlias in arms else "name" if HasName in arms else "id"
        words = {kind: word for kind, word in WORDS.items() if kind in kinds or word == own}
        pieces += [path[end : match.start()], Placeholder(name, parameter, kinds, own, words)]
        end = match.end()
    pieces.append(path[end:])
    if any(isinstance(piece, str) and ("{" in piece or "}" in piece) for piece in pieces):
        raise TypeError(f"{function.__qualname__}(): {path} has a brace that belongs to no placeholder")
    return tuple(pieces)


def _parse_query(function: Callable[..., object], query: Iterable[str], parameters: Parameters) -> frozenset[str]:
    names = frozenset(query)
    if unknown := names - parameters.accepted:
        raise TypeError(f"{function.__qualname__}(): query names {min(unknown)!r}, which is not an argument")
    return names
