"""What people do to a snapshot, at random: only what the API takes, and so that nothing points at what is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import attrs

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.kinds.policy import POLICY
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, Target, labels, name_of, rename_references
from tests.sync.edit_values import NOBODY, SHUFFLED, VALUES
from tests.sync.scrubbing import GONE, scrubbed

NAMED = ("schedule_rotation", "team_routing_rule", "team_role", "alert_policy", "notification_policy")
"""Parts with a name that people give."""

Fields = dict[str, Any]


class Edits:
    """A snapshot that is being edited; `log` has the edits, for failure messages."""

    def __init__(self, snapshot: Snapshot, random: Random) -> None:
        self.log: list[str] = []
        self._random = random
        self._folders = {folder: list(entities) for folder, entities in snapshot.entities.items()}
        self._number = 0
        self._edits: Sequence[Callable[[], str]] = (
            self._change,
            self._change,
            self._change,
            self._rename,
            self._rename_part,
            self._remove,
            self._remove_part,
            self._copy,
            self._copy_part,
            self._turn,
            self._shuffle,
            self._move,
            self._route,
            self._swap_members,
        )

    def make(self, many: int) -> Snapshot:
        """Do so many edits, and return what is wanted then."""
        while many:
            if note := self._random.choice(self._edits)():
                self.log.append(note)
                many -= 1
        return Snapshot(entities=self._folders)

    # What there is

    def _entities(self, *words: str) -> list[Entity]:
        every = [each for entities in self._folders.values() for each in entities]
        return [each for each in every if each.kind.name in words] if words else every

    def _any(self, *words: str) -> Entity | None:
        entities = self._entities(*words)
        return self._random.choice(entities) if entities else None

    def _any_part(self, fits: Callable[[Entity], bool] = lambda part: True) -> tuple[Entity, Entity] | None:
        pairs = [(each, part) for each in self._entities() for parts in each.parts.values() for part in parts]
        kinds = sorted({part.kind.name for _, part in pairs if fits(part)})
        if not kinds:
            return None
        word = self._random.choice(kinds)
        return self._random.choice([(each, part) for each, part in pairs if part.kind.name == word and fits(part)])

    def _new(self, name: str) -> str:
        self._number += 1
        return f"{name.partition(' v')[0]} v{self._number}"

    # How it is changed

    def _put(self, before: Entity, after: Entity | None) -> None:
        entities = self._folders[before.kind.folder]
        index = next(index for index, each in enumerate(entities) if each is before)
        entities[index : index + 1] = [] if after is None else [after]

    def _put_part(self, of: Entity, before: Entity, after: Entity | None) -> None:
        parts = of.parts[before.kind.name]
        index = next(index for index, each in enumerate(parts) if each is before)
        self._put_parts(of, before.kind, [*parts[:index], *([] if after is None else [after]), *parts[index + 1 :]])

    def _put_parts(self, of: Entity, kind: Kind, parts: Sequence[Entity]) -> None:
        names = labels(name_of(kind, part.fields) for part in parts)
        named = tuple(attrs.evolve(part, name=name) for part, name in zip(parts, names, strict=True))
        changed = {**of.parts, kind.name: named}
        empty = of.kind.virtual and not any(changed.values())
        self._put(of, None if empty else attrs.evolve(of, parts=changed))

    # The edits: each says what it did, "" for nothing

    def _change(self) -> str:
        word = self._random.choice(sorted(VALUES))
        kind = KIND_BY_NAME[word]
        field = self._random.choice(sorted(VALUES[word]))
        value = self._random.choice(VALUES[word][field])
        if kind.parent:
            result = self._any_part(lambda part: part.kind is kind and not part.fields.get("isDefault"))
            if result is None:
                return ""
            of, part = result
            self._put_part(of, part, _with(part, field, value))
            return f"{word} {of.name}/{part.name}: {field} = {value}"
        entity = self._any(word)
        if entity is None or (field in kind.server_default and value is None):
            return ""
        self._put(entity, _with(entity, field, value))
        return f"{word} {entity.name}: {field} = {value}"

    def _rename(self) -> str:
        words = ("team", "schedule", "escalation", "custom_user_role", "service", "integration", "incident_template")
        entity = self._any(*words)
        if entity is None:
            return ""
        new = self._new(entity.name)
        id = self._random.choice((entity.id, entity.id, ""))  # "" as if written anew by hand
        self._call(entity, new, id)
        if entity.kind.name == "team" and not id:
            for owned in (*self._entities("service"), *self._entities("integration")):
                if owned.team == new:  # no call gives it to another team
                    self._call(owned, self._new(owned.name), "")
        return f"{entity.kind.name} {entity.name} is called {new}{'' if id else ' and new'}"

    def _call(self, entity: Entity, new: str, id: str) -> None:
        self._put(entity, attrs.evolve(entity, name=new, fields={**entity.fields, "name": new}, id=id))
        names = {Target.to(entity.kind, entity.name): Target.to(entity.kind, new)}
        if entity.kind.name == "team":
            for table in self._entities("policies"):
                if table.name == entity.name:
                    for policy in (each for parts in table.parts.values() for each in parts):
                        names[Target(POLICY, policy.name, entity.name)] = Target(POLICY, policy.name, new)
        self._follow(names)

    def _rename_part(self) -> str:
        result = self._any_part(lambda part: part.kind.name in NAMED and not part.fields.get("isDefault"))
        if result is None:
            return ""
        of, part = result
        new = self._new(part.name)
        if part.kind.name == "team_role":
            of = self._give_role(of, part.name, new)
        self._put_part(of, part, attrs.evolve(part, fields={**part.fields, "name": new}))
        names = {Target.to(part.kind, part.name, of.name): Target.to(part.kind, new, of.name)}
        self._follow(names)
        return f"{part.kind.name} {of.name}/{part.name} is called {new}"

    def _give_role(self, team: Entity, before: str, after: str) -> Entity:
        """Let the members who have one role have another: they name it, and do not point at it."""
        members: Any = team.fields["members"]
        value = [{**each, "role": after} if each.get("role") == before else each for each in members]
        changed = _with(team, "members", value)
        self._put(team, changed)
        return changed

    def _follow(self, names: dict[Target, Target]) -> None:
        for entity in self._entities():
            parts = {
                word: tuple(
                    attrs.evolve(part, fields=rename_references(part.kind, part.fields, names, entity.name))
                    for part in parts
                )
                for word, parts in entity.parts.items()
            }
            fields = rename_references(entity.kind, entity.fields, names)
            name = name_of(entity.kind, fields) if entity.kind.virtual else entity.name
            self._put(entity, attrs.evolve(entity, name=name, fields=fields, parts=parts))

    def _remove(self) -> str:
        entity = self._any(self._random.choice(sorted({each.kind.name for each in self._entities()})))
        if entity is None or entity.kind.virtual or _is_owner(entity):
            return ""
        self._put(entity, None)
        gone = {Target.to(entity.kind, entity.name)}
        if entity.kind.name == "team":
            for table in self._entities("policies"):
                if table.name == entity.name:
                    gone |= {Target(POLICY, each.name, table.name) for parts in table.parts.values() for each in parts}
                    self._put(table, None)
        self._forget(gone)
        return f"{entity.kind.name} {entity.name} is gone"

    def _remove_part(self) -> str:
        result = self._any_part(lambda part: not (part.kind.single or part.fields.get("isDefault")))
        if result is None:
            return ""
        of, part = result
        if part.kind.name == "contact" and any(_steps_to(part, rule) for rule in of.parts.get("notification_rule", ())):
            return ""
        if part.kind.name == "team_role":
            of = self._give_role(of, part.name, "user")
        self._put_part(of, part, None)
        self._forget({Target.to(part.kind, part.name, of.name)})
        return f"{part.kind.name} {of.name}/{part.name} is gone"

    def _forget(self, gone: set[Target]) -> None:
        """Take out whatever pointed at what is gone, and what cannot be without that."""
        while gone:
            more: set[Target] = set()
            for entity in self._entities():
                fields = scrubbed(entity, gone)
                if fields is GONE:
                    self._put(entity, None)
                    more.add(Target.to(entity.kind, entity.name))
                    more |= {Target.to(p.kind, p.name, entity.name) for parts in entity.parts.values() for p in parts}
                    continue
                parts = {}
                for word, entities in entity.parts.items():
                    cleaned = [(part, scrubbed(part, gone, entity.name)) for part in entities]
                    more |= {Target.to(part.kind, part.name, entity.name) for part, fields in cleaned if fields is GONE}
                    parts[word] = tuple(
                        attrs.evolve(part, fields=fields) for part, fields in cleaned if fields is not GONE
                    )
                self._put(entity, attrs.evolve(entity, fields=fields, parts=parts))
            gone = more

    def _copy(self) -> str:
        words = ("team", "schedule", "escalation", "custom_user_role", "service", "integration", "heartbeat", "user")
        entity = self._any(*words, "incident_template")
        if entity is None or _is_owner(entity) or entity.fields.get("emailUsername"):
            return ""
        label = "username" if entity.kind.name == "user" else "name"
        self._number += 1
        name = f"copy{self._number}-{entity.name}"
        parts = {word: tuple(attrs.evolve(part, id="") for part in parts) for word, parts in entity.parts.items()}
        copied = attrs.evolve(entity, name=name, id="", fields={**entity.fields, label: name}, parts=parts)
        self._folders[entity.kind.folder].append(copied)
        return f"{name}, copied from {entity.path}"

    def _copy_part(self) -> str:
        words = (*NAMED, "service_incident_rule")
        result = self._any_part(lambda part: part.kind.name in words and not part.fields.get("isDefault"))
        if result is None:
            return ""
        of, part = result
        fields = dict(part.fields)
        # Names of rules may repeat, and those of policies and rotations; a twin is the hardest thing to find again.
        if part.kind.name in NAMED and (part.kind.name == "team_role" or self._random.random() < 0.7):
            fields["name"] = self._new(part.name)
        siblings = list(of.parts[part.kind.name])
        index = self._random.randint(0, len(siblings) - (part.kind.name == "team_routing_rule"))
        siblings.insert(index, attrs.evolve(part, fields=fields, id=""))
        self._put_parts(of, part.kind, siblings)
        return f"{part.kind.name} {of.name}/{part.name} copied as {fields.get('name')} to place {index}"

    def _turn(self) -> str:
        """Put parts whose order acts into another one."""
        siblings = [
            (entity, KIND_BY_NAME[word])
            for entity in self._entities()
            for word, parts in entity.parts.items()
            if KIND_BY_NAME[word].order_field and len(parts) > 2
        ]
        if not siblings:
            return ""
        of, kind = self._random.choice(siblings)
        parts = list(of.parts[kind.name])
        last = [part for part in parts if part.fields.get("isDefault")]
        first = [part for part in parts if part not in last]
        self._random.shuffle(first)
        self._put_parts(of, kind, [*first, *last])
        return f"{kind.name} of {of.name} in another order"

    def _shuffle(self) -> str:
        word = self._random.choice(sorted(SHUFFLED))
        field = self._random.choice(SHUFFLED[word])
        result: tuple[Entity, Entity] | None
        if KIND_BY_NAME[word].parent:
            result = self._any_part(lambda part: part.kind.name == word and len(part.fields.get(field) or ()) > 1)
        else:
            entity = self._any(word)
            result = (entity, entity) if entity is not None else None
        if result is None:
            return ""
        of, part = result
        items = list(part.fields[field])
        self._random.shuffle(items)
        if field in ("create", "close", "ignore"):
            items = [{**each, "order": index} for index, each in enumerate(items)]
        changed = _with(part, field, items)
        if part is of:
            self._put(of, changed)
        else:
            self._put_part(of, part, changed)
        return f"{word} {of.name}/{part.name}: {field} in another order"

    def _move(self) -> str:
        entity = self._any("schedule", "escalation", "heartbeat")
        if entity is None:
            return ""
        team = self._random.choice([None, *self._entities("team")])
        self._put(entity, _with(entity, "ownerTeam", {"name": team.name} if team is not None else None))
        return f"{entity.path} belongs to {team.name if team is not None else 'nobody'}"

    def _route(self) -> str:
        """Have a routing rule notify somebody else: the default one as well."""
        result = self._any_part(lambda part: part.kind.name == "team_routing_rule")
        if result is None:
            return ""
        of, rule = result
        notified = self._any("schedule", "escalation")
        notify = {"type": notified.kind.name, "name": notified.name} if notified is not None else NOBODY
        self._put_part(of, rule, _with(rule, "notify", notify))
        return f"{of.path}: {rule.name} notifies {notify}"

    def _swap_members(self) -> str:
        teams = self._entities("team")
        if len(teams) < 2:
            return ""
        one, other = self._random.sample(teams, 2)
        swapped: tuple[tuple[Entity, Any], ...] = ((one, other.fields["members"]), (other, one.fields["members"]))
        for team, members in swapped:
            roles = {role.name for role in team.parts.get("team_role", ())} | {"user", "admin"}
            rest = [{**each, "role": each["role"] if each.get("role") in roles else "user"} for each in members]
            self._put(team, _with(team, "members", rest))
        return f"{one.name} and {other.name} swap their members"


def _with(entity: Entity, field: str, value: Any) -> Entity:
    fields = {name: each for name, each in entity.fields.items() if name != field}
    return attrs.evolve(entity, fields=fields if value is None else {**fields, field: value})


def _is_owner(entity: Entity) -> bool:
    role: Any = entity.fields.get("role")
    return entity.kind.name == "user" and str(role["name"]).casefold() == "owner"


def _steps_to(contact: Entity, rule: Entity) -> bool:
    contact_key = {name: contact.fields[name] for name in ("method", "to")}
    steps: Any = rule.fields.get("steps") or ()
    return any(step["contact"] == contact_key for step in steps)
