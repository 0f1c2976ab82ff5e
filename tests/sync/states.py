"""States of an account by hand, and one that does what a plan says, as the API documents it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, PARTS_OF
from opsgenie_async.sync.model.kinds.custom_user_role import BUILT_IN
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, Target, labels, mentions, name_of, rename_references
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.plan import Plan

Fields = dict[str, Any]
REQUIRED: dict[str, Fields] = {
    "team_routing_rule": {"name": "Default Routing Rule", "isDefault": True, "notify": {"type": "none"}},
    "integration_action": {"create": [{"name": "Create Alert", "filter": {}, "alias": "{{alias}}"}]},
    "service_audience_template": {},
}
"""What comes along with something new, by the kind of the part."""
HOLDERS = (
    "schedule_rotation",
    "escalation",
    "team_routing_rule",
    "team",
    "schedule",
    "heartbeat",
    "integration",
    "service",
)
"""What keeps a thing that it points at from being deleted, as the sandbox has it."""
MERGED = ("repeat", "responder", "stakeholder")
"""Objects whose members a PATCH leaves alone where it does not name them."""


def entity(word: str, fields: Fields, id: str = "", **parts: list[tuple[Fields, str]]) -> Entity:
    """An entity with all its sections; those not given are empty."""
    kind = KIND_BY_NAME[word]
    entities = {}
    for part in PARTS_OF[kind]:
        value = parts.get(part.name, [])
        names = labels(name_of(part, each) for each, _ in value)
        entities[part.name] = tuple(
            Entity(kind=part, name=name, fields=each, id=part_id)
            for name, (each, part_id) in zip(names, value, strict=True)
        )
    return Entity(kind=kind, name=name_of(kind, fields), fields=fields, parts=entities, id=id)


def state(
    *entities: Entity, only: Selection = EVERYTHING, unread: frozenset[tuple[str, str]] = frozenset()
) -> Snapshot:
    """A state of these."""
    folders: dict[str, list[Entity]] = {}
    for each in entities:
        folders.setdefault(each.kind.folder, []).append(each)
    for folder, there in folders.items():
        names = labels(each.name for each in there)
        folders[folder] = [
            Entity(kind=each.kind, name=name, fields=each.fields, parts=each.parts, id=each.id)
            for each, name in zip(there, names, strict=True)
        ]
    return Snapshot(entities=folders, only=only, unread=unread)


class Thing:
    """An entity that can be changed."""

    def __init__(self, kind: Kind, id: str, fields: Fields, of: Thing | None = None) -> None:
        self.kind = kind
        self.id = id
        self.fields = fields
        self.of = of
        self.parts: dict[str, list[Thing]] = {part.name: [] for part in PARTS_OF[kind]}

    @property
    def name(self) -> str:
        return name_of(self.kind, self.fields)

    @property
    def is_default(self) -> bool:
        return self.fields.get("isDefault") is True


class Account:
    """An account in memory. It refuses a reference to nothing, and to delete what something still points at."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.things: list[Thing] = []
        self.requests = 0
        for each in snapshot:
            thing = Thing(each.kind, each.id, dict(each.fields))
            for word, parts in each.parts.items():
                thing.parts[word] = [Thing(part.kind, part.id, dict(part.fields), thing) for part in parts]
            self.things.append(thing)

    def apply(self, plan: Plan) -> Snapshot:
        """Make all changes, in their order, and return what is there then."""
        self._ids = dict(plan.ids)
        self._created: dict[tuple[str, str, str], Thing] = {}
        for change in plan.changes:
            self.requests += 1
            getattr(self, f"_{change.action}")(change)
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        entities = []
        for thing in self.things:
            parts = {word: [(part.fields, part.id) for part in parts] for word, parts in thing.parts.items()}
            if not thing.kind.virtual or any(parts.values()):
                entities.append(entity(thing.kind.name, thing.fields, thing.id, **parts))
        return state(*entities)

    def _create(self, change: Change) -> None:
        kind = change.kind
        assert not change.id
        assert not kind.single
        parent = self._parent(change)
        self._check(change)
        fields = {name: value for name, value in change.fields.items() if value is not None}
        thing = Thing(kind, f"new-{self.requests}", {**kind.defaults, **fields}, parent)
        if kind.name == "team_routing_rule":
            thing.fields["isDefault"] = False
        if kind.toggled:
            assert "enabled" not in change.fields
        for part in PARTS_OF[kind]:
            if part.single or part.name == "team_routing_rule":
                thing.parts[part.name].append(Thing(part, "", dict(REQUIRED[part.name]), thing))
        if parent is None:
            assert thing.name not in {each.name for each in self.things if each.kind is kind} or _may_repeat(kind)
            self.things.append(thing)
        else:
            siblings = parent.parts[kind.name]
            siblings.insert(len(siblings) - any(each.is_default for each in siblings), thing)
        self._created[change.key] = thing

    def _update(self, change: Change) -> None:
        kind = change.kind
        thing = self._thing(change)
        self._check(change)
        before = Target.to(kind, thing.name, thing.of.name if thing.of else "")
        assert change.fields
        if kind.update == "PUT":
            for name, value in change.fields.items():
                assert value is not None
                assert name not in kind.immutable or thing.fields.get(name, value) == value
            thing.fields = {**kind.defaults, **change.fields}
        for name, value in change.fields.items():
            assert kind.update == "PUT" or name not in kind.immutable
            if value is None:
                thing.fields.pop(name, None)
            elif name in MERGED:
                thing.fields[name] = {**(thing.fields.get(name) or {}), **value}
            else:
                thing.fields[name] = value
        thing.fields = {**kind.defaults, **thing.fields}
        after = Target.to(kind, thing.name, before.parent)
        if before != after and not kind.parent:
            self._rename(before, after, thing)

    def _delete(self, change: Change) -> None:
        thing = self._thing(change)
        assert not thing.is_default
        assert not thing.kind.single
        if thing.of is not None:
            thing.of.parts[thing.kind.name].remove(thing)
            return
        self.things.remove(thing)
        if thing.kind.name == "team":
            self.things = [each for each in self.things if not (each.kind.virtual and each.name == thing.name)]
        gone = Target.to(thing.kind, thing.name)
        for each, parent in self._all():
            for at, target in mentions(each.kind, each.fields, parent) if each.kind.name in HOLDERS else ():
                assert target != gone, f"428: {each.kind.name} {each.name} {at} still points at {gone}"

    def _order(self, change: Change) -> None:
        parent = self._parent(change)
        assert parent is not None
        siblings = parent.parts[change.kind.name]
        names = change.fields["order"]
        assert isinstance(names, list)
        desired = [self._by_key((change.kind.name, change.parent, str(name)), parent) for name in names]
        assert not any(each.is_default for each in desired)
        slots = [index for index, each in enumerate(siblings) if each in desired]
        assert [siblings[slot] for slot in slots] != desired, "it stood so already"
        for slot, each in zip(slots, desired, strict=True):
            siblings[slot] = each

    def _parent(self, change: Change) -> Thing | None:
        if not change.kind.parent:
            return None
        kind = KIND_BY_NAME[change.kind.parent]
        for each in self.things:
            if each.kind is kind and each.name == change.parent:
                return each
        assert kind.virtual, f"{change.kind.parent} {change.parent} is not there"
        self._target(Target("team", change.parent)) if change.parent else None
        table = Thing(kind, "", {"team": {"name": change.parent}} if change.parent else {})
        self.things.append(table)
        return table

    def _thing(self, change: Change) -> Thing:
        parent = self._parent(change)
        siblings = self.things if parent is None else parent.parts[change.kind.name]
        same = [each for each in siblings if each.kind is change.kind]
        if change.id:
            return next(each for each in same if change.id in (each.id, each.fields.get(change.kind.key)))
        return self._by_key(change.key, parent)

    def _by_key(self, key: tuple[str, str, str], parent: Thing | None) -> Thing:
        if key in self._created:
            return self._created[key]
        assert parent is not None
        if id := self._ids.get(key):
            return next(each for each in parent.parts[key[0]] if each.id == id)
        return next(each for each in parent.parts[key[0]] if each.kind.single or each.is_default)

    def _all(self) -> Iterator[tuple[Thing, str]]:
        for thing in self.things:
            yield thing, ""
            for parts in thing.parts.values():
                for part in parts:
                    yield part, thing.name

    def _check(self, change: Change) -> None:
        for at, target in mentions(change.kind, change.fields, change.parent):
            assert self._target(target), f"422: {change.key} {at}: {target} is not there"

    def _target(self, target: Target) -> bool:
        if target.kind == "custom_user_role" and target.name.casefold() in BUILT_IN:
            return True
        return any(Target.to(each.kind, each.name, parent) == target for each, parent in self._all())

    def _rename(self, before: Target, after: Target, thing: Thing) -> None:
        """What points at something goes on pointing at it."""
        names = {before: after}
        for each in self.things:
            for part in (each, *(part for parts in each.parts.values() for part in parts)):
                if part is not thing:
                    part.fields = rename_references(part.kind, part.fields, names, each.name)
            if before.kind == "team":
                for word in ("alert_policy", "notification_policy"):
                    names |= {
                        Target.to(KIND_BY_NAME[word], policy.name, before.name): Target.to(
                            KIND_BY_NAME[word], policy.name, after.name
                        )
                        for policy in each.parts.get(word, ())
                    }


def _may_repeat(kind: Kind) -> bool:
    return kind.name in ("maintenance", "forwarding_rule", "incident_template", "service")
