"""Plan the changes from the current to the desired state; a pure function.

The steps are in execution order: creates and updates by stage, so that an entity exists before others refer to it; then
deletes, in reverse order; then reorders, when all siblings exist.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

import attrs

from opsgenie_async.config import Hook
from opsgenie_async.errors import ArgumentValueError, OpsgenieError
from opsgenie_async.events import Announcer, Run
from opsgenie_async.json_shape import fraction
from opsgenie_async.json_text import Json
from opsgenie_async.sequences import Strings
from opsgenie_async.sync.model.kinds import KIND_IN_API, REFERENCED, VIRTUAL_KINDS
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.people import with_people
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Key, Snapshot, Target, check_snapshot, mentions
from opsgenie_async.sync.planning.automatic import Automatic, automatic_entities
from opsgenie_async.sync.planning.changes import Change, Draft
from opsgenie_async.sync.planning.dangling import UnresolvedMentions, refuse_dangling_references
from opsgenie_async.sync.planning.diff import same
from opsgenie_async.sync.planning.incomplete import refuse_incomplete
from opsgenie_async.sync.planning.match import Pair, Scope, match_states, new_names, with_known_names
from opsgenie_async.sync.planning.refusals import Refusal, split_refused_steps

__all__ = ["Plan", "TooManyDeletions", "plan"]

FEW = 10
"""Of a kind with fewer there than this, the share that would be deleted means nothing."""
UNCHOSEN = "is in the snapshot under another team or name, which was not chosen"


class TooManyDeletions(OpsgenieError, ValueError):
    """A plan would delete more than allowed."""


@attrs.frozen(kw_only=True)
class Plan:
    """The changes from one state to another.

    Attributes:
        changes: The changes in the order in which they are applied.
        extra: `kind name` of existing entities that are in no file, and are kept since `prune` is off.
        skipped: What could not be compared, and why: it could not be read, or the API cannot change it.
        lasting: Those that no run can change, such as a past maintenance; they do not make the plan incomplete.
        automatic: Entities that Opsgenie creates with new teams, and what is done with them.
        ids: The ids of all existing entities, also by their new names.
        share: The fraction of the compared part that would be deleted, from 0 to 1; by kind, and in total under "".
    """

    changes: Sequence[Change]
    extra: Sequence[str] = ()
    skipped: Sequence[str] = ()
    lasting: Sequence[str] = ()
    automatic: Sequence[Automatic] = ()
    ids: Mapping[Key, str] = attrs.field(factory=dict, repr=False)
    share: Mapping[str, float] = attrs.field(factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything could be compared and will be applied."""
        return not set(self.skipped) - set(self.lasting)

    def raise_if_unsafe(self, most: float = 0.3) -> None:
        """Raise `TooManyDeletions` if more than *most* of the account, or of one kind, would be deleted.

        Args:
            most: The largest share that may be deleted, from 0 to 1.

        Raises:
            TooManyDeletions: More would be deleted.
            ArgumentValueError: It is no number from 0 to 1.
        """
        if mismatch := fraction(most, "most"):
            raise ArgumentValueError(f"raise_if_unsafe: {mismatch}")
        for name, share in sorted(self.share.items()):
            if share > most:
                scope = f"of all {name} entities" if name else "of everything"
                raise TooManyDeletions(f"would delete {100 * share:.3g}% {scope}, more than {100 * most:.3g}%")

    def to_dict(self) -> dict[str, Json]:
        """The plan as JSON."""
        return {
            "complete": self.complete,
            "changes": [change.to_dict() for change in self.changes],
            "extra": list(self.extra),
            "skipped": list(self.skipped),
        }


def plan(
    have: Snapshot,
    want: Snapshot,
    *,
    only: Selection | str = EVERYTHING,
    teams: Strings = (),
    with_users: bool = False,
    prune: bool = False,
    now: datetime | None = None,
    refusals: Collection[Refusal] = (),
    new_teams: Collection[str] = (),
    hooks: Collection[Hook] = (),
) -> Plan:
    """Plan the changes from one state to another.

    Unread entities are never changed and impossible changes never attempted: both are in `Plan.skipped`.

    Args:
        have: The account, as `read_account` returns it.
        want: The desired state, as `Store.load` returns it.
        only: What may be changed; a str is parsed by `Selection.parse`.
        teams: Names or ids of teams, to restrict `only` to them and what they own, in either state.
        with_users: Whether to create and update the referenced users as well, without their notification rules.
        prune: Whether to delete existing entities that are not desired; otherwise they are in `Plan.extra`.
        now: The time that decides what is past; the current time by default.
        refusals: `Journal.refusals` of earlier runs: these steps are skipped, as the API would refuse them again.
        new_teams: `Journal.new_teams` of an earlier run: this run takes care of what Opsgenie created with them.
        hooks: Receive one `RunEnded` with the steps by action, as a plan has no client to send it.

    Returns:
        All steps, in execution order.

    Raises:
        SelectionError: `only` or `teams` matches nothing in either state.
        DanglingReference: A step refers to something that neither exists nor is desired.
        SnapshotError: A new entity lacks a field that the API requires.
    """
    check_snapshot("plan: have", have)
    check_snapshot("plan: want", want)
    with Run(Announcer(tuple(hooks)), "plan", time.monotonic) as run:
        steps = _plan(have, want, selection(only, teams, with_users=with_users), prune, now, refusals, new_teams)
        run.counts.update(change.action for change in steps.changes)
        run.counts["skipped"] = len(steps.skipped)
    return steps


def _plan(
    have: Snapshot,
    want: Snapshot,
    only: Selection,
    prune: bool,
    now: datetime | None,
    refusals: Collection[Refusal],
    new_teams: Collection[str],
) -> Plan:
    scope = _scope(have, with_known_names(want, have), only)
    pairs, skipped = _comparable(scope)
    pairs, impossible, lasting = _possible(pairs, now or datetime.now(UTC))
    names = new_names(pairs)
    draft = Draft(pairs, names, prune=prune, new_teams=new_teams)
    for pair in pairs:
        draft.add(pair)
    if creations := [change for change in draft.upserts if change.action == "create"]:
        refuse_incomplete(creations, scope.want)
    if draft.upserts or draft.deleted_targets:
        _check_references(scope, pairs, names, draft)
    teams = [pair for pair in pairs if pair.kind is TEAM and pair.have is None]
    ids = _ids(have, pairs)
    changes, refused = draft.changes(), list[str]()
    if refusals:
        changes, refused = split_refused_steps(changes, refusals, ids)
    return Plan(
        changes=tuple(changes),
        extra=tuple(draft.extra),
        skipped=(*scope.omissions(), *skipped, *impossible, *draft.skipped, *refused),
        lasting=tuple(lasting),
        automatic=tuple(automatic_entities(teams, pairs, scope, prune=prune)) if teams else (),
        ids=ids,
        share=_share(pairs, draft.deletion_counts),
    )


def _scope(have: Snapshot, want: Snapshot, only: Selection) -> Scope:
    """The part that may be changed, by names of what is in either state, and with the people that come along."""
    if not only.is_everything:
        unknown = {folder for state in (have, want) for folder, name in state.unread if not name}
        only = only.resolve([*have.entries, *want.entries], unknown=unknown)
        if only.with_users:
            want, only = with_people(want, only)
    return Scope(have, want, only)


def _comparable(scope: Scope) -> tuple[list[Pair], list[str]]:
    """The pairs that can be compared, and a line for each of the others with the reason."""
    excluded_names, unread = scope.excluded_names(), _unread_targets(scope.have)
    pairs: list[Pair] = []
    elsewhere: list[str] = []
    hidden: list[str] = []
    for pair in match_states(scope):
        if _is_elsewhere(pair, excluded_names):
            elsewhere.append(f"{pair.either.path}: {UNCHOSEN}")
        elif _exists_unread(pair, unread):
            name = unread[pair.either.id].name
            hidden.append(f"{pair.either.path}: is there as {name!r}, which was not read")
        else:
            pairs.append(pair)
    return pairs, [*elsewhere, *hidden]


def _possible(pairs: Sequence[Pair], now: datetime) -> tuple[list[Pair], list[str], list[str]]:
    """The pairs that calls can bring about, a line for each of the others, and which of these lines stay for ever."""
    reasons = _impossible(pairs, now)
    possible: list[Pair] = []
    skipped: list[str] = []
    lasting: list[str] = []
    for pair in pairs:
        reason = reasons.get(id(pair), "")
        if not reason or _is_unchanged(pair):
            possible.append(pair)
            continue
        line = f"{pair.either.path}: {reason}"
        skipped.append(line)
        if reason in pair.kind.lasting:
            lasting.append(line)
    return possible, skipped, lasting


def _impossible(pairs: Sequence[Pair], now: datetime) -> Mapping[int, str]:
    """Why no call can bring about the desired state of a pair, by the `id()` of the pair."""
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


def _is_unchanged(pair: Pair) -> bool:
    """Whether there is nothing to do about an entity itself."""
    return pair.have is not None and pair.want is not None and same(pair.kind, pair.have.fields, pair.want.fields)


def _unread_targets(have: Snapshot) -> dict[str, Target]:
    """By id, what was seen and not read: it was not chosen, or its reading failed."""
    read = {entity.path_id for entity in have}
    return {id: target for target, id in have.ids.items() if id not in read}


def _is_elsewhere(pair: Pair, excluded_names: AbstractSet[tuple[str, str]]) -> bool:
    """Whether an entity that seems undesired is desired by a file outside of the selection."""
    if pair.want is not None:
        return False
    entity = pair.either
    return bool({(entity.kind.folder, word) for word in (entity.name, entity.id)} & excluded_names)


def _exists_unread(pair: Pair, unread: Mapping[str, Target]) -> bool:
    """Whether a seemingly new entity exists under another name: creating it would make a duplicate."""
    if pair.have is not None or pair.kind.virtual or pair.either.id not in unread:
        return False
    return unread[pair.either.id].kind == pair.kind.reference_type


def _check_references(scope: Scope, pairs: Sequence[Pair], names: Mapping[Target, Target], draft: Draft) -> None:
    """Raise `DanglingReference` if the steps would leave a reference to nothing."""
    existing = {names.get(target, target) for target in (*_targets(scope.have), *scope.have.ids)}
    if unresolved := [*_unresolved_mentions(pairs, existing, draft.deleted_targets)]:
        keys = {change.key for change in draft.upserts}
        refuse_dangling_references(unresolved, scope, changed_keys=keys, deleted_targets=draft.deleted_targets)


def _unresolved_mentions(
    pairs: Sequence[Pair], existing: AbstractSet[Target], deleted_targets: AbstractSet[Target]
) -> Iterator[UnresolvedMentions]:
    """The desired entities that refer to what is neither desired nor there, or would be no more."""
    known_targets = {*_targets(pair.want for pair in pairs if pair.want is not None), *(existing - deleted_targets)}
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
            if unresolved:
                yield UnresolvedMentions(pair, each, unresolved)


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


def _ids(have: Snapshot, pairs: Iterable[Pair]) -> dict[Key, str]:
    """The ids of all existing entities, by present and by desired name; the desired one wins."""
    ids = {(target.kinds[0].name, target.parent, target.name): id for target, id in have.ids.items()}
    ids |= {key: entity.path_id for entity in have for key, entity in _keys(entity, entity.name)}
    for pair in pairs:
        if pair.have is not None and pair.want is not None:
            ids[pair.kind.name, "", pair.want.name] = pair.have.path_id
            for part in pair.parts:
                if part.have is not None and part.want is not None:
                    ids[part.kind.name, pair.want.name, part.want.name] = part.have.path_id
                elif part.have is not None:
                    ids.setdefault((part.kind.name, pair.want.name, part.have.name), part.have.path_id)
    for kind in VIRTUAL_KINDS:
        owner = KIND_IN_API[kind].name
        for kind_name, parent, name in [key for key in ids if key[0] == owner]:
            ids.setdefault((kind.name, parent, name), ids[kind_name, parent, name])
    return ids


def _keys(entity: Entity, name: str) -> Iterator[tuple[Key, Entity]]:
    yield (entity.kind.name, "", name), entity
    for kind_name, parts in entity.parts.items():
        for part in parts:
            yield (kind_name, name, part.name), part


def _share(pairs: Iterable[Pair], deletions: Mapping[str, int]) -> dict[str, float]:
    """The share that is deleted: of each kind with more than a few entities, and of all under ""."""
    existing = Counter(each.kind.name for pair in pairs for each in (pair, *pair.parts) if each.have is not None)
    for kind in VIRTUAL_KINDS:
        existing.pop(kind.name, None)
    share = {
        kind_name: deletions[kind_name] / count
        for kind_name, count in existing.items()
        if count >= FEW and deletions.get(kind_name)
    }
    return {**share, "": sum(deletions.values()) / sum(existing.values())} if deletions else share
