"""The state of an account as values: what a pull reads, what files hold, what a plan compares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import kind_in
from opsgenie_async.sync.model.filenames import file_names
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection

__all__ = ["Entity", "Snapshot", "people_of"]


@attrs.frozen(kw_only=True, slots=False)  # with slots, a frozen class takes twice as long to make
class Entity:
    """One thing that is configured.

    Attributes:
        kind: What it is one of.
        name: What it is matched by among those of its kind (under the same parent): its name, username, alias or the
            like; where several share one, the later ones have `#2` and so on behind it.
        fields: The API's own, with names in place of ids and without what the server alone writes.
        parts: What belongs to it, by the name of the kind, in the API's order.
        id: In the account that it was read from, "" where it was written by hand.
    """

    kind: Kind
    name: str
    fields: Mapping[str, Json]
    parts: Mapping[str, tuple[Entity, ...]] = attrs.field(factory=dict)
    id: str = attrs.field(default="", eq=False)

    @property
    def path(self) -> str:
        """`teams/ops`: how `Selection` and reports call what has a file of its own."""
        return f"{self.kind.folder}/{self.name}"

    @property
    def team(self) -> str:
        """The name of the team that it is or that owns it, "" for none."""
        if self.kind is TEAM:
            return self.name
        owner = self.fields.get(self.kind.owner)
        name = owner.get("name") if isinstance(owner, Mapping) else None
        return name if isinstance(name, str) else ""


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
    """An account, or the selected part of it.

    Attributes:
        entities: By folder, in the order of the API or of the files.
        unread: (folder, name) of what could not be read; a name of "" stands for the whole folder.
        only: The selection; nothing is known of the rest.
        files: The file of a (folder, name), for what came from files.
        locate: The line, from 1, of a field in such a file.
        ids: The id of everything that a reference could mean, read or not.
        complete_folders: The folders of which `ids` has everything.
        index: All existing entities, outside of the selection too, as far as a selection has to know them.
    """

    entities: Mapping[str, Sequence[Entity]]
    unread: frozenset[tuple[str, str]] = frozenset()
    only: Selection = EVERYTHING
    files: Mapping[tuple[str, str], str] = attrs.field(factory=dict, eq=False)
    locate: Callable[[str, str], int] = attrs.field(default=_first_line, eq=False, repr=False)
    ids: Mapping[Target, str] = attrs.field(factory=dict, eq=False, repr=False)
    complete_folders: frozenset[str] = attrs.field(default=frozenset(), eq=False)
    index: Sequence[Entry] = attrs.field(default=(), eq=False, repr=False)

    def __iter__(self) -> Iterator[Entity]:
        for folder in self.entities.values():
            yield from folder

    def knows(self, folder: str, name: str, team: str = "") -> bool:
        """Whether the existence of such an entity is known: it was selected and its reading did not fail."""
        unread = {(folder, name), (folder, "")} & self.unread
        return not unread and self.only.covers(folder, name, team)

    def with_people(self, only: Selection) -> tuple[Snapshot, Selection]:
        """Take the users that what is chosen points at into a selection, where it asks for them.

        Args:
            only: The selection.

        Returns:
            The same state, where those users have no notification rules unless they were asked for; the selection.
        """
        if not only.with_users or only.is_everything:
            return self, only
        chosen = [each for each in self if only.covers(each.kind.folder, each.name, each.team)]
        users = people_of(chosen) - {(each.kind.folder, each.name) for each in chosen}
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
            if kind_in(folder).name == kind_name:
                return entities
        return ()
