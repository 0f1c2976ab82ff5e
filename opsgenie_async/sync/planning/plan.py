"""From what is there to what is wanted: a pure function of two states.

The steps come in the order in which they can be done. Creates and updates go stage by stage, so that what a thing
refers to is there before it; then deletes, the other way round; then orders, when all that has a place is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import FOLDERS, LAST_STAGE, kind_in, parts_of
from opsgenie_async.sync.model.identity import word_at
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.contact import CONTACT
from opsgenie_async.sync.model.kinds.maintenance import OVER
from opsgenie_async.sync.model.kinds.policy import POLICIES
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_routing_rule import TEAM_ROUTING_RULE
from opsgenie_async.sync.model.references import Target, mentions, rename_references
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.automatic import automatic_in, companions_of
from opsgenie_async.sync.planning.changes import Action, Change, Difference, Key, Plan
from opsgenie_async.sync.planning.dangling import refuse_dangling
from opsgenie_async.sync.planning.diff import differences, same
from opsgenie_async.sync.planning.impossible import hindrances
from opsgenie_async.sync.planning.incomplete import refuse_incomplete
from opsgenie_async.sync.planning.match import Pair, new_names, paired, with_their_teams
from opsgenie_async.sync.planning.normalize import with_known_names
from opsgenie_async.sync.planning.payloads import created, later, updated
from opsgenie_async.sync.planning.refusals import Refusal, without_refused
from opsgenie_async.sync.planning.scope import Scope

__all__ = ["plan"]

FEW = 10
"""Of a kind with fewer there than this, the share that would be deleted says nothing."""
NOBODY: dict[str, Json] = {"type": "none"}
UNCHANGEABLE = "cannot be changed by any call; delete and create it anew"


def plan(
    have: Snapshot,
    want: Snapshot,
    *,
    only: Selection = EVERYTHING,
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
        only: What may be changed.
        prune: Whether what is there and not wanted is deleted; else it is `Plan.extra`.
        now: The moment that decides what is over; the present one where it is left out.
        refusals: `Journal.refusals` of earlier runs: the same steps are skipped, as the API would refuse them again.
        new_teams: `Journal.new_teams` of an earlier run: what Opsgenie made with them belongs to this run.

    Returns:
        All steps, in the order in which they are applied.

    Raises:
        DanglingReference: A step would refer to what is neither wanted nor there.
        SnapshotError: Something new lacks a field that the API needs.
    """
    want = with_known_names(want, have)
    scope = Scope(have, want, only)
    there, wanted = scope.there(), scope.wanted()
    pairs: list[Pair] = []
    for folder in FOLDERS:
        kind, ours = kind_in(folder), wanted.get(folder, ())
        if kind.virtual:
            ours = with_their_teams(ours, (pair for pair in pairs if pair.kind is TEAM))
        pairs += [
            pair
            for pair in paired(kind, there.get(folder, ()), ours)
            if pair.want is not None or scope.covers(folder, pair.either.name)
        ]
    seen = _seen(have)
    skipped = [
        f"{pair.either.path}: is there as {seen[pair.either.id].name!r}, which was not read"
        for pair in pairs
        if _is_there(pair, seen)
    ]
    pairs = [pair for pair in pairs if not _is_there(pair, seen)]
    hindered = hindrances(pairs, now or datetime.now(UTC))
    blocked = {
        id(pair): f"{pair.either.path}: {hindered[id(pair)]}"
        for pair in pairs
        if id(pair) in hindered and not _is_met(pair)
    }
    skipped += blocked.values()
    pairs = [pair for pair in pairs if id(pair) not in blocked]
    names = new_names(pairs)
    draft = _Draft(pairs, names, prune=prune, new_teams=new_teams)
    for pair in pairs:
        draft.add(pair)
    touched = {change.key for change in draft.made}
    refuse_incomplete(draft.made, want)
    refuse_dangling(pairs, have, want, names=names, touched=touched, gone=draft.gone)
    ids = _ids(have, pairs)
    changes, refused = without_refused(draft.changes(), refusals, ids)
    return Plan(
        changes=tuple(changes),
        extra=tuple(draft.extra),
        skipped=(*scope.skipped(), *skipped, *draft.skipped, *refused),
        lasting=tuple(text for pair, text in blocked.items() if hindered[pair] == OVER),
        automatic=tuple(automatic_in(pairs, scope, have, prune=prune)),
        ids=ids,
        share=_share(pairs, draft.lost),
    )


@attrs.frozen(eq=False)
class _Place:
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
        said: Sequence[Difference] = (),
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
            differences=tuple(said),
            fields=fields or {},
            id=id,
        )

    def says(self, kind: Kind, name: str) -> str:
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
        self.made: list[Change] = []
        self.deleted: list[Change] = []
        self.ordered: list[Change] = []
        self.extra: list[str] = []
        self.skipped: dict[str, None] = {}
        """What could not be compared, each once."""
        self._names = names
        self._prune = prune
        self._owners = _lasting_owners(pairs)
        self._automatic = {target for team in new_teams for target in companions_of(team)}
        """What Opsgenie made with a team of an earlier run, which did not get to tidying up."""
        goners = (pair for pair in pairs if pair.want is None and prune and not _stays(pair.either))
        self.gone = {Target.to(pair.kind, pair.either.name) for pair in goners} - self._owners.keys()
        """What will be deleted, and what goes with it, by its name of now."""
        self.lost: Counter[str] = Counter()
        """How much that is, by the word of the kind."""

    def changes(self) -> list[Change]:
        """All steps, in the order in which they are applied."""
        return [
            *sorted(self.made, key=lambda change: change.stage),
            *sorted(self.deleted, key=lambda change: -change.stage),
            *self.ordered,
        ]

    def add(self, pair: Pair) -> None:
        """Plan what has to be done about a file's entity and its parts."""
        entity = pair.either
        owner = Target.to(TEAM, entity.team)
        place = _Place(
            path=entity.path,
            team=self._names.get(owner, owner).name,
            name=entity.name,
            before=pair.have.name if pair.have is not None else "",
        )
        if pair.want is None and self._goes(pair):
            self._delete_whole(pair, place)
        elif pair.want is None and not pair.kind.virtual:
            if self._prune and (owned := self._owners.get(Target.to(pair.kind, entity.name))):
                self._skip(f"{entity.path}: owns {owned}, which no call can give to another team")
            self.extra.append(place.says(pair.kind, entity.name))
        else:
            if not pair.kind.virtual:
                self._settle(pair, place)
            for part in pair.parts:
                if pair.unknown(part.kind):
                    self._skip(f"{pair.kind.folder}: {part.kind.section}: could not be read")
                elif not pair.unsaid(part.kind):
                    self._settle(part, place)
                elif _comes_along(part) and self._holds(part, entity.name):
                    self._dismantle(part, place)
            if pair.have is not None:
                self._order(pair, pair.have, place)

    def _goes(self, pair: Pair) -> bool:
        return Target.to(TEAM if pair.kind.virtual else pair.kind, pair.either.name) in self.gone

    def _settle(self, pair: Pair, place: _Place) -> None:
        """Plan what has to be done about one entity or part that stands in a file that is wanted."""
        if pair.want is None:
            self._drop(pair, place)
        elif pair.have is not None:
            self._update(pair.have, pair.want, place)
        elif _comes_along(pair):
            self._adopt(pair.want, place)
        else:
            self._create(pair.want, place)

    def _create(self, want: Entity, place: _Place) -> None:
        kind = want.kind
        self.made.append(place.step("create", kind, want.name, fields=created(kind, want.fields)))
        if late := later(kind, want.fields):
            said = [Difference(field, None, value) for field, value in late.items()]
            self.made.append(place.step("update", kind, want.name, said=said, fields=late, stage=kind.deferred_stage))

    def _adopt(self, want: Entity, place: _Place) -> None:
        """Make a part as it is wanted that will be there by itself, and nobody knows yet how."""
        kind = want.kind
        said = differences(kind, {}, want.fields)
        if kind.single and kind.update == "PATCH":  # an audience, which is empty before anybody is put there
            fields = updated(kind, {}, want.fields, said)
        else:
            fields = created(kind, want.fields)
        if kind is TEAM_ROUTING_RULE:
            fields = {"notify": NOBODY, **fields}  # it notifies what came with the team
        if fields:
            self.made.append(place.step("update", kind, want.name, said=said, fields=fields))

    def _update(self, have: Entity, want: Entity, place: _Place) -> None:
        kind = want.kind
        there = rename_references(kind, have.fields, self._names, place.before) if self._names else have.fields
        found = differences(kind, there, want.fields)
        steps: dict[int, list[Difference]] = {}
        for each in found:
            if each.field in kind.immutable:
                self._skip(f"{place.says(kind, want.name)}: {each.field}: {UNCHANGEABLE}")
            else:
                stage = kind.deferred_stage if each.field in kind.deferred else kind.stage
                steps.setdefault(stage, []).append(each)
        for stage, said in steps.items():
            fields = updated(kind, there, want.fields, said)
            self.made.append(place.step("update", kind, want.name, said=said, fields=fields, id=_id(have), stage=stage))

    def _skip(self, text: str) -> None:
        self.skipped.setdefault(text)

    def _drop(self, pair: Pair, place: _Place) -> None:
        """Delete a part that is not wanted, if deleting was asked for and it can be."""
        entity, kind = pair.either, pair.kind
        if _comes_along(pair) or _is_first_contact(entity, place):
            return
        automatic = kind is SCHEDULE_ROTATION and Target(kind.parent, place.name) in self._automatic
        if self._prune or automatic:
            self.deleted.append(place.step("delete", kind, entity.name, id=_id(entity)))
            self.gone.add(Target.to(kind, entity.name, place.before))
            if not automatic:
                self.lost[kind.name] += 1
        else:
            self.extra.append(place.says(kind, entity.name))

    def _delete_whole(self, pair: Pair, place: _Place) -> None:
        """Delete an entity; its parts go with it, but for those that would keep something from being deleted."""
        entity = pair.either
        if not pair.kind.virtual:
            self.deleted.append(place.step("delete", pair.kind, entity.name, id=_id(entity)))
        counts = Target.to(pair.kind, entity.name) not in self._automatic
        if counts and not pair.kind.virtual:
            self.lost[pair.kind.name] += 1
        for part in pair.parts:
            if self._holds(part, entity.name):
                self._dismantle(part, place)
            self.gone.add(Target.to(part.kind, part.either.name, entity.name))
            if counts:
                self.lost[part.kind.name] += 1

    def _holds(self, part: Pair, parent: str) -> bool:
        """Whether it points at something that could not be deleted before it."""
        if not part.kind.blocks_deletion:
            return False
        targets = {target for _, target in mentions(part.kind, part.either.fields, parent)}
        return any(kind.blocked_by_reference for target in targets & self.gone for kind in target.kinds)

    def _dismantle(self, part: Pair, place: _Place) -> None:
        entity, kind = part.either, part.kind
        if _comes_along(part):
            said = [Difference("notify", entity.fields.get("notify"), NOBODY)]
            self.made.append(
                place.step("update", kind, entity.name, said=said, fields={"notify": NOBODY}, id=_id(entity))
            )
        else:
            self.deleted.append(place.step("delete", kind, entity.name, id=_id(entity)))

    def _order(self, pair: Pair, have: Entity, place: _Place) -> None:
        """Move parts whose order acts, where what is there and what is made behind it comes in another one."""
        for kind in parts_of(pair.kind):
            if not kind.order_field:
                continue
            places = {id(entity): at for at, entity in enumerate(have.parts.get(kind.name, ()))}
            groups: dict[str, list[Pair]] = {}
            for part in pair.parts:
                if part.kind is kind and part.want is not None and not _comes_along(part):
                    groups.setdefault(_row(part.want), []).append(part)
            for row, wanted in groups.items():
                now = sorted(wanted, key=lambda part: places.get(id(part.have), len(places)))
                if now != wanted:
                    names: list[Json] = [part.either.name for part in wanted]
                    said = [Difference("order", [part.either.name for part in now], names)]
                    fields: dict[str, Json] = {"order": names}
                    self.ordered.append(place.step("order", kind, row, said=said, fields=fields, stage=LAST_STAGE + 1))


def _row(entity: Entity) -> str:
    """Which of several rows of its siblings it stands in: notification rules have one for every action."""
    return word_at(entity.fields, entity.kind.order_group) if entity.kind.order_group else ""


def _comes_along(pair: Pair) -> bool:
    """Whether it is there, always, with what it is a part of: nobody makes or deletes it."""
    return pair.kind.single or pair.either.fields.get("isDefault") is True


def _lasting_owners(pairs: Iterable[Pair]) -> dict[Target, str]:
    """Teams that own something wanted that cannot be given away: it would be deleted with them."""
    return {
        Target.to(TEAM, pair.have.team): pair.either.path
        for pair in pairs
        if pair.kind.owner in pair.kind.immutable
        and pair.have is not None
        and pair.want is not None
        and pair.have.team not in ("", pair.want.team)
    }


def _is_first_contact(entity: Entity, user: _Place) -> bool:
    """Whether it is the contact that every user has from the beginning, the e-mail address it is named by."""
    return entity.kind is CONTACT and entity.name in (f"email {name}".casefold() for name in (user.name, user.before))


def _stays(entity: Entity) -> bool:
    """Whether nobody can delete it: the account's owner."""
    return entity.kind.undeletable is not None and entity.kind.undeletable(entity.fields)


def _is_met(pair: Pair) -> bool:
    """Whether there is nothing to do about an entity itself."""
    return pair.have is not None and pair.want is not None and same(pair.kind, pair.have.fields, pair.want.fields)


def _id(entity: Entity) -> str:
    """What the path of an entity ends with, where it is not its id, either."""
    return entity.id if entity.kind.key == "id" else word_at(entity.fields, entity.kind.key)


def _seen(have: Snapshot) -> dict[str, Target]:
    """By id, what was seen and not read: it was not chosen, or its reading failed."""
    read = {_id(entity) for entity in have}
    return {id: target for target, id in have.others.items() if id not in read}


def _is_there(pair: Pair, seen: Mapping[str, Target]) -> bool:
    """Whether what seems to be new is there under another name: to make it would be to make a second one."""
    if pair.have is not None or pair.kind.virtual or pair.either.id not in seen:
        return False
    return seen[pair.either.id].kind == pair.kind.reference_type


def _ids(have: Snapshot, pairs: Iterable[Pair]) -> dict[Key, str]:
    """The id of everything that is there, by its name of now and by the wanted one, which wins."""
    ids = {(target.kinds[0].name, target.parent, target.name): id for target, id in have.others.items()}
    ids |= {key: _id(entity) for entity in have for key, entity in _keys(entity, entity.name)}
    for pair in pairs:
        if pair.have is not None and pair.want is not None:
            ids[pair.kind.name, "", pair.want.name] = _id(pair.have)
            for part in pair.parts:
                if part.have is not None and part.want is not None:
                    ids[part.kind.name, pair.want.name, part.want.name] = _id(part.have)
                elif part.have is not None:
                    ids.setdefault((part.kind.name, pair.want.name, part.have.name), _id(part.have))
    for word, parent, name in [key for key in ids if key[0] == TEAM.name]:
        ids.setdefault((POLICIES.name, parent, name), ids[word, parent, name])
    return ids


def _keys(entity: Entity, name: str) -> Iterator[tuple[Key, Entity]]:
    yield (entity.kind.name, "", name), entity
    for word, parts in entity.parts.items():
        for part in parts:
            yield (word, name, part.name), part


def _share(pairs: Iterable[Pair], lost: Mapping[str, int]) -> dict[str, float]:
    """How much of what is there goes: of every kind that has more than a few, and of all under ""."""
    there = Counter(each.kind.name for pair in pairs for each in (pair, *pair.parts) if each.have is not None)
    there.pop(POLICIES.name, None)
    share = {word: lost[word] / count for word, count in there.items() if count >= FEW and lost.get(word)}
    return {**share, "": sum(lost.values()) / sum(there.values())} if lost else share
