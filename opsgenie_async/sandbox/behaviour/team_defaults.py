"""The defaults of a new team: a schedule, an escalation, and the default routing rule that notifies it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["add_bare_team", "add_team", "escalation_rules"]


class _Ids(Protocol):
    def new(self) -> str: ...


def add_team(account: Account, team: Doc, ids: _Ids, now: datetime) -> None:
    """Add *team* as `POST /v2/teams` does, with somebody on call immediately.

    An existing schedule or escalation of that name is used as it is, since names are unique.
    """
    schedule = lookup.by_name(account.schedules.values(), f"{team['name']}_schedule")
    if schedule is None:
        schedule = _add_schedule(account, team, ids, now)
    if lookup.by_name(account.escalations.values(), f"{team['name']}_escalation") is None:
        _add_escalation(account, team, schedule, ids)
    add_bare_team(account, team, ids)


def add_bare_team(account: Account, team: Doc, ids: _Ids) -> None:
    """Add *team* with only the default routing rule, which every team has."""
    escalation = lookup.by_name(account.escalations.values(), f"{team['name']}_escalation")
    account.teams[team["id"]] = team
    account.routing_rules[team["id"]] = [
        {
            "id": ids.new(),
            "name": "Default Routing Rule",
            "isDefault": True,
            "criteria": {"type": "match-all"},
            "timezone": account.timezone,
            "notify": {"type": "none"} if escalation is None else lookup.reference("escalation", escalation),
        }
    ]


def escalation_rules(team: Doc, schedule: Doc) -> list[Doc]:
    """The default rules: who is on call immediately, the next after 5 minutes, all members after 10."""
    steps = ((0, "default", "schedule", schedule), (5, "next", "schedule", schedule), (10, "all", "team", team))
    return [
        {
            "condition": "if-not-acked",
            "notifyType": notify_type,
            "delay": {"timeAmount": minutes, "timeUnit": "minutes"},
            "recipient": lookup.reference(kind, recipient),
        }
        for minutes, notify_type, kind, recipient in steps
    ]


def _add_schedule(account: Account, team: Doc, ids: _Ids, now: datetime) -> Doc:
    schedule: Doc = {
        "id": ids.new(),
        "name": f"{team['name']}_schedule",
        "description": "",
        "timezone": account.timezone,
        "enabled": True,
        "ownerTeam": lookup.owner_reference(team),
    }
    account.schedules[schedule["id"]] = schedule
    account.rotations[schedule["id"]] = []
    if team["members"]:  # a rotation has at least one participant
        account.rotations[schedule["id"]].append(
            {
                "id": ids.new(),
                "name": "Rot1",
                "startDate": dates.seconds(now.replace(minute=0, second=0, microsecond=0)),
                "type": "weekly",
                "length": 1,
                "participants": [{"type": "user", **member["user"]} for member in team["members"]],
            }
        )
    return schedule


def _add_escalation(account: Account, team: Doc, schedule: Doc, ids: _Ids) -> None:
    escalation: Doc = {
        "id": ids.new(),
        "name": f"{team['name']}_escalation",
        "description": "",
        "rules": escalation_rules(team, schedule),
        "ownerTeam": lookup.owner_reference(team),
    }
    account.escalations[escalation["id"]] = escalation
