"""References: ids to names and back, so that snapshots are readable and portable between accounts.

In a snapshot, a reference has a name: `{"type": "schedule", "name": "ops_schedule"}`, `{"username": "..."}`. Unknown
ids stay, and so do references without an id, such as `none` and `all`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind, Reference
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS, KINDS_BY_TYPE, PARTS_OF, TYPED
from opsgenie_async.sync.model.rules import RECIPIENTS, values_at

__all__ = [
    "REFERENCED",
    "Key",
    "Target",
    "kinds_needed",
    "kinds_pointed_at",
    "mentions",
    "rename_references",
    "with_ids",
    "with_names",
]

REFERENCED = TYPED.union(reference.to for kind in KINDS for reference in kind.references)
"""What references can call their targets: nothing points at entities of other types."""


Key: TypeAlias = tuple[str, str, str]
"""An entity by the word of its kind, the name of what it belongs to ("" for none) and its own name."""


@attrs.frozen
class Target:
    """The target of a reference: its type, its name, and the name of its parent if necessary.

    Policies of both kinds have the type `policy`; they and rotations have a parent.
    """

    kind: str
    name: str
    parent: str = ""

    @classmethod
    def to(cls, kind: Kind, name: str, parent: str = "") -> Target:
        """The target for an entity: *name* as in `Entity.name`, *parent* as the name of its parent."""
        return cls(kind.reference_type, name, parent if kind.parent else "")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The possible kinds: more than one for policies."""
        return KINDS_BY_TYPE.get(self.kind, ())

    @property
    def is_built_in(self) -> bool:
        """Whether every account has it."""
        return any(self.name.casefold() in kind.built_in for kind in self.kinds)

    @property
    def file(self) -> tuple[str, str]:
        """Folder and name of the file with it."""
        kind = self.kinds[0]
        return (KIND_BY_NAME[kind.parent].folder, self.parent) if kind.parent else (kind.folder, self.name)


def with_names(kind: Kind, document: Mapping[str, Json], targets: Mapping[str, Target]) -> dict[str, Json]:
    """A document of the API with names in place of ids; *targets* maps ids to existing entities."""

    def name(value: Json, reference: Reference) -> Json:
        if reference.bare:
            return _reference(targets[value], {}) if isinstance(value, str) and value in targets else value
        if not isinstance(value, dict):
            return value
        if "id" not in value:
            return value
        id = value["id"]
        known = targets.get(id) if isinstance(id, str) else None
        labelled = isinstance(value.get("name"), str) or isinstance(value.get("username"), str)
        # The answer's own word for it, but where names repeat, and with the case that a username was given.
        if known is not None and (not labelled or known.kinds[0].parent):
            return _reference(known, value)
        if labelled:
            value = value.copy()
            del value["id"]
        return value

    return _walk(kind, document, name)


def with_ids(
    kind: Kind, fields: Mapping[str, Json], find: Callable[[Target], str], parent: str = ""
) -> dict[str, Json]:
    """Convert the fields of a snapshot to those of the API; *find* returns the id of a target, "" if it has none.

    Args:
        kind: The kind of the entity.
        fields: The fields in the form of a file.
        find: Returns the id of a target, "" if it has none.
        parent: The name of the entity's parent. A target without an id keeps its name, and the API decides.
    """

    def resolve(value: Json, reference: Reference) -> Json:
        target = _target(value, reference, parent)
        id = find(target) if target is not None else ""
        if not id or not isinstance(value, dict):
            return value
        if reference.bare:
            return id
        return {**({"type": value["type"]} if "type" in value else {}), "id": id}

    return _walk(kind, fields, resolve)


def mentions(kind: Kind, fields: Mapping[str, Json], parent: str = "") -> Iterator[tuple[str, Target]]:
    """All references by name in *fields*, with their paths: `rules[2].recipient`."""
    for reference in kind.references:
        for at, value in values_at(fields, reference.path):
            target = _target(value, reference, parent)
            if target is not None:
                yield at, target


def rename_references(
    kind: Kind, fields: Mapping[str, Json], names: Mapping[Target, Target], parent: str = ""
) -> dict[str, Json]:
    """The same fields, with the new names of renamed targets and parents."""

    def rename(value: Json, reference: Reference) -> Json:
        target = _target(value, reference, parent)
        if target is None or target not in names or not isinstance(value, dict):
            return value
        return _reference(names[target], value)

    return _walk(kind, fields, rename)


def _reference(target: Target, before: Mapping[str, Json]) -> dict[str, Json]:
    """A reference in the form of a snapshot."""
    reference: dict[str, Json] = {"type": before["type"]} if "type" in before else {}
    reference[target.kinds[0].reference_label] = target.name
    if target.parent and _names_parent(target.kinds[0]):
        reference["of"] = target.parent
    return reference


def _target(value: Json, reference: Reference, parent: str) -> Target | None:
    """The target of a reference in a snapshot, None for nobody, or if it has only an id."""
    if not isinstance(value, dict):
        return None
    word = reference.to or value.get("type")
    if not isinstance(word, str) or not (reference.to or word in TYPED):
        return None
    kind = KINDS_BY_TYPE[word][0]
    name = value.get(kind.reference_label)
    if not isinstance(name, str):
        return None
    if kind.reference_label == "username":
        return Target(word, name.casefold())
    if not kind.parent:
        return Target(word, name)
    if not _names_parent(kind):
        return Target(word, name, parent)
    of = value.get("of")
    return Target(word, name, of if isinstance(of, str) else "")


def _names_parent(kind: Kind) -> bool:
    """Whether a reference has the parent of its target in `of`, since the target may be anywhere."""
    return bool(kind.parent) and kind.typed


def _walk(kind: Kind, document: Mapping[str, Json], change: Callable[[Json, Reference], Json]) -> dict[str, Json]:
    """A copy of *document* with every reference converted; values without references are shared."""
    copy = dict(document)
    for reference in kind.references:
        first = reference.path[0]
        if value := copy.get(first):
            copy[first] = _change_at(value, 1, reference, change)
    return copy


def _change_at(value: Json, depth: int, reference: Reference, change: Callable[[Json, Reference], Json]) -> Json:
    if depth == len(reference.path):
        return change(value, reference)
    step = reference.path[depth]
    if step == "[]":
        if not isinstance(value, list):
            return value
        if depth + 1 == len(reference.path):
            return [change(each, reference) for each in value]
        return [_change_at(each, depth + 1, reference, change) for each in value]
    if isinstance(value, dict) and step in value:
        return {**value, step: _change_at(value[step], depth + 1, reference, change)}
    return value


def kinds_needed(kind: Kind) -> frozenset[str]:
    """The names of the kinds that must be listed for entities of *kind*: their references have no names."""
    kinds = (kind, *PARTS_OF[kind])
    bare = {reference.to for each in kinds for reference in each.references if reference.bare or kind.virtual}
    return _files_of(bare.union(*(each.bare_types for each in kinds)))


def kinds_pointed_at(kind: Kind) -> frozenset[str]:
    """The names of all kinds that entities of *kind*, or their parts, can refer to."""
    types = {reference.to for each in (kind, *PARTS_OF[kind]) for reference in each.references}
    if "" in types and not kind.bare_types:
        types |= {*RECIPIENTS}
    return kinds_needed(kind) | _files_of(types)


def _files_of(types: Iterable[str]) -> frozenset[str]:
    """The names of the kinds with files for the targets of references of these types."""
    kinds = (kind for word in types for kind in KINDS_BY_TYPE.get(word, ()))
    return frozenset(kind.parent or kind.name for kind in kinds)
