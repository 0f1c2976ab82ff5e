"""What an incident leaves behind while it lives: logs and notes with the token that pages begin at, and alerts."""

from __future__ import annotations

from opsgenie_async.sandbox import dates
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.state import Doc

__all__ = ["note_down", "record_log", "tell"]


def record_log(call: Call, incident: Doc, text: str) -> None:
    """Add a line to the incident's log."""
    entries = call.account.incident_logs.setdefault(incident["id"], [])
    entries.append({"log": text, "type": "system", "owner": "System", **_when(call, entries)})


def note_down(call: Call, incident: Doc, text: str) -> None:
    """Add a note to the incident."""
    entries = call.account.incident_notes.setdefault(incident["id"], [])
    entries.append({"note": text, "owner": "System", **_when(call, entries)})


def _when(call: Call, before: list[Doc]) -> Doc:
    """The moment, and a token that is greater than all before it."""
    moment = call.world.clock.utc()
    token = round(moment.timestamp() * 1000) * 1_000_000
    if before:
        token = max(token, int(before[-1]["offset"]) + 1)
    return {"createdAt": dates.milliseconds(moment), "offset": str(token)}


def tell(call: Call, incident: Doc, responders: list[Doc]) -> None:
    """Raise an alert for each of *responders*: how they hear of the incident."""
    told = call.account.incident_alerts.setdefault(incident["id"], {"responder": [], "associated": []})
    now = dates.milliseconds(call.world.clock.utc())
    for responder in responders:
        id = call.world.ids.new()
        call.account.alerts[id] = {
            "id": id,
            "tinyId": str(len(call.account.alerts) + 1),
            "alias": f"{incident['id']}_{responder['id']}",
            "message": f"[Incident] {incident['message']}"[:130],
            "status": "open",
            "acknowledged": False,
            "isSeen": False,
            "tags": [*incident["tags"]],
            "snoozed": False,
            "count": 1,
            "lastOccurredAt": now,
            "createdAt": now,
            "updatedAt": now,
            "source": "API",
            "owner": "",
            "priority": incident["priority"],
            "responders": [{**responder}],
            "integration": {"id": call.world.processing.integration_id, "name": "API", "type": "API"},
            "report": {},
            "actions": [],
            "entity": "",
            "description": incident["description"],
            "details": {**incident["extraProperties"]},
        }
        told["responder"].append(id)
