"""References of wanted things to what nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.sync.model.catalog import KINDS, TYPED
from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.changes import Key
from opsgenie_async.sync.planning.match import Pair

__all__ = ["DanglingReference", "refuse_dangling"]


REFERENCED = frozenset(reference.to for kind in KINDS for reference in kind.references) | TYPED


class DanglingReference(OpsgenieError, ValueError):
    """Something wanted refers to what is neither wanted nor there; says the file, the field and the target."""


def refuse_dangling(
    pairs: Sequence[Pair],
    have: Snapshot,
    want: Snapshot,
    *,
    names: Mapping[Target, Target],
    touched: AbstractSet[Key],
    gone: AbstractSet[Target],
) -> None:
    """Raise `DanglingReference` for a step that would refer to nothing, or for something wanted that would be left so.

    touched: what is created or updated. gone: what is deleted. names: those of now to the wanted ones. What the account
    itself says already is taken as it is, and so is what lies outside of what was read.
    """
    if not touched and not gone:
        return
    there = {names.get(target, target) for target in (*_targets(have), *have.others)}
    known = {*_targets(pair.want for pair in pairs if pair.want is not None), *(there - gone)}
    for pair in pairs:
        for each in (pair, *pair.parts):
            if each.want is None:
                continue
            parent = "" if each is pair else pair.either.name
            unknown = [
                (at, target)
                for at, target in mentions(each.kind, each.want.fields, parent)
                if target not in known and not target.is_built_in
            ]
            if not unknown:
                continue
            new = (each.kind.name, parent, each.want.name) in touched
            excused = _said(each, pair.have.name if pair.have is not None else "")
            for at, target in unknown:
                if target in gone or (new and target not in excused and _would_know(have, target)):
                    path = want.places.get((pair.kind.folder, pair.either.name), pair.either.path)
                    where = f"{each.kind.section}: {each.want.name}: {at}" if parent else at
                    fate = "would be deleted" if target in gone else "is not in the account"
                    raise DanglingReference(
                        f"{path}: {where}: {target.kind} {target.name!r} is not in the snapshot and {fate}"
                    )


def _would_know(have: Snapshot, target: Target) -> bool:
    """Whether *have* would tell of it, if it were there."""
    folder, name = target.file
    return have.knows(folder, name) or (folder in have.listed and (folder, "") not in have.unread)


def _said(pair: Pair, parent: str) -> frozenset[Target]:
    """What the account itself refers to there."""
    if pair.have is None:
        return frozenset()
    return frozenset(target for _, target in mentions(pair.kind, pair.have.fields, parent))


def _targets(entities: Iterable[Entity]) -> Iterable[Target]:
    for entity in entities:
        if not entity.kind.virtual:
            yield Target.to(entity.kind, entity.name)
        yield from _parts(entity)


def _parts(entity: Entity) -> Iterable[Target]:
    for parts in entity.parts.values():
        for part in parts:
            target = Target.to(part.kind, part.name, entity.name)
            if target.kind in REFERENCED:
                yield target
