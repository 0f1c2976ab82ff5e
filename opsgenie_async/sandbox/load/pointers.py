"""References of a snapshot: names are resolved once everything is loaded."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.load.files import LoadError
from opsgenie_async.sandbox.routes.custom_user_roles import BUILT_IN

__all__ = ["Pointers", "labels", "placeholder_id", "placeholder_user"]

PLACEHOLDER = uuid.UUID("5a7d4f0e-2b1c-4c8e-9d63-0f1e6c2a7b94")
"""The namespace of ids for what a snapshot leaves out."""

POINTERS: dict[str, tuple[tuple[str, str], ...]] = {
    # section: (path of members, "[]" for each of a list; the kind it points at, "" where `type` says it)
    "user": (("role", "role"),),
    "notificationRules": (("schedules.[]", ""),),
    "team": (("members.[].user", "user"),),
    "routingRules": (("notify", ""),),
    "schedule": (("ownerTeam", "team"),),
    "rotations": (("participants.[]", ""),),
    "overrides": (("user", ""), ("rotations.[]", "rotation")),
    "escalation": (("ownerTeam", "team"), ("rules.[].recipient", "")),
    "forwardingRule": (("fromUser", "user"), ("toUser", "user")),
    "heartbeat": (("ownerTeam", "team"),),
    "integration": (("ownerTeam", "team"), ("assignedTeam", "team"), ("responders.[]", ""), ("recipients.[]", "")),
    "actions": (("create.[].responders.[]", ""), ("create.[].recipients.[]", "")),
    "policies": (("team", "team"),),
    "alertPolicies": (("responders.[]", ""),),
    "service": (("teamId", "team"),),
    "audience": (
        ("responder.teams.[]", "team"),
        ("responder.individuals.[]", "user"),
        ("stakeholder.individuals.[]", "user"),
    ),
    "incidentTemplate": (("impactedServices.[]", "service"),),
    "maintenance": (("rules.[].entity", ""),),
}
BARE = {"teamId", "responder", "stakeholder", "impactedServices"}
"""The API has an id where these members begin."""


def placeholder_id(*words: str) -> str:
    """An id for an entity without one; always the same for the same name."""
    return str(uuid.uuid5(PLACEHOLDER, "/".join(words)))


def placeholder_user(id: str, username: str, zone: str) -> Doc:
    """A user with only a username."""
    return {
        "blocked": False,
        "verified": True,
        "id": id,
        "username": username,
        "fullName": username.partition("@")[0].replace(".", " ").title(),
        "role": {"id": "User", "name": "User"},
        "timeZone": zone,
        "locale": "en_US",
        "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""},
        "tags": [],
        "details": {},
        "createdAt": "2024-01-15T09:30:00.000Z",
    }


def labels(names: list[str]) -> list[str]:
    """*names* made unique: the second "night" is "night#2"."""
    used, twins, labels_so_far = set(names), set[str](), []
    for name in names:
        label, number = name, 1
        while label in twins or (number > 1 and label in used):
            number += 1
            label = f"{name}#{number}"
        twins.add(label)
        labels_so_far.append(label)
    return labels_so_far


@dataclass(frozen=True)
class _Pointer:
    """A reference and its position: `holder[key]` of a document."""

    file: str
    field: str
    holder: Any
    key: Any
    kind: str
    of: str
    bare: bool


class Pointers:
    """The known entities by kind and label, and the references to them, converted to the form of responses."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._ids: dict[tuple[str, str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._pending: list[_Pointer] = []
        self.complete_users = False
        """Whether users are part of the snapshot, so that an unknown one is a mistake."""

    def know(self, kind: str, label: str, id: str, name: str, of: str = "") -> None:
        """Add an entity; references to a label resolve to the first entity with it."""
        self._ids.setdefault((kind, _fold(kind, label), of), id)
        self._names[kind, id] = name

    def collect(self, file: str, section: str, field: str, document: Any, of: str = "") -> None:
        """Store the references of *document*, at *field* of *file*; *of* is the schedule of its rotations."""
        for path, kind in POINTERS.get(section, ()):
            bare = path.partition(".")[0] in BARE
            for at, holder, key in _places(document, path.split("."), field):
                self._pending.append(_Pointer(file, at, holder, key, kind, of, bare))

    def resolve(self) -> None:
        """Resolve all references; raises `LoadError` for dangling ones."""
        for each in self._pending:
            each.holder[each.key] = self._resolve_one(each)

    def id_of(self, kind: str, label: str) -> str | None:
        """The id of an entity without a parent."""
        return self._ids.get((kind, _fold(kind, label), ""))

    def _resolve_one(self, pointer: _Pointer) -> Any:
        value = pointer.holder[pointer.key]
        if isinstance(value, str):
            return value
        kind = pointer.kind or value["type"]
        base = {} if pointer.kind else {"type": kind}
        if kind in ("none", "all"):
            return base
        label = "username" if kind == "user" else "name"
        id, name = value.get("id") or "", value.get(label) or ""
        if kind == "role" and not id and name.casefold() in BUILT_IN:
            return {"id": name, "name": name}
        of = {"policy": value.get("of") or "", "rotation": pointer.of}.get(kind, "")
        id = id or self._ids.get((kind, _fold(kind, name), of)) or self._placeholder(kind, name)
        name = self._names.get((kind, id)) or name
        if not id or not (name or kind in ("integration", "policy")):
            raise LoadError(pointer.file, f"{kind} [{name or id}] is not in the snapshot", pointer.field)
        self._mention(kind, id, name)
        if pointer.bare:
            return id
        # Maintenances alone point at integrations and policies, by nothing but their ids.
        return {**base, "id": id} if kind in ("integration", "policy") else {**base, "id": id, label: name}

    def _placeholder(self, kind: str, name: str) -> str:
        """An id for a user or group that only references mention."""
        possible = kind == "group" or (kind == "user" and not self.complete_users)
        return placeholder_id(kind, _fold(kind, name)) if possible and name else ""

    def _mention(self, kind: str, id: str, name: str) -> None:
        if kind == "group":
            self._account.groups.setdefault(id, {"id": id, "name": name, "users": []})
        elif kind == "user" and not self.complete_users and id not in self._account.users:
            self._account.users[id] = placeholder_user(id, name, self._account.timezone)
            self.know("user", name, id, name)


def _fold(kind: str, label: str) -> str:
    return label.casefold() if kind == "user" else label


def _places(value: Any, path: list[str], at: str) -> Iterator[tuple[str, Any, Any]]:
    """The values at *path* of *value*: the position as text, the container, and the key in it."""
    step, steps = path[0], path[1:]
    places: list[tuple[str, Any]] = []
    if step == "[]" and isinstance(value, list):
        places = [(f"{at}[{index}]", index) for index in range(len(value))]
    elif isinstance(value, dict) and value.get(step) is not None:
        places = [(f"{at}.{step}", step)]
    for place, key in places:
        if steps:
            yield from _places(value[key], steps, place)
        else:
            yield place, value, key
