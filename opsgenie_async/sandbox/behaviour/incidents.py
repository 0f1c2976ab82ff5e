"""Logs and notes of incidents, with their tokens for paging, and the alerts of incidents."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.behaviour.conditions import matches
from opsgenie_async.sandbox.http.context import Call

__all__ = ["associated_alerts", "notify_responders", "write_log", "write_note"]


def write_log(call: Call, incident: Doc, text: str) -> None:
    """Add a line to the incident's log."""
    entries = call.account.incident_logs.setdefault(incident["id"], [])
    entries.append({"log": text, "type": "system", "owner": "System", **_when(call, entries)})


def write_note(call: Call, incident: Doc, text: str) -> None:
    """Add a note to the incident."""
    entries = call.account.incident_notes.setdefault(incident["id"], [])
    entries.append({"note": text, "owner": "System", **_when(call, entries)})


def _when(call: Call, entries: list[Doc]) -> Doc:
    """The current time, and a token greater than all earlier ones."""
    moment = call.world.clock.utc()
    token = round(moment.timestamp() * 1000) * 1_000_000
    if entries:
        token = max(token, int(entries[-1]["offset"]) + 1)
    return {"createdAt": dates.trim(moment), "offset": str(token)}


def notify_responders(call: Call, incident: Doc, responders: list[Doc]) -> None:
    """Create an alert for each of *responders*, which notifies them of the incident."""
    alert_ids = call.account.responder_alerts.setdefault(incident["id"], [])
    for responder in responders:
        alert = alert_records.create(
            call,
            {
                "alias": f"{incident['id']}_{responder['id']}",
                "message": f"[Incident] {incident['message']}"[:130],
                "tags": [*incident["tags"]],
                "priority": incident["priority"],
                "description": incident["description"],
                "details": {**incident["extraProperties"]},
            },
        )
        alert_records.log(call, alert, "Alert created")
        alert_records.add_responder(call, alert, responder)
        alert_ids.append(alert["id"])


def associated_alerts(account: Account, incident: Doc) -> list[str]:
    """The alerts matched by the incident rules of the impacted services, without responder alerts."""
    past = list(account.associated_alerts.get(incident["id"], []))
    rules = [rule for service in incident["impactedServices"] for rule in account.incident_rules.get(service, [])]
    if not rules:
        return past
    responder_alerts = {id for ids in account.responder_alerts.changes() for id in ids}
    alerts = (alert for alert in account.alerts.documents(history=False) if alert["id"] not in responder_alerts)
    return past + [alert["id"] for alert in alerts if any(matches(rule, alert) for rule in rules)]
