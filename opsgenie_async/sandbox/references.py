"""Who points at whom: what keeps an entity from being deleted, and what a rename has to follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opsgenie_async.sandbox.answers import Refusal
from opsgenie_async.sandbox.state import Account, Doc

__all__ = ["drop_lost_rotations", "follow_rename", "refuse_if_taken", "refuse_if_used", "uses"]


def uses(account: Account, kind: str, id: str) -> Iterator[tuple[str, Doc]]:
    """Every place that points at an entity: the words for the place, and the pointing object itself."""
    for schedule_id, rotations in account.rotations.items():
        for rotation in rotations:
            for each in rotation["participants"]:
                if each.get("id") == id and each["type"] == kind:
                    yield f"rotation of schedule [{account.schedules[schedule_id]['name']}]", each
    for escalation in account.escalations.values():
        for rule in escalation["rules"]:
            each = rule["recipient"]
            if each.get("id") == id and each["type"] == kind:
                yield f"escalation [{escalation['name']}]", each
    for team_id, rules in account.routing_rules.items():
        for rule in rules:
            each = rule["notify"]
            if each.get("id") == id and each["type"] == kind:
                yield f"routing rule of team [{account.teams[team_id]['name']}]", each
    if kind == "team":
        yield from _owned(account, id)
    elif kind == "user":
        for team in account.teams.values():
            for member in team.get("members", []):
                if member["user"]["id"] == id:
                    yield f"team [{team['name']}]", member["user"]


def _owned(account: Account, team_id: str) -> Iterator[tuple[str, Doc]]:
    owned = {
        "schedule": account.schedules,
        "escalation": account.escalations,
        "heartbeat": account.heartbeats,
        "integration": account.integrations,
    }
    for word, entities in owned.items():
        for entity in entities.values():
            owner = entity.get("ownerTeam")
            if owner is not None and owner["id"] == team_id:
                yield f"{word} [{entity['name']}]", owner
    for service in account.services.values():
        if service["teamId"] == team_id:
            yield f"service [{service['name']}]", {}


def refuse_if_used(account: Account, kind: str, entity: Doc) -> None:
    """428 when something else still points at *entity*."""
    for place, _ in uses(account, kind, entity["id"]):
        raise Refusal(428, f"{kind.capitalize()} is used by {place}")


def _mentions(account: Account, kind: str) -> Iterator[Doc]:
    """What points at entities of *kind* without keeping them from being deleted."""
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
    """Write the new name into everything that points at *entity*: answers carry id and name together."""
    label = "username" if kind == "user" else "name"
    for _, pointer in uses(account, kind, entity["id"]):
        pointer[label] = entity[label]
    for pointer in _mentions(account, kind):
        if pointer.get("id") == entity["id"]:
            pointer[label] = entity[label]


def refuse_if_taken(entities: Iterable[Doc], kind: str, name: object, *, but: str = "") -> None:
    """409 when another entity of the same kind is already called *name*."""
    if any(each["name"] == name and each["id"] != but for each in entities):
        raise Refusal(409, f"{kind.capitalize()} with name [{name}] already exists")


def drop_lost_rotations(account: Account, schedule_id: str) -> None:
    """Take rotations that are gone out of the schedule's overrides, and overrides that are left with none.

    An override that kept its place without its rotations would turn into one of the whole schedule.
    """
    present = {rotation["id"] for rotation in account.rotations.get(schedule_id, [])}
    overrides = account.overrides.get(schedule_id, {})
    for alias, override in [*overrides.items()]:
        kept = [each for each in override["rotations"] if each["id"] in present]
        if override["rotations"] and not kept:
            del overrides[alias]
        override["rotations"] = kept
