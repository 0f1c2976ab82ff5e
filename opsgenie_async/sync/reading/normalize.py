"""Turns documents of the API into entities: without read-only fields, with names in place of ids."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import KINDS, TYPED
from opsgenie_async.sync.model.identity import text_at
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.labels import labels
from opsgenie_async.sync.model.read_only import known_fields, writable
from opsgenie_async.sync.model.references import Target, with_names
from opsgenie_async.sync.model.snapshot import Entity

__all__ = ["Entities", "id_in"]


class Entities:
    """Makes them, and remembers what others may point at.

    Attributes:
        targets: By id, what a reference to it is.
        unknown_fields: By the word of a kind, what the API sent and no model knows.
    """

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.unknown_fields: dict[str, set[str]] = {}

    def note(self, kind: Kind, id: str, name: str, parent: str = "") -> None:
        """Remember an entity by its id, if others point at its kind."""
        if _pointed_at(kind):
            self.targets[id] = Target.to(kind, name, parent)

    def whole(
        self, kind: Kind, name: str, document: dict[str, Json], parts: Mapping[str, tuple[Entity, ...]], id: str
    ) -> Entity:
        """An entity that has a file of its own."""
        if not kind.virtual:
            document = self.fields(kind, document if kind.normalize is None else kind.normalize(document))
        return Entity(kind=kind, name=name, fields=document, parts=parts, id=id if kind.key == "id" else "")

    def parts(self, kind: Kind, documents: list[dict[str, Json]], parent: str) -> tuple[Entity, ...]:
        """The parts of one kind as entities."""
        if kind.normalize is not None:
            documents = [kind.normalize(each) for each in documents]
        if kind.normal_order:
            documents.sort(key=lambda each: [text_at(each, path) for path in kind.normal_order])
        return tuple(
            Entity(
                kind=kind, name=name, fields=self.fields(kind, each), id=id_in(kind, each) if kind.key == "id" else ""
            )
            for name, each in zip(self.names(kind, documents, parent), documents, strict=True)
        )

    def names(self, kind: Kind, documents: list[dict[str, Json]], parent: str) -> list[str]:
        """The names of the parts of one kind, noted where others point at them."""
        names = labels(map(kind.identity, documents))
        if _pointed_at(kind):
            for name, each in zip(names, documents, strict=True):
                self.note(kind, id_in(kind, each), name, parent)
        return names

    def fields(self, kind: Kind, document: dict[str, Json]) -> dict[str, Json]:
        """A tidy document of the API as a snapshot has it."""
        fields = with_names(kind, document, self.targets) if kind.references else document.copy()
        fields = writable(kind, fields)
        fields.pop("id", None)
        if fields.get("isDefault") is True:
            fields.pop("timezone", None)  # answered, and refused when it is sent (field notes, row 30)
        for absent in kind.null_is_absent:
            if absent in fields and fields[absent] is None:
                del fields[absent]
        if unknown := fields.keys() - known_fields(kind):
            self.unknown_fields.setdefault(kind.name, set()).update(unknown)
        return fields


@functools.cache
def _pointed_at(kind: Kind) -> bool:
    """Whether anything refers to entities of *kind*."""
    words = TYPED.union(reference.to for each in KINDS for reference in each.references)
    return Target.to(kind, "").kind in words


def id_in(kind: Kind, document: Mapping[str, Json]) -> str:
    """What the path of an entity ends with."""
    id = document.get(kind.key)
    return id if isinstance(id, str) else ""
