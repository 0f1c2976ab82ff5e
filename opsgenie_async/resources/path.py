"""Addresses: from identifiers as the caller has them to an encoded path and the query that says their kind."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import attrs

from opsgenie_async.http.request import Query, join_path
from opsgenie_async.models.identifiers import Alias, ExternalId, Name, PipelineId, TinyId

__all__ = ["ByAlias", "ById", "ByName", "ByNameOnly", "ByUser", "HasAlias", "HasId", "HasName", "Place"]


class HasId(Protocol):
    """Any model with an `id`."""

    @property
    def id(self) -> str: ...


class HasAlias(Protocol):
    """A model whose alias is its identity."""

    @property
    def alias(self) -> str: ...


class HasName(Protocol):
    """A model whose name is its identity."""

    @property
    def name(self) -> str: ...


ById: TypeAlias = str | HasId
"""An id, or a model that has one."""
ByName: TypeAlias = str | Name | HasId
"""An id, a `Name`, or a model with an id."""
ByUser: TypeAlias = str | HasId
"""An id or username, or a model with an id."""
ByAlias: TypeAlias = str | Alias | HasAlias
"""An alias, or a model that has one."""
ByNameOnly: TypeAlias = str | Name | HasName
"""A name, or a model that has one, where there are no ids."""

WORDS: dict[type, str] = {
    Name: "name",
    Alias: "alias",
    TinyId: "tiny",
    ExternalId: "api",
    PipelineId: "pipelines",
}
"""What the query calls each kind of identifier."""


@attrs.frozen
class Place:
    """A path below the base URL and the query that belongs to it.

    `Place("v2/teams/").at(Name("ops"), "teamIdentifierType").then("/routing-rules")` is
    `v2/teams/ops/routing-rules?teamIdentifierType=name`.
    """

    path: str
    query: Query = ()

    def then(self, literal: str) -> Place:
        """Add text that needs no encoding."""
        return Place(self.path + literal, self.query)

    def at(
        self,
        identifier: object,
        parameter: str = "",
        kinds: tuple[type, ...] = (Name,),
        *,
        own: str = "id",
    ) -> Place:
        """Add an identifier.

        parameter: the query parameter that names its kind, "" where the path takes one kind only.
        kinds: which of `Name`, `Alias`, `TinyId`... may stand there beside a plain `str`.
        own: what a plain `str` is, and the attribute that stands for a model.

        Raises `TypeError` for an identifier of a kind that does not fit here, `ValueError` for an empty one.
        """
        word = WORDS.get(type(identifier), own)
        if isinstance(identifier, str):
            value: object = identifier
        elif isinstance(identifier, Name | Alias | TinyId | ExternalId | PipelineId):
            if word != own and not (parameter and isinstance(identifier, kinds)):
                raise TypeError(f"{self.path}: {identifier!r} is not a kind of identifier that is taken here")
            value = identifier.value
        else:
            value = getattr(identifier, own, None)
        if not isinstance(value, str):
            raise TypeError(f"{self.path}: expected a str or a model with {own!r}, got {identifier!r}")
        query = (*self.query, (parameter, word)) if parameter and word != own else self.query
        return Place(self.path + join_path(value), query)
