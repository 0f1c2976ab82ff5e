"""Dangling references: those for which a plan is refused, and the remedies."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import Entry, Selection
from opsgenie_async.sync.model.snapshot import Key, Snapshot, Target, mentions
from opsgenie_async.sync.planning.match import Pair, Scope

__all__ = ["DanglingReference", "UnresolvedMentions", "refuse_dangling_references"]


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


@attrs.frozen(eq=False)
class UnresolvedMentions:
    """References of a desired entity that neither a desired nor an existing one answers.

    Attributes:
        file: The pair of the file's entity.
        pair: Its own pair, which is that of a part or the same.
        mentions: The place and the target of each.
    """

    file: Pair
    pair: Pair
    mentions: Sequence[tuple[str, Target]]


def refuse_dangling_references(
    unresolved: Iterable[UnresolvedMentions],
    scope: Scope,
    *,
    changed_keys: AbstractSet[Key],
    deleted_targets: AbstractSet[Target],
) -> None:
    """Refuse a plan after which a reference would point at nothing.

    References that the account itself has already are not checked, nor those to what was not read.

    Args:
        unresolved: References of what is desired, to what is neither desired nor in the account.
        scope: The account, the desired state, and what was chosen of both.
        changed_keys: Entities that the plan creates or updates.
        deleted_targets: Entities that the plan deletes.

    Raises:
        DanglingReference: Steps would refer to nothing, or something desired would after a deletion; names all of them.
    """
    want = scope.want
    choice = want.only if scope.only.is_everything else scope.only
    excluded_entries = {
        (each.folder, each.name): each
        for each in (*want.entries, *want.others)
        if not choice.covers(each.folder, each.name, each.team)
    }
    references: dict[str, None] = {}
    missing: set[Target] = set()
    for each, at, target in _dangling(unresolved, scope.have, changed_keys, deleted_targets):
        origin = "is not chosen" if target.file in excluded_entries else "is not in the snapshot"
        state = "would be deleted" if target in deleted_targets else "is not in the account"
        references.setdefault(f"{_place(each, at, want)}: {target.kind} {target.name!r} {origin} and {state}")
        missing.add(target)
    if not references:
        return
    absent = {target for target in missing - deleted_targets if target.file not in excluded_entries}
    entries = [excluded_entries[target.file] for target in missing - deleted_targets - absent]
    advice = [*_choice_advice(entries, choice), *_advice(absent, want)]
    if missing & deleted_targets:
        advice.append("what is to be deleted and still named: keep it, or take the references out of the files")
    raise DanglingReference(list(references), advice)


def _dangling(
    unresolved: Iterable[UnresolvedMentions],
    have: Snapshot,
    changed_keys: AbstractSet[Key],
    deleted_targets: AbstractSet[Target],
) -> Iterator[tuple[UnresolvedMentions, str, Target]]:
    """The references that would point at nothing: whose, at which field, and to what."""
    for each in unresolved:
        file, pair = each.file, each.pair
        parent = "" if pair is file else file.either.name
        new = (pair.kind.name, parent, pair.either.name) in changed_keys
        exempt = _existing_references(pair, file.have.name if file.have is not None else "")
        for at, target in each.mentions:
            if target in deleted_targets or (new and target not in exempt and _is_readable(have, target)):
                yield each, at, target


def _place(mention: UnresolvedMentions, at: str, want: Snapshot) -> str:
    """The file and the field of a reference, as text."""
    file, pair = mention.file, mention.pair
    path = want.files.get((file.kind.folder, file.either.name), file.either.path)
    return ": ".join(filter(None, (path, *((pair.kind.section, pair.either.name) if pair is not file else ()), at)))


def _choice_advice(entries: Iterable[Entry], choice: Selection) -> Iterator[str]:
    """The advice to select what was left out."""
    by_team = choice.asks_for_owners
    people = {each.name for each in entries if each.folder == USER.folder}
    others = {each for each in entries if each.folder != USER.folder}
    if people:
        way = "--with-users takes" if by_team else f"--with-users, or {USER.folder} in --only, takes"
        yield f"{quantity(len(people), 'user is', 'users are')} not chosen: {way} them along, or invite them first"
    if by_team and (owned := {each for each in others if each.team}):
        options = " ".join(f"--team {shlex.quote(team)}" for team in sorted({each.team for each in owned}))
        yield f"{quantity(len(owned), 'thing is', 'things are')} not chosen: add {options}"
        others -= owned
    if others:
        folders = ",".join(sorted({each.folder for each in others}))
        way = f"no team owns them, so begin with --only {folders}" if by_team else f"add {folders} to --only"
        yield f"{quantity(len(others), 'thing is', 'things are')} not chosen: {way}"


def _advice(absent: AbstractSet[Target], want: Snapshot) -> Iterator[str]:
    """What can be done about each sort of what is neither in the snapshot nor in the account.

    No option of a plan brings in what the snapshot lacks; another pull does, of what the last one did not choose.
    """
    users = {target for target in absent if target.kind == USER.reference_type}
    if users:
        missing = quantity(len({target.name for target in users}), "user is", "users are")
        way = _way_into_files(users, want, "--with-users")
        yield f"{missing} missing in the snapshot: {way}, or invite them first"
    if others := absent - users:
        missing = quantity(len({target.name for target in others}), "thing is", "things are")
        way = _way_into_files(others, want, "them in --only or --team")
        yield (
            f"{missing} missing in the snapshot: {way}, make them in the account first, or take the references out of "
            "the files"
        )


def _way_into_files(targets: Iterable[Target], want: Snapshot, options: str) -> str:
    """How a snapshot gets what it lacks: if it was to have it, a pull has not found it."""
    return "add files for them" if all(want.knows(*each.file) for each in targets) else f"pull it again with {options}"


def _is_readable(have: Snapshot, target: Target) -> bool:
    """Whether *have* would contain the target if it existed."""
    folder, name = target.file
    return have.knows(folder, name) or (folder in have.complete_folders and (folder, "") not in have.unread)


def _existing_references(pair: Pair, parent: str) -> frozenset[Target]:
    """The references that the account has in the same place."""
    if pair.have is None:
        return frozenset()
    return frozenset(target for _, target in mentions(pair.kind, pair.have.fields, parent))
