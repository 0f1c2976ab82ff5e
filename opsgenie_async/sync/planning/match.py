"""Match existing to desired entities by name, then by id, then parts by content; ids in files become names first.

Only entities that are selected and known in both states are matched: their scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER, KIND_IN_API, PARTS_OF
from opsgenie_async.sync.model.selection import Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, Target, name_of, text_at, with_names
from opsgenie_async.sync.planning.diff import same

__all__ = [
    "Pair",
    "Row",
    "Scope",
    "match_entities",
    "match_states",
    "new_names",
    "rows_in_other_order",
    "with_known_names",
]


MISSING = "is missing in the snapshot: it could not be read when that was pulled"


@attrs.frozen(eq=False)
class Pair:
    """An existing and a desired entity, with their parts; None where there is no such one.

    Parts that only one of them contains are in here as well; see `is_unmanaged` and `is_unknown`.
    """

    kind: Kind
    have: Entity | None
    want: Entity | None
    parts: tuple[Pair, ...] = ()

    @property
    def either(self) -> Entity:
        """The desired entity, or the existing one where none is desired."""
        entity = self.want or self.have
        if entity is None:
            raise ValueError("a pair of nothing")
        return entity

    @property
    def is_implicit(self) -> bool:
        """Whether it always exists together with its parent: it is never created or deleted."""
        return self.kind.single or self.either.fields.get("isDefault") is True

    def is_unmanaged(self, part: Kind) -> bool:
        """Whether parts of a kind are not managed: the file has no such section."""
        return self.want is not None and part.name not in self.want.parts

    def is_unknown(self, part: Kind) -> bool:
        """Whether the existing parts of a kind are unknown: the account's plan does not include them."""
        return self.have is not None and part.name not in self.have.parts


@attrs.frozen(eq=False)
class Scope:
    """The part of two states that a plan is about: what is selected, and known of both."""

    have: Snapshot
    want: Snapshot
    only: Selection

    def existing_entities(self) -> Mapping[str, Sequence[Entity]]:
        """What there is, by folder, whole: something chosen may be there under a name that is not."""
        unread = self.have.unread
        return {
            folder: [each for each in entities if (folder, each.name) not in unread and (folder, "") not in unread]
            for folder, entities in self.have.entities.items()
        }

    def desired_entities(self) -> Mapping[str, Sequence[Entity]]:
        """The desired entities that would be visible in the account if they existed."""
        return {
            folder: [each for each in entities if self.covers(folder, each.name, each.team)]
            for folder, entities in self.want.entities.items()
        }

    def covers(self, folder: str, name: str, team: str = "") -> bool:
        """Whether such an entity is selected, and its existence known in both states."""
        return all(state(folder, name, team) for state in (self.only.covers, self.have.knows, self.want.knows))

    def excluded_names(self) -> frozenset[tuple[str, str]]:
        """By folder, names and ids of desired entities outside of the selection."""
        if self.only.is_everything and not self.want.index:
            return frozenset()
        choice = {
            (folder, word)
            for folder, each in self.desired_entities().items()
            for entity in each
            for word in (entity.name, entity.id)
        }
        entries = {(each.folder, word) for each in self.want.entries for word in (each.name, each.id) if word}
        return frozenset(entries - choice)

    def omissions(self) -> Iterator[str]:
        """What was chosen and cannot be compared, and why."""
        for folder in FOLDERS:
            if not self.only.touches(folder):
                continue
            desired, existing = self.want.entities.get(folder), self.have.entities.get(folder)
            if (folder, "") in self.have.unread:
                if desired or self.want.knows(folder, ""):
                    yield f"{folder}: could not be read"
            elif (folder, "") in self.want.unread:
                if existing:
                    yield f"{folder}: {MISSING}"
            else:
                for name in sorted(self._unread_names(self.have, folder)):
                    yield f"{folder}/{name}: could not be read"
                for name in sorted(self._unread_names(self.want, folder) - self._unread_names(self.have, folder)):
                    yield f"{folder}/{name}: {MISSING}"

    def _unread_names(self, state: Snapshot, folder: str) -> set[str]:
        """The names in a folder that were chosen and could not be read."""
        return {name for place, name in state.unread if place == folder and self.only.covers(folder, name)}


def match_entities(kind: Kind, have: Iterable[Entity], want: Iterable[Entity]) -> list[Pair]:
    """Match siblings of one kind: the desired ones in their order, then those that exist and are not desired.

    They are matched by name, then by id, then parts by content if that is unambiguous; the last two are renames. Of
    several with the same name, those with equal content are matched first, then those with the same id, then the rest
    in their order.
    """
    matcher = _Matcher(kind, have, want)
    matcher.by_name()
    matcher.by_id()
    if kind.parent and kind.key == "id":
        matcher.by_content()
    return matcher.pairs()


def match_states(scope: Scope) -> list[Pair]:
    """Match the entities of two states, kind after kind, as far as *scope* covers them."""
    existing, desired = scope.existing_entities(), scope.desired_entities()
    pairs: list[Pair] = []
    for folder in FOLDERS:
        kind, candidates = KIND_BY_FOLDER[folder], desired.get(folder, ())
        if kind.virtual:
            candidates = _with_team_ids(candidates, (pair for pair in pairs if pair.kind is KIND_IN_API[kind]))
        pairs += [
            pair
            for pair in match_entities(kind, existing.get(folder, ()), candidates)
            if pair.want is not None or scope.covers(folder, pair.either.name, pair.either.team)
        ]
    return pairs


class _Matcher:
    """The matching of siblings of one kind."""

    def __init__(self, kind: Kind, have: Iterable[Entity], want: Iterable[Entity]) -> None:
        self._kind = kind
        self._want = list(want)
        self._unmatched = {id(entity): entity for entity in have}
        self._matches: dict[int, Entity] = {}

    def by_name(self) -> None:
        existing: dict[tuple[str, bool], list[Entity]] = {}
        for entity in self._unmatched.values():
            existing.setdefault(_namesake_key(self._kind, entity), []).append(entity)
        desired: dict[tuple[str, bool], list[Entity]] = {}
        for entity in self._want:
            desired.setdefault(_namesake_key(self._kind, entity), []).append(entity)
        renamed_ids = {each.id for name, wants in desired.items() if name not in existing for each in wants if each.id}
        for name, wants in desired.items():
            haves = existing.get(name, [])
            if len(wants) == 1 and len(haves) == 1:
                self._match(wants[0], haves[0])
            elif haves:
                self._namesakes(wants, [each for each in haves if each.id not in renamed_ids] or haves)

    def _namesakes(self, wants: Sequence[Entity], haves: Sequence[Entity]) -> None:
        """Match those with equal content first, then those with the same id, then the rest in their order."""
        rest = list(haves)
        for is_match in (self._same, lambda have, want: bool(have.id) and have.id == want.id, lambda have, want: True):
            for want in wants:
                have = (
                    None if id(want) in self._matches else next((each for each in rest if is_match(each, want)), None)
                )
                if have is not None:
                    rest.remove(have)
                    self._match(want, have)

    def by_id(self) -> None:
        unmatched_by_id = {entity.id: entity for entity in self._unmatched.values() if entity.id}
        for want in self._unmatched_desired():
            have = unmatched_by_id.get(want.id) if want.id else None
            if have is not None and _may_become(self._kind, have, want):
                self._match(want, have)

    def by_content(self) -> None:
        """Match what was renamed, also where the name that it had is now that of another."""
        unmatched = self._unmatched_desired()
        if not unmatched or not self._unmatched:
            return
        changed = [each for each in self._want if id(each) in self._matches and not self._is_unchanged(each)]
        rivals = [] if self._kind.unique else changed
        renames = self._renames(
            [*unmatched, *rivals], [*self._unmatched.values(), *(self._matches[id(each)] for each in rivals)]
        )
        if any(id(want) not in self._matches for want, _ in renames):
            self._separate(changed, renames)
            for want, have in renames:
                self._match(want, have)

    def _renames(self, wants: Sequence[Entity], haves: Sequence[Entity]) -> list[tuple[Entity, Entity]]:
        """The renames without a doubt: only one of each has the content."""
        candidates = {id(want): [have for have in haves if _is_renamed(self._kind, have, want)] for want in wants}
        count = Counter(id(have) for each in candidates.values() for have in each)
        single = [(want, candidates[id(want)][0]) for want in wants if len(candidates[id(want)]) == 1]
        return [(want, have) for want, have in single if count[id(have)] == 1]

    def _separate(self, wants: Iterable[Entity], renames: Sequence[tuple[Entity, Entity]]) -> None:
        """Undo the matches by name that *renames* contradict."""
        desired_ids, existing_ids = {id(want) for want, _ in renames}, {id(have) for _, have in renames}
        for want in wants:
            have = self._matches[id(want)]
            if id(want) in desired_ids or id(have) in existing_ids:
                del self._matches[id(want)]
                self._unmatched[id(have)] = have

    def pairs(self) -> list[Pair]:
        pairs = [_pair(self._kind, self._matches.get(id(want)), want) for want in self._want]
        return pairs + [_pair(self._kind, have, None) for have in self._unmatched.values()]

    def _unmatched_desired(self) -> list[Entity]:
        return [want for want in self._want if id(want) not in self._matches]

    def _match(self, want: Entity, have: Entity) -> None:
        self._matches[id(want)] = have
        del self._unmatched[id(have)]

    def _is_unchanged(self, want: Entity) -> bool:
        return self._same(self._matches[id(want)], want)

    def _same(self, have: Entity, want: Entity) -> bool:
        return same(self._kind, have.fields, want.fields)


def _with_team_ids(tables: Iterable[Entity], teams: Iterable[Pair]) -> list[Entity]:
    """Wanted tables of policies with the ids of their teams, as *teams* found them: each goes where its team does."""
    ids = {pair.want.name: pair.have.id if pair.have is not None else "" for pair in teams if pair.want is not None}
    return [attrs.evolve(each, id=ids.get(each.name, each.id)) for each in tables]


def new_names(pairs: Iterable[Pair]) -> dict[Target, Target]:
    """The new names of references, by the present ones: only of what is renamed."""
    names: dict[Target, Target] = {}
    for pair in pairs:
        if pair.have is None:
            continue
        old, new = pair.have.name, pair.either.name
        if old != new:
            names[Target.to(pair.kind, old)] = Target.to(pair.kind, new)
        for part in pair.parts:
            if part.have is not None and (old != new or part.have.name != part.either.name):
                names[Target.to(part.kind, part.have.name, old)] = Target.to(part.kind, part.either.name, new)
    return names


@attrs.frozen(eq=False)
class Row:
    """Siblings whose order matters.

    Attributes:
        kind: Their kind.
        name: Which of several rows of the kind it is, "" where there is one: notification rules have one an action.
        existing: In the present order, undesired ones included.
        desired: In the desired order, new ones included.
    """

    kind: Kind
    name: str
    existing: Sequence[Pair]
    desired: Sequence[Pair]

    @property
    def complete(self) -> Sequence[Pair]:
        """All of them before they are put into order: new ones come after existing ones."""
        return [*self.existing, *(part for part in self.desired if part.have is None)]


def rows_in_other_order(pair: Pair) -> Iterator[Row]:
    """The rows of an entity that exists and stays whose present order differs from the desired one."""
    for kind in (each for each in PARTS_OF[pair.kind] if each.order_field):
        parts = [part for part in pair.parts if part.kind is kind and not part.is_implicit]
        if len(parts) > 1 and pair.have is not None and pair.want is not None:
            yield from _rows_in_other_order(kind, parts, pair.have)


def _rows_in_other_order(kind: Kind, parts: Iterable[Pair], have: Entity) -> Iterator[Row]:
    positions = {id(entity): position for position, entity in enumerate(have.parts.get(kind.name, ()))}
    rows: dict[str, list[Pair]] = {}
    for part in parts:
        group = text_at(part.either.fields, kind.order_group) if kind.order_group else ""
        rows.setdefault(group, []).append(part)
    for name, siblings in rows.items():
        existing = [part for part in siblings if part.have is not None]
        existing.sort(key=lambda part: positions[id(part.have)])
        row = Row(kind, name, existing, [part for part in siblings if part.want is not None])
        if [part for part in row.complete if part.want is not None] != row.desired:
            yield row


def _pair(kind: Kind, have: Entity | None, want: Entity | None) -> Pair:
    existing: Mapping[str, Sequence[Entity]] = have.parts if have is not None else {}
    desired: Mapping[str, Sequence[Entity]] = want.parts if want is not None else {}
    if not existing and not desired:
        return Pair(kind, have, want)
    parts = [
        pair
        for part in PARTS_OF[kind]
        if part.name in existing or part.name in desired
        for pair in match_entities(part, existing.get(part.name, ()), desired.get(part.name, ()))
    ]
    return Pair(kind, have, want, tuple(parts))


def _namesake_key(kind: Kind, entity: Entity) -> tuple[str, bool]:
    """What namesakes have in common. The default routing rule is none of those that are only called so."""
    name = name_of(kind, entity.fields) if "#" in entity.name else entity.name
    return name, entity.fields.get("isDefault") is True


def _is_renamed(kind: Kind, have: Entity, want: Entity) -> bool:
    """Whether all but the name is the same and distinctive: many have nothing but defaults."""
    before, after = _without_name(kind, have.fields), _without_name(kind, want.fields)
    distinctive = any(
        after[field] is not None and after[field] != kind.defaults.get(field) and field not in kind.immutable
        for field in after
    )
    is_default = have.fields.get("isDefault") is True or want.fields.get("isDefault") is True
    return distinctive and not is_default and _may_become(kind, have, want) and same(kind, before, after)


def _without_name(kind: Kind, fields: Mapping[str, Json]) -> dict[str, Json]:
    first, _, rest = kind.label.partition(".")
    whole = fields.get(first)
    if rest and isinstance(whole, dict):
        return {**fields, first: {name: value for name, value in whole.items() if name != rest}}
    return {field: value for field, value in fields.items() if field != first}


def _may_become(kind: Kind, have: Entity, want: Entity) -> bool:
    """Whether an update can make the one of the other: no call changes what sort of thing it is."""
    sorts = ((have.fields.get(field), want.fields.get(field)) for field in kind.immutable)
    return all(before == after for before, after in sorts if isinstance(before, str))


def with_known_names(want: Snapshot, have: Snapshot) -> Snapshot:
    """The same state, with names in references by an id that either state knows.

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
