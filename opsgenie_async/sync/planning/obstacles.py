"""Obstacles of a plan: changes that no call can make, missing fields, and references to what does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.printable import printable
from opsgenie_async.sync.files.diagnostics import Problem, SnapshotError
from opsgenie_async.sync.model.catalog import KINDS, TYPED
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.model.rules import missing
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.changes import Change, Key
from opsgenie_async.sync.planning.match import Pair

__all__ = ["DanglingReference", "obstacles", "refuse_dangling", "refuse_incomplete"]


REFERENCED = frozenset(reference.to for kind in KINDS for reference in kind.references) | TYPED


class DanglingReference(OpsgenieError, ValueError):
    """Desired entities refer to what neither exists nor is desired.

    Attributes:
        references: Each of them with its file, its field and what it names, as lines.
        advice: What can be done about it, as lines.
    """

    def __init__(self, references: Sequence[str] | str, advice: Sequence[str] = ()) -> None:
        references = [references] if isinstance(references, str) else references
        super().__init__("; ".join(references))
        self.references = tuple(references)
        self.advice = tuple(advice)
        self.args = (self.references, self.advice)  # what a copy is made from

    def __str__(self) -> str:
        return "\n".join(map(printable, self.references))


def refuse_dangling(
    pairs: Sequence[Pair],
    have: Snapshot,
    want: Snapshot,
    *,
    names: Mapping[Target, Target],
    changed_keys: AbstractSet[Key],
    deleted_targets: AbstractSet[Target],
) -> None:
    """Refuse a plan after which a reference would point at nothing.

    References that the account itself has already are not checked, nor those to what was not read.

    Args:
        pairs: Existing and desired entities, matched.
        have: The account.
        want: The desired state.
        names: Present names to desired ones, for what is renamed.
        changed_keys: Entities that the plan creates or updates.
        deleted_targets: Entities that the plan deletes.

    Raises:
        DanglingReference: Steps would refer to nothing, or something desired would after a deletion; names all of them.
    """
    if not changed_keys and not deleted_targets:
        return
    existing = {names.get(target, target) for target in (*_targets(have), *have.ids)}
    known_targets = {*_targets(pair.want for pair in pairs if pair.want is not None), *(existing - deleted_targets)}
    references: dict[str, None] = {}
    missing: set[Target] = set()
    for pair in pairs:
        for each in (pair, *pair.parts):
            if each.want is None:
                continue
            parent = "" if each is pair else pair.either.name
            unresolved = [
                (at, target)
                for at, target in mentions(each.kind, each.want.fields, parent)
                if target not in known_targets and not target.is_built_in
            ]
            if not unresolved:
                continue
            new = (each.kind.name, parent, each.want.name) in changed_keys
            exempt = _existing_references(each, pair.have.name if pair.have is not None else "")
            for at, target in unresolved:
                if target in deleted_targets or (new and target not in exempt and _is_readable(have, target)):
                    path = want.files.get((pair.kind.folder, pair.either.name), pair.either.path)
                    where = f"{each.kind.section}: {each.want.name}: {at}" if parent else at
                    state = "would be deleted" if target in deleted_targets else "is not in the account"
                    text = f"{path}: {where}: {target.kind} {target.name!r} is not in the snapshot and {state}"
                    references.setdefault(text)
                    missing.add(target)
    if references:
        raise DanglingReference(list(references), list(_advice(missing, deleted_targets)))


def _advice(missing: AbstractSet[Target], deleted_targets: AbstractSet[Target]) -> Iterator[str]:
    """What can be done about each sort of what is missing."""
    absent = missing - deleted_targets
    if people := sorted({target.name for target in absent if target.kind == USER.reference_type}):
        yield f"{_count(people, 'user is', 'users are')} missing: --with-users takes them along, or invite them first"
    if others := sorted({target.name for target in absent if target.kind != USER.reference_type}):
        yield (
            f"{_count(others, 'thing is', 'things are')} missing: add them with --only or --team, make them in "
            "the account first, or take the references out of the files"
        )
    if missing & deleted_targets:
        yield "what is to be deleted and still named: keep it, or take the references out of the files"


def _count(names: Sequence[str], singular: str, plural: str) -> str:
    return f"{len(names):,} {singular if len(names) == 1 else plural}"


def _is_readable(have: Snapshot, target: Target) -> bool:
    """Whether *have* would contain the target if it existed."""
    folder, name = target.file
    return have.knows(folder, name) or (folder in have.complete_folders and (folder, "") not in have.unread)


def _existing_references(pair: Pair, parent: str) -> frozenset[Target]:
    """The references that the account has in the same place."""
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


def obstacles(pairs: Sequence[Pair], now: datetime) -> Mapping[int, str]:
    """The reason why a pair's desired state is impossible, by the `id()` of the pair; only where it differs."""
    reasons = {id(pair): reason for pair in pairs if (reason := _reason(pair, now))}
    missing = {Target.to(pair.kind, pair.either.name) for pair in pairs if id(pair) in reasons and pair.have is None}
    for pair in pairs if missing else ():
        if pair.want is None or id(pair) in reasons:
            continue
        for at, target in mentions(pair.kind, pair.want.fields):
            if target in missing:
                reasons[id(pair)] = f"{at}: needs {target.kind} {target.name!r}, which cannot be copied"
    return reasons


def _reason(pair: Pair, now: datetime) -> str:
    if pair.want is None or pair.kind.impossible is None:
        return ""
    return pair.kind.impossible(pair.want.fields, pair.have is not None, now)


def refuse_incomplete(changes: Iterable[Change], want: Snapshot) -> None:
    """Raise `SnapshotError` where a new entity lacks a field that the API requires."""
    problems = []
    for change in changes:
        folder, _, name = change.path.partition("/")
        file = want.files.get((folder, name))
        if change.action != "create" or file is None:
            continue
        for field in missing(change.kind, change.fields):
            place = f"{_place(change, want)}.{field}"
            text = f"missing: a new {change.kind.noun} needs it"
            problems.append(Problem(file, want.locate(file, place), place, text))
    if problems:
        raise SnapshotError(problems)


def _place(change: Change, want: Snapshot) -> str:
    """Where the entity of a change stands in its file: `team`, or `rotations[2]`."""
    section = change.kind.section
    if not change.kind.parent:
        return section
    owner = next(entity for entity in want if entity.path == change.path)
    names = [part.name for part in owner.parts.get(change.kind.name, ())]
    return f"{section}[{names.index(change.name)}]"
