"""References between entities: those that block a deletion, and those that a rename updates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = [
    "Use",
    "drop_lost_rotations",
    "follow_rename",
    "possessions",
    "refuse_duplicate_name",
    "refuse_if_team_used",
    "refuse_if_used",
    "uses",
]


class Use(NamedTuple):
    """A reference to an entity: its description, the referring object, and the team that owns it."""

    place: str
    pointer: Doc
    team: str | None


def uses(account: Account, kind: str, id: str) -> Iterator[Use]:
    """All references to an entity."""
    for schedule_id, rotations in account.rotations.items():
        schedule = account.schedules[schedule_id]
        for rotation in rotations:
            for each in rotation["participants"]:
                if each.get("id") == id and each["type"] == kind:
                    yield Use(f"rotation of schedule [{schedule['name']}]", each, _owner(schedule))
    for escalation in account.escalations.values():
        for rule in escalation["rules"]:
            each = rule["recipient"]
            if each.get("id") == id and each["type"] == kind:
                yield Use(f"escalation [{escalation['name']}]", each, _owner(escalation))
    for team_id, rules in account.routing_rules.items():
        for rule in rules:
            each = rule["notify"]
            if each.get("id") == id and each["type"] == kind:
                yield Use(f"routing rule of team [{account.teams[team_id]['name']}]", each, team_id)
    if kind == "team":
        for word, entity in possessions(account, id):
            # A service and an action channel know the id of their team alone.
            yield Use(f"{word} [{entity['name']}]", entity.get("ownerTeam", {}), id)
    elif kind == "user":
        for team in account.teams.values():
            for member in team.get("members", []):
                if member["user"]["id"] == id:
                    yield Use(f"team [{team['name']}]", member["user"], team["id"])


def possessions(account: Account, team_id: str) -> list[tuple[str, Doc]]:
    """The entities of a team, without routing rules, roles and policies: the noun for each, and the entity."""
    by_reference = {
        "schedule": account.schedules,
        "escalation": account.escalations,
        "heartbeat": account.heartbeats,
        "integration": account.integrations,
    }
    by_id = {"service": account.services, "action channel": account.action_channels}
    return [
        *((word, each) for word, table in by_reference.items() for each in table.values() if _owner(each) == team_id),
        *((word, each) for word, table in by_id.items() for each in table.values() if each.get("teamId") == team_id),
    ]


def _owner(entity: Doc) -> str | None:
    owner = entity.get("ownerTeam")
    return None if owner is None else str(owner["id"])


def refuse_if_used(account: Account, kind: str, entity: Doc) -> None:
    """Refuse with 428 if anything else still refers to *entity*."""
    for use in uses(account, kind, entity["id"]):
        raise Refusal(428, f"{kind.capitalize()} is used by {use.place}")


def refuse_if_team_used(account: Account, team: Doc) -> None:
    """Refuse with 428 if anything not owned by *team* refers to it or to its entities."""
    for kind, entity in [("team", team), *possessions(account, team["id"])]:
        for use in uses(account, kind, entity.get("id", "")):
            if use.team != team["id"]:
                subject = "Team" if kind == "team" else f"{kind.capitalize()} [{entity['name']}] of the team"
                raise Refusal(428, f"{subject} is used by {use.place}")


def _mentions(account: Account, kind: str) -> Iterator[Doc]:
    """References to entities of *kind* that do not block their deletion."""
    if kind == "user":
        for overrides in account.overrides.values():
            yield from (override["user"] for override in overrides.values())
        for rule in account.forwarding_rules.values():
            yield from (rule["fromUser"], rule["toUser"])
    elif kind == "schedule":
        for rules in account.notification_rules.values():
            yield from (schedule for rule in rules for schedule in rule["schedules"])
    policies = (policy for each in account.policies.values() for policy in each)
    actions = (action for each in account.integration_actions.values() for action in each.get("create", ()))
    for holder in (*account.integrations.values(), *actions, *policies, *account.policies_v1.values()):
        for key in ("responders", "recipients"):
            yield from (each for each in holder.get(key, ()) if each["type"] == kind)


def follow_rename(account: Account, kind: str, entity: Doc) -> None:
    """Write the new name into all references to *entity*: responses have id and name."""
    label = "username" if kind == "user" else "name"
    for use in uses(account, kind, entity["id"]):
        use.pointer[label] = entity[label]
    for pointer in _mentions(account, kind):
        if pointer.get("id") == entity["id"]:
            pointer[label] = entity[label]


def refuse_duplicate_name(entities: Iterable[Doc], kind: str, name: object, *, but: str = "") -> None:
    """Refuse with 409 if another entity of the same kind has this name."""
    if any(each["name"] == name and each["id"] != but for each in entities):
        raise Refusal(409, f"{kind.capitalize()} with name [{name}] already exists")


def drop_lost_rotations(account: Account, schedule_id: str) -> None:
    """Remove deleted rotations from the schedule's overrides, and overrides left without rotations.

    An override without rotations would become one of the whole schedule.
    """
    existing = {rotation["id"] for rotation in account.rotations.get(schedule_id, [])}
    overrides = account.overrides.get(schedule_id, {})
    for alias, override in [*overrides.items()]:
        rest = [each for each in override["rotations"] if each["id"] in existing]
        if override["rotations"] and not rest:
            del overrides[alias]
        override["rotations"] = rest
