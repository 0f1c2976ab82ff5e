"""References: ids to names and back, so that snapshots are readable and portable between accounts.

In a snapshot a reference says what it means: `{"type": "schedule", "name": "ops_schedule"}`, `{"username": "..."}`. An
id that nothing is known of stays; so does whatever has no id, as nobody (`none`) and everybody (`all`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import TYPED, kind_of, kinds_called, parts_of
from opsgenie_async.sync.model.kind import Kind, Reference
from opsgenie_async.sync.model.rules import RECIPIENTS

__all__ = [
    "Target",
    "kinds_needed",
    "kinds_pointed_at",
    "mentions",
    "rename_references",
    "with_ids",
    "with_names",
]


@attrs.frozen
class Target:
    """What a reference means: the word of a kind, the name there, and what it belongs to where that is needed.

    Policies of both kinds have the word `policy`; they and rotations belong to something.
    """

    kind: str
    name: str
    parent: str = ""

    @classmethod
    def to(cls, kind: Kind, name: str, parent: str = "") -> Target:
        """What a reference to this entity is: *name* as in `Entity.name`, *parent* that of what it is a part of."""
        return cls(kind.reference_type, name, parent if kind.parent else "")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What it may be: more than one kind for policies."""
        return kinds_called(self.kind)

    @property
    def is_built_in(self) -> bool:
        """Whether every account has it."""
        return any(self.name.casefold() in kind.built_in for kind in self.kinds)

    @property
    def file(self) -> tuple[str, str]:
        """Folder and name of the file that holds it."""
        kind = self.kinds[0]
        return (kind_of(kind.parent).folder, self.parent) if kind.parent else (kind.folder, self.name)


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
    """Fields of a snapshot as the API takes them; *find* gives the id of a target, "" where it has none.

    Args:
        kind: The kind of the entity.
        fields: As a file has them.
        find: Returns the id of a target, "" where it has none.
        parent: The name of what the entity belongs to. What has no id keeps its name, and the API has the last
            word.
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
    """Everything that *fields* refer to by name, with the place where: `rules[2].recipient`."""
    for reference in kind.references:
        for at, value in _values(fields, reference.path, ""):
            target = _target(value, reference, parent)
            if target is not None:
                yield at, target


def rename_references(
    kind: Kind, fields: Mapping[str, Json], names: Mapping[Target, Target], parent: str = ""
) -> dict[str, Json]:
    """The same fields, where what has another name by now, or belongs to what has one, is called by it."""

    def rename(value: Json, reference: Reference) -> Json:
        target = _target(value, reference, parent)
        if target is None or target not in names or not isinstance(value, dict):
            return value
        return _reference(names[target], value)

    return _walk(kind, fields, rename)


def _reference(target: Target, before: Mapping[str, Json]) -> dict[str, Json]:
    """A reference as a snapshot has it."""
    reference: dict[str, Json] = {"type": before["type"]} if "type" in before else {}
    reference[target.kinds[0].reference_label] = target.name
    if target.parent and _names_parent(target.kinds[0]):
        reference["of"] = target.parent
    return reference


def _target(value: Json, reference: Reference, parent: str) -> Target | None:
    """What a reference in a snapshot means, None where that is nobody, or something that has an id alone."""
    if not isinstance(value, dict):
        return None
    word = reference.to or value.get("type")
    if not isinstance(word, str) or not (reference.to or word in TYPED):
        return None
    kind = kinds_called(word)[0]
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
    """Whether a reference says in `of` what its target is a part of: it may stand anywhere."""
    return bool(kind.parent) and kind.typed


def _walk(kind: Kind, document: Mapping[str, Json], change: Callable[[Json, Reference], Json]) -> dict[str, Json]:
    """A copy of *document* with every reference changed; what has none in it is shared with the original."""
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


def _values(value: object, path: tuple[str, ...], at: str) -> Iterator[tuple[str, Json]]:
    if not path:
        yield at, value  # type: ignore[misc]
        return
    step, rest = path[0], path[1:]
    if step == "[]":
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield from _values(each, rest, f"{at}[{index}]")
    elif isinstance(value, Mapping) and step in value:
        yield from _values(value[step], rest, f"{at}.{step}" if at else step)


def kinds_needed(kind: Kind) -> frozenset[str]:
    """The names of the kinds that must be listed for entities of *kind*: their references have no names."""
    kinds = (kind, *parts_of(kind))
    bare = {reference.to for each in kinds for reference in each.references if reference.bare or kind.virtual}
    return _files_of(bare.union(*(each.bare_types for each in kinds)))


def kinds_pointed_at(kind: Kind) -> frozenset[str]:
    """The names of all kinds that entities of *kind*, or parts of them, can point at."""
    types = {reference.to for each in (kind, *parts_of(kind)) for reference in each.references}
    if "" in types and not kind.bare_types:
        types |= {*RECIPIENTS}
    return kinds_needed(kind) | _files_of(types)


def _files_of(types: Iterable[str]) -> frozenset[str]:
    """The names of the kinds whose files hold what references of these types point at."""
    kinds = (kind for word in types for kind in kinds_called(word))
    return frozenset(kind.parent or kind.name for kind in kinds)
