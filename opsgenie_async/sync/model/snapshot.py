"""The state of an account as values: entities, the references between them, and the snapshot that has them all.

In a snapshot, a reference has a name: `{"type": "schedule", "name": "ops_schedule"}`, `{"username": "..."}`, so that it
is readable and portable between accounts. Unknown ids stay, and so do references without an id, such as `none` and
`all`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.signatures import check_argument
from opsgenie_async.sync.model.file_names import file_names
from opsgenie_async.sync.model.kind import Kind, Reference
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER, KIND_BY_NAME, KINDS_BY_TYPE, TYPED
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.rules import values_at
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection

__all__ = [
    "Entity",
    "Key",
    "Snapshot",
    "Target",
    "base_names",
    "check_snapshot",
    "is_label",
    "labels",
    "mentions",
    "name_of",
    "rename_references",
    "text_at",
    "with_ids",
    "with_names",
]


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


@attrs.frozen(kw_only=True, slots=False)  # with slots, a frozen class takes twice as long to make
class Entity:
    """One entity of the configuration.

    Attributes:
        kind: Its kind.
        name: The key to match it by within its kind and parent: its name, username or alias; duplicates get a suffix
            `#2` and so on.
        fields: The API's fields, with names instead of ids and without read-only ones.
        parts: Its sub-entities by kind, in the API's order.
        id: Its id in the account that it was read from, "" if written by hand.
    """

    kind: Kind
    name: str
    fields: Mapping[str, Json]
    parts: Mapping[str, tuple[Entity, ...]] = attrs.field(factory=dict)
    id: str = attrs.field(default="", eq=False)

    @property
    def path(self) -> str:
        """`teams/ops`: the name of an entity with its own file in `Selection` and reports."""
        return f"{self.kind.folder}/{self.name}"

    @property
    def path_id(self) -> str:
        """What its path in the API ends with: its id or, for kinds without, another key."""
        return self.id if self.kind.key == "id" else text_at(self.fields, self.kind.key)

    @property
    def team(self) -> str:
        """The name of the team itself, or of the owner team, "" for none."""
        if self.kind is TEAM:
            return self.name
        owner = self.fields.get(self.kind.owner)
        name = owner.get("name") if isinstance(owner, Mapping) else None
        return name if isinstance(name, str) else ""


def _first_line(file: str, field: str) -> int:
    return 1


@attrs.frozen(kw_only=True)
class Snapshot:
    """The state of an account, or of the selected part.

    Attributes:
        entities: By folder, in the order of the API or of the files.
        unread: (folder, name) of what could not be read; a name of "" means the whole folder.
        only: The selection; nothing else is known.
        files: The file of each (folder, name), if read from files.
        locate: The line of a field in such a file, from 1.
        ids: The ids of all possible targets of references, read or not.
        complete_folders: The folders that `ids` covers completely.
        index: All existing entities, even outside the selection, to evaluate selections with.
        others: Entities in folders without a selected entity, if read from files.
    """

    entities: Mapping[str, Sequence[Entity]]
    unread: frozenset[tuple[str, str]] = frozenset()
    only: Selection = EVERYTHING
    files: Mapping[tuple[str, str], str] = attrs.field(factory=dict, eq=False)
    locate: Callable[[str, str], int] = attrs.field(default=_first_line, eq=False, repr=False)
    ids: Mapping[Target, str] = attrs.field(factory=dict, eq=False, repr=False)
    complete_folders: frozenset[str] = attrs.field(default=frozenset(), eq=False)
    index: Sequence[Entry] = attrs.field(default=(), eq=False, repr=False)
    others: Sequence[Entry] = attrs.field(default=(), eq=False, repr=False)

    def __iter__(self) -> Iterator[Entity]:
        for folder in self.entities.values():
            yield from folder

    def knows(self, folder: str, name: str, team: str = "") -> bool:
        """Whether the existence of such an entity is known: it was selected and read without a failure."""
        unread = {(folder, name), (folder, "")} & self.unread
        return not unread and self.only.covers(folder, name, team)

    @property
    def entries(self) -> Sequence[Entry]:
        """What a selection can choose from: all that was seen, read or not."""
        unread = [Entry(folder, name) for folder, name in self.unread if name]
        return [*(self.index or self._own_entries()), *unread]

    def _own_entries(self) -> Iterator[Entry]:
        for folder, entities in self.entities.items():
            files = file_names((each.id or each.name, each.name) for each in entities)
            for each in entities:
                yield Entry(folder, each.name, files[each.id or each.name], each.team, each.id)

    def of(self, kind_name: str) -> Sequence[Entity]:
        """The entities of a kind that has files of its own, by its word."""
        for folder, entities in self.entities.items():
            if KIND_BY_FOLDER[folder].name == kind_name:
                return entities
        return ()


def text_at(document: Json | Mapping[str, Json], path: str) -> str:
    """The text at a path of members, "" where there is none."""
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict | Mapping) else None
    return value if isinstance(value, str) else ""


def name_of(kind: Kind, document: Mapping[str, Json]) -> str:
    """The name of an entity as its document has it; others may have the same."""
    if kind.default_name and document.get("isDefault") is True:
        return kind.default_name
    # Most of them stand at the top, where one look finds them.
    texts = [text if isinstance(text := document.get(path), str) else text_at(document, path) for path in kind.identity]
    text = " ".join(texts)
    return text.casefold() if kind.caseless else text


def labels(names: Iterable[str]) -> list[str]:
    """The same names, each once."""
    originals = list(names)
    reserved = set(originals)
    if len(reserved) == len(originals):
        return originals
    used: set[str] = set()
    result = []
    for name in originals:
        label, number = name, 1
        while label in used or (number > 1 and label in reserved):
            number += 1
            label = f"{name}#{number}"
        used.add(label)
        result.append(label)
    return result


def is_label(label: str, name: str) -> bool:
    """Whether *label* is what `labels` may make of *name*."""
    return label == name or (label.startswith(f"{name}#") and label[len(name) + 1 :].isdecimal())


def base_names(labels: Sequence[str]) -> list[str]:
    """The names that `labels` were made of: "night#2" is a "night" where there is one beside it."""
    known = set(labels)
    bases = []
    for label in labels:
        base, mark, number = label.rpartition("#")
        bases.append(base if mark and number.isdecimal() and base in known else label)
    return bases


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


def check_snapshot(name: str, value: object) -> None:
    """Raise `ArgumentTypeError` if an argument, as "plan: have", is no snapshot."""
    check_argument(name, value, Snapshot, "a Snapshot, as Store('backup').load() or `await read_account(og)` gives")
