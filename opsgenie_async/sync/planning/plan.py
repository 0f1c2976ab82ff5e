"""From what is there to what is wanted: a pure function of two states.

The steps come in the order in which they can be done. Creates and updates go stage by stage, so that what a thing
refers to is there before it; then deletes, the other way round; then orders, when all that has a place is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import FOLDERS, LAST_STAGE, kind_in, parts_of
from opsgenie_async.sync.model.identity import text_at
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.contact import CONTACT
from opsgenie_async.sync.model.kinds.maintenance import OVER
from opsgenie_async.sync.model.kinds.policy import POLICIES
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_routing_rule import TEAM_ROUTING_RULE
from opsgenie_async.sync.model.references import Target, mentions, rename_references
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.automatic import automatic_entities, companions_of
from opsgenie_async.sync.planning.changes import Action, Change, Difference, Key, Plan
from opsgenie_async.sync.planning.dangling import refuse_dangling
from opsgenie_async.sync.planning.diff import differences, same
from opsgenie_async.sync.planning.impossible import obstacles
from opsgenie_async.sync.planning.incomplete import refuse_incomplete
from opsgenie_async.sync.planning.match import Pair, match_entities, new_names, with_team_ids
from opsgenie_async.sync.planning.normalize import with_known_names
from opsgenie_async.sync.planning.payloads import create_payload, deferred_payload, update_payload
from opsgenie_async.sync.planning.refusals import Refusal, without_refused
from opsgenie_async.sync.planning.scope import Scope

__all__ = ["plan"]

FEW = 10
"""Of a kind with fewer there than this, the share that would be deleted says nothing."""
NOBODY: dict[str, Json] = {"type": "none"}
UNCHOSEN = "is in the snapshot under another team or name, which was not chosen"
UNCHANGEABLE = "cannot be changed by any call; delete and create it anew"


def plan(
    have: Snapshot,
    want: Snapshot,
    *,
    only: Selection | str = EVERYTHING,
    teams: Iterable[str] = (),
    prune: bool = False,
    now: datetime | None = None,
    refusals: Collection[Refusal] = (),
    new_teams: Collection[str] = (),
) -> Plan:
    """Plan the way from one state to another.

    What could not be read is never changed, and what no call can bring about is not tried: it is `Plan.skipped`.

    Args:
        have: The account, as `read_account` returns it.
        want: The desired state, as `Store.load` returns it.
        only: What may be changed; a text is read as `Selection.parse` does.
        teams: Names or ids of teams: of what `only` chooses, they and what they own, here or there.
        prune: Whether what is there and not wanted is deleted; else it is `Plan.extra`.
        now: The moment that decides what is over; the present one where it is left out.
        refusals: `Journal.refusals` of earlier runs: the same steps are skipped, as the API would refuse them again.
        new_teams: `Journal.new_teams` of an earlier run: what Opsgenie made with them belongs to this run.

    Returns:
        All steps, in the order in which they are applied.

    Raises:
        SelectionError: `only` or `teams` names what neither state has.
        DanglingReference: A step would refer to what is neither wanted nor there.
        SnapshotError: Something new lacks a field that the API needs.
    """
    want = with_known_names(want, have)
    unknown = {folder for state in (have, want) for folder, name in state.unread if not name}
    only = selection(only, teams)
    if not only.is_everything:
        only = only.resolve([*have.entries, *want.entries], unknown=unknown)
    scope = Scope(have, want, only)
    existing, desired = scope.existing(), scope.desired()
    pairs: list[Pair] = []
    for folder in FOLDERS:
        kind, candidates = kind_in(folder), desired.get(folder, ())
        if kind.virtual:
            candidates = with_team_ids(candidates, (pair for pair in pairs if pair.kind is TEAM))
        pairs += [
            pair
            for pair in match_entities(kind, existing.get(folder, ()), candidates)
            if pair.want is not None or scope.covers(folder, pair.either.name, pair.either.team)
        ]
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
    draft = _Draft(pairs, names, prune=prune, new_teams=new_teams)
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


@attrs.frozen(eq=False)
class _Context:
    """What the changes of a file's entity and those of its parts share; before: its name, where it is there."""

    path: str
    team: str
    name: str
    before: str

    def step(
        self,
        action: Action,
        kind: Kind,
        name: str,
        *,
        drift: Sequence[Difference] = (),
        fields: Mapping[str, Json] | None = None,
        id: str = "",
        stage: int = 0,
    ) -> Change:
        """A change of the entity or of one of its parts."""
        return Change(
            action=action,
            kind=kind,
            name=name,
            path=self.path,
            stage=stage or kind.stage,
            parent=self.name if kind.parent else "",
            team=self.team,
            differences=tuple(drift),
            fields=fields or {},
            id=id,
        )

    def label(self, kind: Kind, name: str) -> str:
        """What it is about, for people."""
        return f"{kind.name} {name} of {self.path}" if kind.parent else f"{kind.name} {name}"


class _Draft:
    """The steps of a plan, as they are found."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        names: Mapping[Target, Target],
        *,
        prune: bool,
        new_teams: Collection[str],
    ) -> None:
        self.upserts: list[Change] = []
        self.deletions: list[Change] = []
        self.orders: list[Change] = []
        self.extra: list[str] = []
        self.skipped: dict[str, None] = {}
        """What could not be compared, each once."""
        self._names = names
        self._prune = prune
        self._owners = _teams_to_keep(pairs)
        self._automatic = {target for team in new_teams for target in companions_of(team)}
        """What Opsgenie made with a team of an earlier run, which did not get to tidying up."""
        deletable = (pair for pair in pairs if pair.want is None and prune and not _is_undeletable(pair.either))
        self.deleted_targets = {Target.to(pair.kind, pair.either.name) for pair in deletable} - self._owners.keys()
        """What will be deleted, and what goes with it, by its name of now."""
        self.deletion_counts: Counter[str] = Counter()
        """How much that is, by the word of the kind."""

    def changes(self) -> list[Change]:
        """All steps, in the order in which they are applied."""
        return [
            *sorted(self.upserts, key=lambda change: change.stage),
            *sorted(self.deletions, key=lambda change: -change.stage),
            *self.orders,
        ]

    def add(self, pair: Pair) -> None:
        """Plan what has to be done about a file's entity and its parts."""
        entity = pair.either
        owner = Target.to(TEAM, entity.team)
        context = _Context(
            path=entity.path,
            team=self._names.get(owner, owner).name,
            name=entity.name,
            before=pair.have.name if pair.have is not None else "",
        )
        if pair.want is None and self._is_deleted(pair):
            self._delete_whole(pair, context)
        elif pair.want is None and not pair.kind.virtual:
            if self._prune and (possession := self._owners.get(Target.to(pair.kind, entity.name))):
                self._skip(f"{entity.path}: owns {possession}, which no call can give to another team")
            self.extra.append(context.label(pair.kind, entity.name))
        else:
            if not pair.kind.virtual:
                self._reconcile(pair, context)
            for part in pair.parts:
                if pair.is_unknown(part.kind):
                    self._skip(f"{pair.kind.folder}: {part.kind.section}: could not be read")
                elif not pair.is_unmanaged(part.kind):
                    self._reconcile(part, context)
                elif _is_implicit(part) and self._blocks_deletion(part, entity.name):
                    self._detach(part, context)
            if pair.have is not None:
                self._order(pair, pair.have, context)

    def _is_deleted(self, pair: Pair) -> bool:
        return Target.to(TEAM if pair.kind.virtual else pair.kind, pair.either.name) in self.deleted_targets

    def _reconcile(self, pair: Pair, context: _Context) -> None:
        """Plan what has to be done about one entity or part that stands in a file that is wanted."""
        if pair.want is None:
            self._drop(pair, context)
        elif pair.have is not None:
            self._update(pair.have, pair.want, context)
        elif _is_implicit(pair):
            self._adopt(pair.want, context)
        else:
            self._create(pair.want, context)

    def _create(self, want: Entity, context: _Context) -> None:
        kind = want.kind
        self.upserts.append(context.step("create", kind, want.name, fields=create_payload(kind, want.fields)))
        if deferred := deferred_payload(kind, want.fields):
            drift = [Difference(field, None, value) for field, value in deferred.items()]
            self.upserts.append(
                context.step("update", kind, want.name, drift=drift, fields=deferred, stage=kind.deferred_stage)
            )

    def _adopt(self, want: Entity, context: _Context) -> None:
        """Make a part as it is wanted that will be there by itself, and nobody knows yet how."""
        kind = want.kind
        drift = differences(kind, {}, want.fields)
        if kind.single and kind.update == "PATCH":  # an audience, which is empty before anybody is put there
            fields = update_payload(kind, {}, want.fields, drift)
        else:
            fields = create_payload(kind, want.fields)
        if kind is TEAM_ROUTING_RULE:
            fields = {"notify": NOBODY, **fields}  # it notifies what came with the team
        if fields:
            self.upserts.append(context.step("update", kind, want.name, drift=drift, fields=fields))

    def _update(self, have: Entity, want: Entity, context: _Context) -> None:
        kind = want.kind
        current = rename_references(kind, have.fields, self._names, context.before) if self._names else have.fields
        drift = differences(kind, current, want.fields)
        steps: dict[int, list[Difference]] = {}
        for each in drift:
            if each.field in kind.immutable:
                self._skip(f"{context.label(kind, want.name)}: {each.field}: {UNCHANGEABLE}")
            else:
                stage = kind.deferred_stage if each.field in kind.deferred else kind.stage
                steps.setdefault(stage, []).append(each)
        for stage, stage_drift in steps.items():
            fields = update_payload(kind, current, want.fields, stage_drift)
            self.upserts.append(
                context.step("update", kind, want.name, drift=stage_drift, fields=fields, id=_id(have), stage=stage)
            )

    def _skip(self, text: str) -> None:
        self.skipped.setdefault(text)

    def _drop(self, pair: Pair, context: _Context) -> None:
        """Delete a part that is not wanted, if deleting was asked for and it can be."""
        entity, kind = pair.either, pair.kind
        if _is_implicit(pair) or _is_first_contact(entity, context):
            return
        automatic = kind is SCHEDULE_ROTATION and Target(kind.parent, context.name) in self._automatic
        if self._prune or automatic:
            self.deletions.append(context.step("delete", kind, entity.name, id=_id(entity)))
            self.deleted_targets.add(Target.to(kind, entity.name, context.before))
            if not automatic:
                self.deletion_counts[kind.name] += 1
        else:
            self.extra.append(context.label(kind, entity.name))

    def _delete_whole(self, pair: Pair, context: _Context) -> None:
        """Delete an entity; its parts go with it, but for those that would keep something from being deleted."""
        entity = pair.either
        if not pair.kind.virtual:
            self.deletions.append(context.step("delete", pair.kind, entity.name, id=_id(entity)))
        counts = Target.to(pair.kind, entity.name) not in self._automatic
        if counts and not pair.kind.virtual:
            self.deletion_counts[pair.kind.name] += 1
        for part in pair.parts:
            if self._blocks_deletion(part, entity.name):
                self._detach(part, context)
            self.deleted_targets.add(Target.to(part.kind, part.either.name, entity.name))
            if counts:
                self.deletion_counts[part.kind.name] += 1

    def _blocks_deletion(self, part: Pair, parent: str) -> bool:
        """Whether it points at something that could not be deleted before it."""
        if not part.kind.blocks_deletion:
            return False
        targets = {target for _, target in mentions(part.kind, part.either.fields, parent)}
        return any(kind.blocked_by_reference for target in targets & self.deleted_targets for kind in target.kinds)

    def _detach(self, part: Pair, context: _Context) -> None:
        entity, kind = part.either, part.kind
        if _is_implicit(part):
            drift = [Difference("notify", entity.fields.get("notify"), NOBODY)]
            self.upserts.append(
                context.step("update", kind, entity.name, drift=drift, fields={"notify": NOBODY}, id=_id(entity))
            )
        else:
            self.deletions.append(context.step("delete", kind, entity.name, id=_id(entity)))

    def _order(self, pair: Pair, have: Entity, context: _Context) -> None:
        """Move parts whose order acts, where what is there and what is made behind it comes in another one."""
        for kind in parts_of(pair.kind):
            if not kind.order_field:
                continue
            positions = {id(entity): position for position, entity in enumerate(have.parts.get(kind.name, ()))}
            groups: dict[str, list[Pair]] = {}
            for part in pair.parts:
                if part.kind is kind and part.want is not None and not _is_implicit(part):
                    groups.setdefault(_row(part.want), []).append(part)
            for row, siblings in groups.items():
                current = sorted(siblings, key=lambda part: positions.get(id(part.have), len(positions)))
                if current != siblings:
                    names: list[Json] = [part.either.name for part in siblings]
                    drift = [Difference("order", [part.either.name for part in current], names)]
                    fields: dict[str, Json] = {"order": names}
                    self.orders.append(
                        context.step("order", kind, row, drift=drift, fields=fields, stage=LAST_STAGE + 1)
                    )


def _row(entity: Entity) -> str:
    """Which of several rows of its siblings it stands in: notification rules have one for every action."""
    return text_at(entity.fields, entity.kind.order_group) if entity.kind.order_group else ""


def _is_implicit(pair: Pair) -> bool:
    """Whether it is there, always, with what it is a part of: nobody makes or deletes it."""
    return pair.kind.single or pair.either.fields.get("isDefault") is True


def _teams_to_keep(pairs: Iterable[Pair]) -> dict[Target, str]:
    """Teams that own something wanted that cannot be given away: it would be deleted with them."""
    return {
        Target.to(TEAM, pair.have.team): pair.either.path
        for pair in pairs
        if pair.kind.owner in pair.kind.immutable
        and pair.have is not None
        and pair.want is not None
        and pair.have.team not in ("", pair.want.team)
    }


def _is_first_contact(entity: Entity, user: _Context) -> bool:
    """Whether it is the contact that every user has from the beginning, the e-mail address it is named by."""
    return entity.kind is CONTACT and entity.name in (f"email {name}".casefold() for name in (user.name, user.before))


def _is_undeletable(entity: Entity) -> bool:
    """Whether nobody can delete it: the account's owner."""
    return entity.kind.undeletable is not None and entity.kind.undeletable(entity.fields)


def _is_unchanged(pair: Pair) -> bool:
    """Whether there is nothing to do about an entity itself."""
    return pair.have is not None and pair.want is not None and same(pair.kind, pair.have.fields, pair.want.fields)


def _id(entity: Entity) -> str:
    """What the path of an entity ends with, where it is not its id, either."""
    return entity.id if entity.kind.key == "id" else text_at(entity.fields, entity.kind.key)


def _unread(have: Snapshot) -> dict[str, Target]:
    """By id, what was seen and not read: it was not chosen, or its reading failed."""
    read = {_id(entity) for entity in have}
    return {id: target for target, id in have.ids.items() if id not in read}


def _is_elsewhere(pair: Pair, unchosen: AbstractSet[tuple[str, str]]) -> bool:
    """Whether what seems to be unwanted is wanted by a file that was not chosen."""
    if pair.want is not None:
        return False
    entity = pair.either
    return bool({(entity.kind.folder, word) for word in (entity.name, entity.id)} & unchosen)


def _exists_unread(pair: Pair, unread: Mapping[str, Target]) -> bool:
    """Whether what seems to be new is there under another name: to make it would be to make a second one."""
    if pair.have is not None or pair.kind.virtual or pair.either.id not in unread:
        return False
    return unread[pair.either.id].kind == pair.kind.reference_type


def _ids(have: Snapshot, pairs: Iterable[Pair]) -> dict[Key, str]:
    """The id of everything that is there, by its name of now and by the wanted one, which wins."""
    ids = {(target.kinds[0].name, target.parent, target.name): id for target, id in have.ids.items()}
    ids |= {key: _id(entity) for entity in have for key, entity in _keys(entity, entity.name)}
    for pair in pairs:
        if pair.have is not None and pair.want is not None:
            ids[pair.kind.name, "", pair.want.name] = _id(pair.have)
            for part in pair.parts:
                if part.have is not None and part.want is not None:
                    ids[part.kind.name, pair.want.name, part.want.name] = _id(part.have)
                elif part.have is not None:
                    ids.setdefault((part.kind.name, pair.want.name, part.have.name), _id(part.have))
    for kind_name, parent, name in [key for key in ids if key[0] == TEAM.name]:
        ids.setdefault((POLICIES.name, parent, name), ids[kind_name, parent, name])
    return ids


def _keys(entity: Entity, name: str) -> Iterator[tuple[Key, Entity]]:
    yield (entity.kind.name, "", name), entity
    for kind_name, parts in entity.parts.items():
        for part in parts:
            yield (kind_name, name, part.name), part


def _share(pairs: Iterable[Pair], deletions: Mapping[str, int]) -> dict[str, float]:
    """How much of what is there goes: of every kind that has more than a few, and of all under ""."""
    existing = Counter(each.kind.name for pair in pairs for each in (pair, *pair.parts) if each.have is not None)
    existing.pop(POLICIES.name, None)
    share = {
        kind_name: deletions[kind_name] / count
        for kind_name, count in existing.items()
        if count >= FEW and deletions.get(kind_name)
    }
    return {**share, "": sum(deletions.values()) / sum(existing.values())} if deletions else share
