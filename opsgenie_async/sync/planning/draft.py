"""Collects the steps for each pair of an existing and a desired entity, with their payloads: references by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import LAST_STAGE, parts_of
from opsgenie_async.sync.model.identity import text_at
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.contact import CONTACT
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_routing_rule import TEAM_ROUTING_RULE
from opsgenie_async.sync.model.read_only import writable
from opsgenie_async.sync.model.references import Target, mentions, rename_references
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.automatic import companions_of
from opsgenie_async.sync.planning.changes import Action, Change, Difference
from opsgenie_async.sync.planning.diff import differences, hidden_fields, with_defaults
from opsgenie_async.sync.planning.match import Pair

__all__ = ["Draft", "create_payload", "deferred_payload", "orderings", "path_id", "update_payload"]

NOBODY: dict[str, Json] = {"type": "none"}
UNCHANGEABLE = "cannot be changed by any call; delete and create it anew"


@attrs.frozen(eq=False)
class EntityContext:
    """The common values of the changes of an entity and its parts; before: the existing name, "" for none."""

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


class Draft:
    """Collects the steps of a plan."""

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
        context = EntityContext(
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

    def _reconcile(self, pair: Pair, context: EntityContext) -> None:
        """Plan the steps for one entity or part of a desired file."""
        if pair.want is None:
            self._drop(pair, context)
        elif pair.have is not None:
            self._update(pair.have, pair.want, context)
        elif _is_implicit(pair):
            self._adopt(pair.want, context)
        else:
            self._create(pair.want, context)

    def _create(self, want: Entity, context: EntityContext) -> None:
        kind = want.kind
        self.upserts.append(context.step("create", kind, want.name, fields=create_payload(kind, want.fields)))
        if deferred := deferred_payload(kind, want.fields):
            drift = [Difference(field, None, value) for field, value in deferred.items()]
            self.upserts.append(
                context.step("update", kind, want.name, drift=drift, fields=deferred, stage=kind.deferred_stage)
            )

    def _adopt(self, want: Entity, context: EntityContext) -> None:
        """Bring an automatic part to its desired state; its present one is not known yet."""
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

    def _update(self, have: Entity, want: Entity, context: EntityContext) -> None:
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
                context.step("update", kind, want.name, drift=stage_drift, fields=fields, id=path_id(have), stage=stage)
            )

    def _skip(self, text: str) -> None:
        self.skipped.setdefault(text)

    def _drop(self, pair: Pair, context: EntityContext) -> None:
        """Delete an undesired part, where `prune` allows it and the part can be deleted."""
        entity, kind = pair.either, pair.kind
        if _is_implicit(pair) or _is_first_contact(entity, context):
            return
        automatic = kind is SCHEDULE_ROTATION and Target(kind.parent, context.name) in self._automatic
        if self._prune or automatic:
            self.deletions.append(context.step("delete", kind, entity.name, id=path_id(entity)))
            self.deleted_targets.add(Target.to(kind, entity.name, context.before))
            if not automatic:
                self.deletion_counts[kind.name] += 1
        else:
            self.extra.append(context.label(kind, entity.name))

    def _delete_whole(self, pair: Pair, context: EntityContext) -> None:
        """Delete an entity; its parts go with it, but for those that would keep something from being deleted."""
        entity = pair.either
        if not pair.kind.virtual:
            self.deletions.append(context.step("delete", pair.kind, entity.name, id=path_id(entity)))
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
        if _is_implicit(part):
            drift = [Difference("notify", entity.fields.get("notify"), NOBODY)]
            self.upserts.append(
                context.step("update", kind, entity.name, drift=drift, fields={"notify": NOBODY}, id=path_id(entity))
            )
        else:
            self.deletions.append(context.step("delete", kind, entity.name, id=path_id(entity)))

    def _order(self, pair: Pair, have: Entity, context: EntityContext) -> None:
        """Reorder siblings whose order matters, where existing and new ones are in another order."""
        for kind, row, current, siblings in orderings(pair, have):
            drift = [Difference("order", current, siblings)]
            fields: dict[str, Json] = {"order": siblings}
            self.orders.append(context.step("order", kind, row, drift=drift, fields=fields, stage=LAST_STAGE + 1))


def orderings(pair: Pair, have: Entity) -> Iterator[tuple[Kind, str, list[Json], list[Json]]]:
    """Find siblings whose order matters and differs; new ones come after existing ones.

    Yields:
        The kind, which of several rows it is, the names in the present order, and in the desired one.
    """
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
                yield kind, row, [part.either.name for part in current], [part.either.name for part in siblings]


def _row(entity: Entity) -> str:
    """Which of several rows of its siblings it stands in: notification rules have one for every action."""
    return text_at(entity.fields, entity.kind.order_group) if entity.kind.order_group else ""


def _is_implicit(pair: Pair) -> bool:
    """Whether it always exists together with its parent: it is never created or deleted."""
    return pair.kind.single or pair.either.fields.get("isDefault") is True


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


def _is_first_contact(entity: Entity, user: EntityContext) -> bool:
    """Whether it is the contact that every user has from the beginning, the e-mail address it is named by."""
    return entity.kind is CONTACT and entity.name in (f"email {name}".casefold() for name in (user.name, user.before))


def _is_undeletable(entity: Entity) -> bool:
    """Whether nobody can delete it: the account's owner."""
    return entity.kind.undeletable is not None and entity.kind.undeletable(entity.fields)


def path_id(entity: Entity) -> str:
    """What the path of an entity ends with, where it is not its id, either."""
    return entity.id if entity.kind.key == "id" else text_at(entity.fields, entity.kind.key)


def create_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """The payload of a create, without the fields of `deferred_payload`."""
    excluded = kind.deferred | {"enabled"} if kind.toggled else kind.deferred
    return {field: value for field, value in _writable_fields(kind, want).items() if field not in excluded}


def deferred_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """What something new gets by an update of its own: late fields that are not empty, and that it is switched off."""
    deferred = {field: want[field] for field in want if field in kind.deferred and want[field]}
    return {**deferred, "enabled": False} if kind.toggled and want.get("enabled") is False else deferred


def update_payload(
    kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json], differences: Iterable[Difference]
) -> dict[str, Json]:
    """The payload of the update method that removes *differences*."""
    if kind.update == "PATCH":
        item_fields, fields = kind.item_defaults, _writable_fields(kind, want)
        return {
            each.field: fields[each.field]
            if each.field in item_fields and each.field in fields
            else with_defaults(kind, each.field, each.want)
            for each in differences
        }
    immutable = {field: have[field] for field in kind.immutable if field in have}
    return {
        **{field: value for field, value in _writable_fields(kind, want).items() if field not in kind.immutable},
        **immutable,
    }


def _writable_fields(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    excluded = hidden_fields(kind)
    if want.get("isDefault") is True:
        excluded |= {"timezone"}  # the default routing rule takes none
    fields = writable(kind, want)
    body: dict[str, Json] = {
        field: value for field, value in fields.items() if value is not None and field not in excluded
    }
    for field, members in kind.item_defaults.items():
        if isinstance(items := body.get(field), list):
            body[field] = [{**members, **item} if isinstance(item, dict) else item for item in items]
    return body
