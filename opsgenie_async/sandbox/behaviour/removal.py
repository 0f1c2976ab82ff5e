"""Deletion of entities, with everything that depends on them."""

from __future__ import annotations

from opsgenie_async.sandbox.account.references import possessions, refuse_if_team_used
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.http.context import World

__all__ = ["remove_integration", "remove_schedule", "remove_service", "remove_team"]


def remove_schedule(account: Account, id: str) -> None:
    """Remove a schedule with its rotations and overrides."""
    del account.schedules[id]
    account.rotations.pop(id, None)
    account.overrides.pop(id, None)


def remove_integration(world: World, id: str) -> None:
    """Remove an integration with its actions and its key, which is refused from then on."""
    del world.account.integrations[id]
    world.account.integration_actions.pop(id, None)
    world.keys.revoke(world.account.integration_keys.pop(id, ""))


def remove_service(account: Account, id: str) -> None:
    """Remove a service with its rules, templates and audience."""
    for table in (account.incident_rules, account.service_incident_templates, account.audience_templates):
        table.pop(id, None)
    del account.services[id]


def _orphan(account: Account, team: Doc) -> None:
    """Remove the owner of the schedules and escalations of *team*, and the team from their participants."""
    for kind, entity in possessions(account, team["id"]):
        if kind == "schedule":
            del entity["ownerTeam"]
            for rotation in account.rotations.get(entity["id"], []):
                rest = [each for each in rotation["participants"] if each.get("id") != team["id"]]
                rotation["participants"] = rest or [{"type": "none"}]
        elif kind == "escalation":
            del entity["ownerTeam"]
            entity["rules"] = [rule for rule in entity["rules"] if rule["recipient"].get("id") != team["id"]]


def remove_team(world: World, team: Doc) -> None:
    """Remove a team with everything that it owns, including keys; 428 while other teams refer to any of it."""
    account = world.account
    if account.assumptions.deleted_team == "orphan":
        _orphan(account, team)
    refuse_if_team_used(account, team)
    for kind, entity in possessions(account, team["id"]):
        if kind == "schedule":
            remove_schedule(account, entity["id"])
        elif kind == "escalation":
            del account.escalations[entity["id"]]
        elif kind == "heartbeat":
            del account.heartbeats[entity["name"]]
        elif kind == "integration":
            remove_integration(world, entity["id"])
        elif kind == "service":
            remove_service(account, entity["id"])
        elif kind == "action channel":
            del account.action_channels[entity["id"]]
    for table in (account.routing_rules, account.team_roles, account.team_logs, account.policies):
        table.pop(team["id"], None)
    del account.teams[team["id"]]
    world.keys.revoke_team(team["id"])
