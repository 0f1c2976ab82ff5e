"""What the signature and the path of a method say of its operation, parsed once, when it is declared."""

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
