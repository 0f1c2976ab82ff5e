"""Replaces ids in the desired state by names, as the account has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from opsgenie_async.sync.model.references import Target, with_names
from opsgenie_async.sync.model.snapshot import Entity, Snapshot

__all__ = ["with_known_names"]


def with_known_names(want: Snapshot, have: Snapshot) -> Snapshot:
    """The same state, where what refers to something by an id that either state knows says its name instead.

    A person may write `{"user": {"id": "..."}}`. Where both states know the id, the desired name wins.
    """
    targets = {id: target for target, id in have.ids.items()}
    for state in (have, want):
        targets |= dict(_ids(state))
    if not targets:
        return want
    entities = {folder: [_with_names(each, targets) for each in entities] for folder, entities in want.entities.items()}
    return attrs.evolve(want, entities=entities)


def _ids(state: Snapshot) -> Iterator[tuple[str, Target]]:
    for entity in state:
        if entity.id and not entity.kind.virtual:
            yield entity.id, Target.to(entity.kind, entity.name)
        for parts in entity.parts.values():
            for part in parts:
                if part.id:
                    yield part.id, Target.to(part.kind, part.name, entity.name)


def _with_names(entity: Entity, targets: Mapping[str, Target]) -> Entity:
    parts = {
        kind_name: tuple(_with_names(part, targets) for part in entities)
        for kind_name, entities in entity.parts.items()
    }
    fields = with_names(entity.kind, entity.fields, targets) if entity.kind.references else entity.fields
    if fields == entity.fields and all(
        before is after
        for kind_name in parts
        for before, after in zip(parts[kind_name], entity.parts[kind_name], strict=True)
    ):
        return entity
    return attrs.evolve(entity, fields=fields, parts=parts)
