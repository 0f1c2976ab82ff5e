"""A history for an account: alerts and incidents of up to three years, rendered on demand."""

from __future__ import annotations

from datetime import UTC, datetime

from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.generate.history.activity import AlertActivity
from opsgenie_async.sandbox.generate.history.alerts import AlertHistory
from opsgenie_async.sandbox.generate.history.incidents import IncidentHistory
from opsgenie_async.sandbox.generate.history.moments import alert_moments, spread
from opsgenie_async.sandbox.generate.history.people import Cast

__all__ = ["populate_history"]

INCIDENTS_PER_DAY = 4


def populate_history(account: Account, *, alerts: int, incidents: int, seed: int, now: datetime) -> None:
    """Add alerts and incidents with their logs, notes, recipients, attachments, timelines and postmortems.

    They refer to the users, teams, services and integrations that the account has now. Only the index is stored, and
    documents that are changed.

    Args:
        account: The account to add them to.
        alerts: The number of alerts.
        incidents: The number of incidents.
        seed: The random seed; the same seed and *now* give the same history.
        now: The end of the history, timezone-aware; only its hour counts.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    cast = Cast.of(account, seed)
    moments = alert_moments(alerts, SeededRandom(f"alert moments {seed}"), hour)
    alert_history = AlertHistory(cast, moments, account.alerts.total + 1)
    if alerts:
        positions = account.alerts.load(alert_history)
        activity = AlertActivity(cast, alert_history)
        account.alert_logs.attach(positions, activity.logs)
        account.alert_notes.attach(positions, activity.notes)
        account.alert_recipients.attach(positions, activity.recipients)
        account.alert_attachments.attach(positions, activity.attachments)
    if incidents:
        moments = spread(incidents, SeededRandom(f"incident moments {seed}"), hour, INCIDENTS_PER_DAY)
        first = account.next_tiny_id(account.incidents)
        history = IncidentHistory(cast, moments, alert_history, first)
        positions = account.incidents.load(history)
        account.incident_logs.attach(positions, history.logs)
        account.incident_notes.attach(positions, history.notes)
        account.timeline_entries.attach(positions, history.timeline)
        account.responder_alerts.attach(positions, history.responder_alerts)
        account.associated_alerts.attach(positions, history.associated_alerts)
        postmortem_ids = {
            id: place for place in range(len(history)) if (id := history.postmortem_id(place)) is not None
        }
        account.postmortems.attach(postmortem_ids, history.postmortem)
