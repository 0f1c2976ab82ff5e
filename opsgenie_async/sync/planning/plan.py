"""Plans the changes from the existing to the desired state: a pure function.

The steps are in an order in which they can be executed. Creates and updates go stage by stage, so that an entity exists
before others refer to it; then deletes, in the reverse order; then reorders, when all siblings exist.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from opsgenie_async.config import Hook
from opsgenie_async.events import Announcer, Run
from opsgenie_async.sync.model.kinds.maintenance import OVER
from opsgenie_async.sync.model.kinds.policy import POLICIES
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.references import Target
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.automatic import automatic_entities
from opsgenie_async.sync.planning.changes import Key, Plan
from opsgenie_async.sync.planning.diff import same
from opsgenie_async.sync.planning.draft import Draft, path_id
from opsgenie_async.sync.planning.match import Pair, match_states, new_names, with_known_names
from opsgenie_async.sync.planning.obstacles import obstacles, refuse_dangling, refuse_incomplete
from opsgenie_async.sync.planning.refusals import Refusal, without_refused
from opsgenie_async.sync.planning.scope import Scope

__all__ = ["plan"]

FEW = 10
"""Of a kind with fewer there than this, the share that would be deleted says nothing."""
UNCHOSEN = "is in the snapshot under another team or name, which was not chosen"


def plan(
    have: Snapshot,
    want: Snapshot,
    *,
    only: Selection | str = EVERYTHING,
    teams: Iterable[str] = (),
    with_users: bool = False,
    prune: bool = False,
    now: datetime | None = None,
    refusals: Collection[Refusal] = (),
    new_teams: Collection[str] = (),
    hooks: Collection[Hook] = (),
) -> Plan:
    """Plan the way from one state to another.

    Unread entities are never changed and impossible changes never tried: both are in `Plan.skipped`.

    Args:
        have: The account, as `read_account` returns it.
        want: The desired state, as `Store.load` returns it.
        only: What may be changed; a text is read as `Selection.parse` does.
        teams: Names or ids of teams: of what `only` chooses, they and what they own, here or there.
        with_users: Whether the users that the chosen part points at are made and changed as well, but for their
            notification rules.
        prune: Whether existing entities that are not desired are deleted; else they are `Plan.extra`.
        now: The moment that decides what is over; the present one where it is left out.
        refusals: `Journal.refusals` of earlier runs: the same steps are skipped, as the API would refuse them again.
        new_teams: `Journal.new_teams` of an earlier run: what Opsgenie made with them belongs to this run.
        hooks: Receive one `RunEnded` with the steps by action; a plan makes no call, so that no client tells them.

    Returns:
        All steps, in the order in which they are applied.

    Raises:
        SelectionError: `only` or `teams` names what neither state has.
        DanglingReference: A step would refer to something that neither exists nor is desired.
        SnapshotError: Something new lacks a field that the API needs.
    """
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
    want = with_known_names(want, have)
    unknown = {folder for state in (have, want) for folder, name in state.unread if not name}
    if not only.is_everything:
        only = only.resolve([*have.entries, *want.entries], unknown=unknown)
        want, only = want.with_people(only)
    scope = Scope(have, want, only)
    pairs = match_states(scope)
    unchosen = scope.unchosen()
    skipped = [f"{pair.either.path}: {UNCHOSEN}" for pair in pairs if _is_elsewhere(pair, unchosen)]
    pairs = [pair for pair in pairs if not _is_elsewhere(pair, unchosen)]
    unread = _unread(have)
    skipped += [
        f"{pair.either.path}: is there as {unread[pair.either.id].name!r}, which was not read"
        for pair in pairs
        if _exists_unread(pair, unread)
    ]
    pairs = [pair for pair in pairs if not _exists_unread(pair, unread)]
    impossible = obstacles(pairs, now or datetime.now(UTC))
    blocked = {
        id(pair): f"{pair.either.path}: {impossible[id(pair)]}"
        for pair in pairs
        if id(pair) in impossible and not _is_unchanged(pair)
    }
    skipped += blocked.values()
    pairs = [pair for pair in pairs if id(pair) not in blocked]
    names = new_names(pairs)
    draft = Draft(pairs, names, prune=prune, new_teams=new_teams)
    for pair in pairs:
        draft.add(pair)
    changed_keys = {change.key for change in draft.upserts}
    refuse_incomplete(draft.upserts, want)
    refuse_dangling(pairs, have, want, names=names, changed_keys=changed_keys, deleted_targets=draft.deleted_targets)
    ids = _ids(have, pairs)
    changes, refused = without_refused(draft.changes(), refusals, ids)
    return Plan(
        changes=tuple(changes),
        extra=tuple(draft.extra),
        skipped=(*scope.skipped(), *skipped, *draft.skipped, *refused),
        lasting=tuple(text for pair, text in blocked.items() if impossible[pair] == OVER),
        automatic=tuple(automatic_entities(pairs, scope, have, prune=prune)),
        ids=ids,
        share=_share(pairs, draft.deletion_counts),
    )


def _is_unchanged(pair: Pair) -> bool:
    """Whether there is nothing to do about an entity itself."""
    return pair.have is not None and pair.want is not None and same(pair.kind, pair.have.fields, pair.want.fields)


def _unread(have: Snapshot) -> dict[str, Target]:
    """By id, what was seen and not read: it was not chosen, or its reading failed."""
    read = {path_id(entity) for entity in have}
    return {id: target for target, id in have.ids.items() if id not in read}


def _is_elsewhere(pair: Pair, unchosen: AbstractSet[tuple[str, str]]) -> bool:
    """Whether an entity that seems undesired is desired by a file outside of the selection."""
    if pair.want is not None:
        return False
    entity = pair.either
    return bool({(entity.kind.folder, word) for word in (entity.name, entity.id)} & unchosen)


def _exists_unread(pair: Pair, unread: Mapping[str, Target]) -> bool:
    """Whether a seemingly new entity exists under another name: creating it would make a duplicate."""
    if pair.have is not None or pair.kind.virtual or pair.either.id not in unread:
        return False
    return unread[pair.either.id].kind == pair.kind.reference_type


def _ids(have: Snapshot, pairs: Iterable[Pair]) -> dict[Key, str]:
    """The ids of all existing entities, by present and by desired name; the desired one wins."""
    ids = {(target.kinds[0].name, target.parent, target.name): id for target, id in have.ids.items()}
    ids |= {key: path_id(entity) for entity in have for key, entity in _keys(entity, entity.name)}
    for pair in pairs:
        if pair.have is not None and pair.want is not None:
            ids[pair.kind.name, "", pair.want.name] = path_id(pair.have)
            for part in pair.parts:
                if part.have is not None and part.want is not None:
                    ids[part.kind.name, pair.want.name, part.want.name] = path_id(part.have)
                elif part.have is not None:
                    ids.setdefault((part.kind.name, pair.want.name, part.have.name), path_id(part.have))
    for kind_name, parent, name in [key for key in ids if key[0] == TEAM.name]:
        ids.setdefault((POLICIES.name, parent, name), ids[kind_name, parent, name])
    return ids


def _keys(entity: Entity, name: str) -> Iterator[tuple[Key, Entity]]:
    yield (entity.kind.name, "", name), entity
    for kind_name, parts in entity.parts.items():
        for part in parts:
            yield (kind_name, name, part.name), part


def _share(pairs: Iterable[Pair], deletions: Mapping[str, int]) -> dict[str, float]:
    """The share that is deleted: of each kind with more than a few entities, and of all under ""."""
    existing = Counter(each.kind.name for pair in pairs for each in (pair, *pair.parts) if each.have is not None)
    existing.pop(POLICIES.name, None)
    share = {
        kind_name: deletions[kind_name] / count
        for kind_name, count in existing.items()
        if count >= FEW and deletions.get(kind_name)
    }
    return {**share, "": sum(deletions.values()) / sum(existing.values())} if deletions else share
