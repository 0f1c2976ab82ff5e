"""The steps of a plan: what a step is, and which ones make an existing entity the desired one."""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, Self, TypeAlias

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_IN_API, LAST_STAGE, OWNER_OF
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.snapshot import Entity, Key, Target, is_label, mentions, name_of, rename_references
from opsgenie_async.sync.planning.automatic import companions_of
from opsgenie_async.sync.planning.diff import Difference, create_payload, deferred_payload, differences, update_payload
from opsgenie_async.sync.planning.match import Pair, rows_in_other_order
from opsgenie_async.sync.planning.orderings import Ordering, labels_of_nameless, ordering

__all__ = [
    "Action",
    "Change",
    "Draft",
    "EntityContext",
    "parent_key",
]

UNCHANGEABLE = "cannot be changed by the API; delete it and create it again"

Action: TypeAlias = Literal["create", "update", "delete", "order"]


@attrs.frozen(kw_only=True)
class Change:
    """One step towards the desired state.

    Attributes:
        name: Of the entity.
        label: What people call it where it has no name, as `(escalation night)`.
        parent: The name of what it is a part of, "" for none.
        path: The path of the file's entity, `teams/ops`.
        team: The owner team, "" for none; the steps of a team run in order, teams in parallel.
        stage: The stage: creates and updates run in ascending order, deletes in descending order, reorders last.
        fields: What is sent, with references by name: for a create all but deferred fields, for an update what the
            method needs, with None to clear a field; for a reorder `{"order": [names]}`, with `name` as the group of
            siblings (the action of notification rules).
        id: Its id in the account, "" if it does not exist yet, or is created along with something new and only updated
            (the default routing rule of a team, single parts).
    """

    action: Action
    kind: Kind
    name: str
    path: str
    stage: int
    label: str = ""
    parent: str = ""
    team: str = ""
    differences: tuple[Difference, ...] = ()
    fields: Mapping[str, Json] = attrs.field(factory=dict)
    id: str = ""

    @property
    def key(self) -> Key:
        """The entity that it is about."""
        return self.kind.name, self.parent, self.name

    @property
    def target(self) -> Target:
        """The affected entity, as in references to it."""
        return Target.to(self.kind, self.name, self.parent)

    @property
    def group(self) -> str:
        """The path of the owner team, or of the file without one; the steps of a group run in order."""
        return f"{TEAM.folder}/{self.team}" if self.team else self.path

    @property
    def description(self) -> str:
        """The step in words, without fields: `create schedule_rotation night weekdays`."""
        return " ".join(word for word in (self.action, self.kind.name, self.parent, self.name) if word)

    @property
    def fingerprint(self) -> str:
        """A digest of the step with all fields, without ids: equal for equal requests."""
        step = [self.action, self.kind.name, self.parent, self.name, dict(self.fields)]
        return hashlib.sha256(json.dumps(step, sort_keys=True).encode()).hexdigest()[:32]

    def needs(self) -> Iterator[Target]:
        """Yield the entities that must exist first: the parent, and all referenced ones."""
        if self.action == "delete":
            return
        if self.kind.parent and self.parent:
            yield Target.to(OWNER_OF[self.kind], self.parent)
        for _, target in mentions(self.kind, self.fields, self.parent):
            yield target

    @property
    def creator(self) -> Target | None:
        """The team whose creation also creates an entity of this name."""
        suffix = self.kind.companion_suffix
        if self.action != "create" or not suffix or not self.name.endswith(suffix):
            return None
        return Target.to(TEAM, self.name.removesuffix(suffix))

    def to_dict(self) -> dict[str, Json]:
        """The change as JSON."""
        return {
            "action": self.action,
            "kind": self.kind.name,
            "name": self.name,
            "parent": self.parent,
            "team": self.team,
            "path": self.path,
            "fields": [{"field": each.field, "have": each.have, "want": each.want} for each in self.differences],
        }


def parent_key(change: Change) -> Key:
    """The key of what the entity of a change is a part of; policies are a part of their team."""
    return OWNER_OF[change.kind].name if change.kind.parent else "", "", change.parent


@attrs.frozen(eq=False, slots=False)  # it caches a property
class EntityContext:
    """The common values of the changes of an entity and its parts.

    Attributes:
        path: The path of the file's entity.
        team: The owner team.
        name: The name of the file's entity.
        before: Its existing name, "" for none.
        pair: The existing and the desired entity.
    """

    path: str
    team: str
    name: str
    before: str
    pair: Pair

    @classmethod
    def of(cls, pair: Pair, names: Mapping[Target, Target]) -> Self:
        """The values for a file's entity; *names* are the new names of what is renamed."""
        entity, before = pair.either, pair.have.name if pair.have is not None else ""
        owner = Target.to(TEAM, entity.team)
        team = names.get(owner, owner).name
        return cls(path=entity.path, team=team, name=entity.name, before=before, pair=pair)

    def step(
        self,
        action: Action,
        entity: Entity,
        *,
        drift: Sequence[Difference] = (),
        fields: Mapping[str, Json] | None = None,
        id: str = "",
        stage: int = 0,
    ) -> Change:
        """A change of the entity or of one of its parts."""
        kind = entity.kind
        return Change(
            action=action,
            kind=kind,
            name=entity.name,
            label=self._label(entity),
            path=self.path,
            stage=stage or kind.stage,
            parent=self.name if kind.parent else "",
            team=self.team,
            differences=tuple(drift),
            fields=fields or {},
            id=id,
        )

    def order_step(self, ordering: Ordering) -> Change:
        """A reorder of some of its parts."""
        return Change(
            action="order",
            kind=ordering.kind,
            name=ordering.row,
            path=self.path,
            stage=LAST_STAGE + 1,
            parent=self.name,
            team=self.team,
            differences=(ordering.difference,),
            fields={"order": ordering.names},
        )

    def text(self, entity: Entity) -> str:
        """The entity or one of its parts, for people."""
        kind = entity.kind
        name = self._label(entity) or entity.name
        return f"{kind.name} {name} of {self.path}" if kind.parent else f"{kind.name} {name}"

    def _label(self, entity: Entity) -> str:
        return self._labels.get(id(entity), "") if is_label(entity.name, "") else ""

    @functools.cached_property
    def _labels(self) -> Mapping[int, str]:
        return labels_of_nameless(self.pair)


class Draft:
    """A plan in preparation, which collects the steps."""

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
        context = EntityContext.of(pair, self._names)
        if pair.want is None and self._is_deleted(pair):
            self._delete_whole(pair, context)
        elif pair.want is None and not pair.kind.virtual:
            if self._prune and (possession := self._owners.get(Target.to(pair.kind, entity.name))):
                self._skip(f"{entity.path}: owns {possession}, which no call can give to another team")
            self.extra.append(context.text(entity))
        else:
            if not pair.kind.virtual:
                self._reconcile(pair, context)
            for part in pair.parts:
                if pair.is_unknown(part.kind):
                    self._skip(f"{pair.kind.folder}: {part.kind.section}: could not be read")
                elif not pair.is_unmanaged(part.kind):
                    self._reconcile(part, context)
                elif part.is_implicit and self._blocks_deletion(part, entity.name):
                    self._detach(part, context)
            stays = functools.partial(self._stays, context=context)
            self.orders += (context.order_step(ordering(row, stays)) for row in rows_in_other_order(pair))

    def _is_deleted(self, pair: Pair) -> bool:
        return Target.to(KIND_IN_API[pair.kind], pair.either.name) in self.deleted_targets

    def _reconcile(self, pair: Pair, context: EntityContext) -> None:
        """Plan the steps for one entity or part of a desired file."""
        if pair.want is None:
            self._drop(pair, context)
        elif pair.have is not None:
            self._update(pair.have, pair.want, context)
        elif pair.is_implicit:
            self._adopt(pair.want, context)
        else:
            self._create(pair.want, context)

    def _create(self, want: Entity, context: EntityContext) -> None:
        kind = want.kind
        self.upserts.append(context.step("create", want, fields=create_payload(kind, want.fields)))
        if deferred := deferred_payload(kind, want.fields):
            drift = [Difference(field, None, value) for field, value in deferred.items()]
            self.upserts.append(context.step("update", want, drift=drift, fields=deferred, stage=kind.deferred_stage))

    def _adopt(self, want: Entity, context: EntityContext) -> None:
        """Bring an automatic part to its desired state; its present one is not known yet."""
        kind = want.kind
        drift = differences(kind, {}, want.fields)
        if kind.single and kind.update == "PATCH":  # an audience, which is empty before anybody is put there
            fields = update_payload(kind, {}, want.fields, drift)
        else:
            fields = create_payload(kind, want.fields)
            if kind.single:  # a new integration has an action, also where its file has none
                fields = fields or {**kind.defaults}
        fields = {**kind.detachment, **fields}  # it may refer to what came with its parent
        if fields:
            self.upserts.append(context.step("update", want, drift=drift, fields=fields))

    def _update(self, have: Entity, want: Entity, context: EntityContext) -> None:
        kind = want.kind
        current = rename_references(kind, have.fields, self._names, context.before) if self._names else have.fields
        drift = differences(kind, current, want.fields)
        steps: dict[int, list[Difference]] = {}
        for each in drift:
            if each.field in kind.immutable:
                self._skip(f"{context.text(want)}: {each.field}: {UNCHANGEABLE}")
            else:
                stage = kind.deferred_stage if each.field in kind.deferred else kind.stage
                steps.setdefault(stage, []).append(each)
        for stage, stage_drift in steps.items():
            fields = update_payload(kind, current, want.fields, stage_drift)
            self.upserts.append(
                context.step("update", want, drift=stage_drift, fields=fields, id=have.path_id, stage=stage)
            )

    def _skip(self, text: str) -> None:
        self.skipped.setdefault(text)

    def _drop(self, pair: Pair, context: EntityContext) -> None:
        """Delete an undesired part, where `prune` allows it and the part can be deleted."""
        entity, kind = pair.either, pair.kind
        if pair.is_implicit or _is_initial(entity, context):
            return
        if self._stays(pair, context):
            self.extra.append(context.text(entity))
            return
        self.deletions.append(context.step("delete", entity, id=entity.path_id))
        self.deleted_targets.add(Target.to(kind, entity.name, context.before))
        if not self._is_automatic(kind, context):
            self.deletion_counts[kind.name] += 1

    def _stays(self, pair: Pair, context: EntityContext) -> bool:
        """Whether an undesired part is kept."""
        return not (self._prune or self._is_automatic(pair.kind, context))

    def _is_automatic(self, kind: Kind, context: EntityContext) -> bool:
        """Whether Opsgenie made parts of a kind with the team of an earlier run."""
        return kind.companion_part and Target(kind.parent, context.name) in self._automatic

    def _delete_whole(self, pair: Pair, context: EntityContext) -> None:
        """Delete an entity; its parts go with it, but for those that would keep something from being deleted."""
        entity = pair.either
        if not pair.kind.virtual:
            self.deletions.append(context.step("delete", entity, id=entity.path_id))
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

    def _detach(self, part: Pair, context: EntityContext) -> None:
        entity, kind = part.either, part.kind
        if part.is_implicit:
            fields = kind.detachment
            drift = [Difference(field, entity.fields.get(field), value) for field, value in fields.items()]
            self.upserts.append(context.step("update", entity, drift=drift, fields=fields, id=entity.path_id))
        else:
            self.deletions.append(context.step("delete", entity, id=entity.path_id))


def _teams_to_keep(pairs: Iterable[Pair]) -> dict[Target, str]:
    """Teams that own a desired entity which cannot change its owner: it would be deleted with them."""
    return {
        Target.to(TEAM, pair.have.team): pair.either.path
        for pair in pairs
        if pair.kind.owner in pair.kind.immutable
        and pair.have is not None
        and pair.want is not None
        and pair.have.team not in ("", pair.want.team)
    }


def _is_initial(part: Entity, context: EntityContext) -> bool:
    """Whether its parent has it from the beginning, as a user the contact with the address that is the username."""
    kind, initial = part.kind, part.kind.initial
    return initial is not None and part.name in (
        name_of(kind, initial(name)) for name in (context.name, context.before)
    )


def _is_undeletable(entity: Entity) -> bool:
    """Whether nobody can delete it: the account's owner."""
    return entity.kind.undeletable is not None and entity.kind.undeletable(entity.fields)
