"""What is there beside what is wanted: two states of an account entity by entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from opsgenie_async.sync.model.catalog import parts_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.references import Target
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.diff import same

__all__ = ["Pair", "new_names", "paired", "with_their_teams"]


@attrs.frozen(eq=False)
class Pair:
    """An entity as it is and as it should be; None where it is not there, or not wanted. Its parts likewise.

    Parts that only one of them says something of are in here as well; see `unsaid` and `unknown`.
    """

    kind: Kind
    have: Entity | None
    want: Entity | None
    parts: tuple[Pair, ...] = ()

    @property
    def either(self) -> Entity:
        """The wanted entity, and where none is wanted what there is."""
        entity = self.want or self.have
        if entity is None:
            raise ValueError("a pair of nothing")
        return entity

    def unsaid(self, part: Kind) -> bool:
        """Whether the wanted state leaves parts of a kind as they are: its file has no such section."""
        return self.want is not None and part.name not in self.want.parts

    def unknown(self, part: Kind) -> bool:
        """Whether nothing is known of the parts of a kind that are there: the account's plan does not include them."""
        return self.have is not None and part.name not in self.have.parts


def paired(kind: Kind, have: Iterable[Entity], want: Iterable[Entity]) -> list[Pair]:
    """Find each other, siblings of one kind: those wanted in their order, then what nobody wants.

    By name; among namesakes by content, then by place. What has the id of something that is there under a name that
    nobody wants is that, renamed.
    """
    there: dict[tuple[str, bool], list[Entity]] = {}
    for entity in have:
        there.setdefault(_named(kind, entity), []).append(entity)
    wanted: dict[tuple[str, bool], list[Entity]] = {}
    ordered = list(want)
    for entity in ordered:
        wanted.setdefault(_named(kind, entity), []).append(entity)

    found: dict[int, Entity] = {}
    lonely: list[Entity] = []
    for name, ours in wanted.items():
        theirs = there.get(name)
        if theirs is None:
            lonely += ours
        elif len(ours) == 1 and len(theirs) == 1:
            found[id(ours[0])] = theirs.pop()
        else:
            _namesakes(kind, theirs, ours, found)
            lonely += [each for each in ours if id(each) not in found]
    left = {entity.id: entity for entities in there.values() for entity in entities if entity.id}
    for entity in lonely:
        before = left.get(entity.id) if entity.id else None
        if before is not None and _may_become(kind, before, entity):
            found[id(entity)] = left.pop(entity.id)

    taken = {id(entity) for entity in found.values()}
    pairs = [_pair(kind, found.get(id(entity)), entity) for entity in ordered]
    pairs += [
        _pair(kind, entity, None) for entities in there.values() for entity in entities if id(entity) not in taken
    ]
    return pairs


def with_their_teams(tables: Iterable[Entity], teams: Iterable[Pair]) -> list[Entity]:
    """Wanted tables of policies with the ids of their teams, as *teams* found them: each goes where its team does."""
    ids = {pair.want.name: pair.have.id if pair.have is not None else "" for pair in teams if pair.want is not None}
    return [attrs.evolve(each, id=ids.get(each.name, each.id)) for each in tables]


def new_names(pairs: Iterable[Pair]) -> dict[Target, Target]:
    """What references to something by its name of now will have to say: only for what gets another one."""
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


def _pair(kind: Kind, have: Entity | None, want: Entity | None) -> Pair:
    theirs: Mapping[str, Sequence[Entity]] = have.parts if have is not None else {}
    ours: Mapping[str, Sequence[Entity]] = want.parts if want is not None else {}
    if not theirs and not ours:
        return Pair(kind, have, want)
    parts = [
        pair
        for part in parts_of(kind)
        if part.name in theirs or part.name in ours
        for pair in paired(part, theirs.get(part.name, ()), ours.get(part.name, ()))
    ]
    return Pair(kind, have, want, tuple(parts))


def _named(kind: Kind, entity: Entity) -> tuple[str, bool]:
    """What namesakes have in common. The default routing rule is none of those that are only called so."""
    name = kind.identity(entity.fields) if "#" in entity.name else entity.name
    return name, entity.fields.get("isDefault") is True


def _namesakes(kind: Kind, have: list[Entity], want: Sequence[Entity], found: dict[int, Entity]) -> None:
    """Share *have* out: first to those that are just like one of them, then in the order of both."""
    for entity in want:
        alike = next((each for each in have if same(kind, each.fields, entity.fields)), None)
        if alike is not None:
            have.remove(alike)
            found[id(entity)] = alike
    for entity in want:
        if have and id(entity) not in found:
            found[id(entity)] = have.pop(0)


def _may_become(kind: Kind, have: Entity, want: Entity) -> bool:
    """Whether an update can make the one of the other: no call changes what sort of thing it is."""
    sorts = ((have.fields.get(field), want.fields.get(field)) for field in kind.immutable)
    return all(one == other for one, other in sorts if isinstance(one, str))
