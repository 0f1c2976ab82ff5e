"""The state of an account as values: read by a pull, stored in files, compared by a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.file_names import file_names
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection

__all__ = ["Entity", "Snapshot", "base_names", "is_label", "labels", "name_of", "people_of", "text_at"]


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


PEOPLE = (USER, CUSTOM_USER_ROLE)


def people_of(entities: Iterable[Entity]) -> set[tuple[str, str]]:
    """The users that any of *entities* point at, and the roles of those that are users, by folder and name."""
    people = set()
    for entity in entities:
        for part in (entity, *(each for parts in entity.parts.values() for each in parts)):
            for _, target in mentions(part.kind, part.fields, entity.name):
                if target.kinds[0] in PEOPLE and not target.is_built_in:
                    people.add(target.file)
    return people


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

    def with_people(self, only: Selection) -> tuple[Snapshot, Selection]:
        """Add the referenced users to a selection that asks for them.

        Args:
            only: The selection.

        Returns:
            The same state, in which those users have notification rules only if requested; the selection.
        """
        if not only.with_users or only.is_everything:
            return self, only
        choice = [each for each in self if only.covers(each.kind.folder, each.name, each.team)]
        users = people_of(choice) - {(each.kind.folder, each.name) for each in choice}
        roles = people_of(each for each in self if (each.kind.folder, each.name) in users)
        state = self if only.with_notification_rules else self._without_rules(users)
        return state, only.adding(users | roles)

    def _without_rules(self, users: Collection[tuple[str, str]]) -> Snapshot:
        def change(each: Entity) -> Entity:
            if (each.kind.folder, each.name) not in users:
                return each
            return attrs.evolve(
                each, parts={kind: v for kind, v in each.parts.items() if kind != NOTIFICATION_RULE.name}
            )

        entities = {folder: [*map(change, there)] for folder, there in self.entities.items()}
        return attrs.evolve(self, entities=entities)

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
