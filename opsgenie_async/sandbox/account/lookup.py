"""Find entities in an account by id, by name or by reference; nothing is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["by_name", "find", "owner_reference", "reference", "rotation", "table", "target", "user"]


def by_name(entities: Iterable[Doc], name: str) -> Doc | None:
    """The first entity with this name, case-sensitive."""
    return next((entity for entity in entities if entity["name"] == name), None)


def find(entities: Mapping[str, Doc], identifier: str, kind: str = "id") -> Doc | None:
    """The entity with this identifier; *kind* is `id` or `name`."""
    return entities.get(identifier) if kind == "id" else by_name(entities.values(), identifier)


def user(account: Account, identifier: str) -> Doc | None:
    """The user with this id or username; usernames are email addresses and case-insensitive."""
    if (by_id := account.users.get(identifier)) is not None:
        return by_id
    username = identifier.casefold()
    return next((each for each in account.users.values() if each["username"].casefold() == username), None)


def rotation(account: Account, schedule_id: str, *, id: str = "", name: str = "") -> Doc | None:
    """A rotation of the schedule by id, otherwise by name."""
    rotations = account.rotations.get(schedule_id, [])
    if id:
        return next((each for each in rotations if each["id"] == id), None)
    return by_name(rotations, name)


def table(account: Account, kind: str) -> dict[str, Doc] | None:
    """The table of *kind*, a `type` of a recipient."""
    tables = {
        "user": account.users,
        "team": account.teams,
        "schedule": account.schedules,
        "escalation": account.escalations,
        "group": account.groups,
    }
    return tables.get(kind)


def target(account: Account, kind: str, pointer: Mapping[str, object]) -> Doc | None:
    """The entity of *kind* that an `{id}`, `{name}` or `{username}` object of a request refers to.

    An empty id counts as absent: the Go SDK always sends `id`, even empty.
    """
    entities = table(account, kind)
    if entities is None:
        return None
    if identifier := pointer.get("id"):
        return entities.get(str(identifier))
    if kind == "user":
        username = pointer.get("username")
        return user(account, str(username)) if username else None
    name = pointer.get("name")
    return by_name(entities.values(), str(name)) if name else None


def reference(kind: str, entity: Doc) -> Doc:
    """The reference to *entity* in responses: type, id, and username or name."""
    label = "username" if kind == "user" else "name"
    return {"type": kind, "id": entity["id"], label: entity[label]}


def owner_reference(team: Doc) -> Doc:
    """The reference to an owner team in responses."""
    return {"id": team["id"], "name": team["name"]}
