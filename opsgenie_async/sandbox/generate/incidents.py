"""Services, closed incidents and postmortems of a generated account."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import Draw, SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["TROUBLES", "populate_incidents", "postmortem_document"]

TROUBLES = ("is slow", "is down", "answers with errors", "loses messages", "is out of disk space")


def populate_incidents(account: Account, rng: SeededRandom, now: datetime) -> None:
    """Add a service for each team, and for the first and some others a closed incident with its postmortem.

    *rng* is separate: everything else in *account* stays the same.
    """
    for number, team in enumerate(account.teams.values()):
        service: Doc = {
            "id": rng.uuid(),
            "name": f"{team['name']} service",
            "description": rng.choice(("", f"Run by {team['name']}")),
            "teamId": team["id"],
            "tags": rng.sample(("customers", "internal", "payments", "batch"), rng.randint(0, 2)),
        }
        account.services[service["id"]] = service
        if number == 0 or rng.chance(0.3):
            incident = _incident(account, rng, service, now - timedelta(minutes=rng.randint(2_000, 200_000)))
            owner = account.users[team["members"][0]["user"]["id"]]
            postmortem = postmortem_document(
                rng,
                incident,
                service=(service["id"], service["name"]),
                team=(team["id"], team["name"]),
                owner=(owner["id"], owner["fullName"]),
            )
            account.postmortems[postmortem["postmortemId"]] = postmortem


def _incident(account: Account, rng: SeededRandom, service: Doc, start: datetime) -> Doc:
    created_at = dates.trim(start)
    incident: Doc = {
        "id": rng.uuid(),
        "tinyId": str(len(account.incidents) + 1),
        "message": f"{service['name']} {rng.choice(TROUBLES)}",
        "description": "",
        "status": "closed",
        "isSeen": True,
        "tags": [*service["tags"]],
        "createdAt": created_at,
        "updatedAt": dates.trim(start + timedelta(minutes=rng.randint(20, 600))),
        "source": "Opsgenie",
        "owner": "",
        "ownerTeam": service["teamId"],
        "priority": rng.choice(("P1", "P2", "P3")),
        "responders": [{"type": "team", "id": service["teamId"]}],
        "impactedServices": [service["id"]],
        "impactStartDate": created_at,
        "actions": [],
        "extraProperties": {},
        "requestId": rng.uuid(),
    }
    account.incidents[incident["id"]] = incident
    return incident


def postmortem_document(
    rng: SeededRandom | Draw,
    incident: Doc,
    *,
    service: tuple[str, str],
    team: tuple[str, str],
    owner: tuple[str, str],
) -> Doc:
    """A postmortem of *incident*; service, team and owner are ids and names."""

    def link(id: str, name: str) -> Doc:
        return {"metadataId": rng.uuid(), "id": id, "name": name}

    return {
        "postmortemId": rng.uuid(),
        "title": f"{incident['message']} - postmortem report",
        "severity": incident["priority"],
        "status": rng.choice(("draft", "published")),
        "startTime": incident["createdAt"],
        "endTime": incident["updatedAt"],
        "respondTime": incident["createdAt"],
        "resolveTime": incident["updatedAt"],
        "createdAtTime": incident["updatedAt"],
        "executiveSummary": _entry_text("What happened, in short."),
        "content": _entry_text(f"{incident['message']}: what happened, why, and what will be different."),
        "rootIncident": {
            "metadataId": rng.uuid(),
            "creationTime": incident["createdAt"],
            **{key: incident[key] for key in ("id", "priority", "tinyId", "message", "status", "tags")},
        },
        "owner": link(*owner),
        "timeline": {"metadataId": rng.uuid(), "id": f"p_{rng.uuid()}"},
        "jiraIssues": [],
        "relatedIncidents": [],
        "affectedServices": [link(*service)],
        "iccSessions": [],
        "responderTeams": [link(*team)],
        "responders": [],
    }


def _entry_text(text: str) -> Doc:
    """Text in Atlassian's document format."""
    return {
        "version": 1,
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }
