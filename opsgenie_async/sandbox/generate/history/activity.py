"""The related data of generated alerts: logs, notes, recipients and attachments."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import Draw
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.generate.history.alerts import AlertHistory, moment
from opsgenie_async.sandbox.generate.history.people import Cast

__all__ = ["AlertActivity", "row"]

_NOTES = (
    "Looking into it",
    "Restarted the service, watching",
    "Same as yesterday, see the ticket",
    "False alarm: planned maintenance",
    "Handed over to the network team\nThey know about it",
    "Fixed by the rollback <b>1.42</b> & confirmed",
)
_FILES = (
    ("graph.png", "image/png"),
    ("console.log", "text/plain"),
    ("dump 1.json", "application/json"),
    ("größe.csv", "text/csv"),
)


def row(at: int, number: int, owner: str, **members: str) -> Doc:
    """A log line or note, with its token for paging.

    Args:
        at: The time in milliseconds since 1970.
        number: Its index among the others.
        owner: The owner.
        members: The other members.
    """
    token = f"{at}_{at * 1_000_000 + number}"
    return {**members, "owner": owner, "createdAt": dates.trim(moment(at)), "offset": token}


class AlertActivity:
    """The related data of the alerts of a history, rendered by position."""

    def __init__(self, cast: Cast, alerts: AlertHistory) -> None:
        self._cast = cast
        self._alerts = alerts
        self._ids = {username: id for id, username in cast.users}

    def recipients(self, position: int) -> list[Doc]:
        """The recipients, and their reactions."""
        cast, draw = self._cast, Draw(self._cast.seed, "recipients", position)
        if not cast.users:
            return []
        owner, created = self._alerts.owner(position), self._alerts.creation_time(position)
        people = dict.fromkeys(draw.choice(cast.users) for _ in range(1 + draw.below(3)))
        if owner in self._ids:
            people[self._ids[owner], owner] = None
        rows = []
        for number, (id, username) in enumerate(people):
            is_owner = username == owner
            at = dates.trim(moment(created + 1000 * (number + 1)))
            rows.append(
                {
                    "user": {"id": id, "username": username},
                    "state": "action" if is_owner else draw.choice(("notactive", "active", "seen")),
                    "method": "Acknowledge" if is_owner else draw.choice(("", "Mobile", "Sms", "Email")),
                    "createdAt": at,
                    "updatedAt": at,
                }
            )
        return rows

    def notes(self, position: int) -> list[Doc]:
        """The notes, oldest first: none for most alerts, dozens for a few."""
        cast, draw = self._cast, Draw(self._cast.seed, "notes", position)
        count = 0 if draw.chance(0.7) else 40 + draw.below(80) if draw.chance(0.005) else 1 + draw.below(3)
        created = self._alerts.creation_time(position)
        people = cast.users or (("", "ops@corp.example"),)
        return [
            row(created + 60_000 * (number + 1), number, draw.choice(people)[1], note=draw.choice(_NOTES))
            for number in range(count)
        ]

    def logs(self, position: int) -> list[Doc]:
        """The log, oldest first: some lines for most alerts, hundreds for long ones."""
        alert, created = self._alerts.document(position), self._alerts.creation_time(position)
        lines = [(created, "System", "Alert created", "system")]
        for each in self.recipients(position):
            username = each["user"]["username"]
            lines.append((created + 1000, "System", f"Notifying {username}", "alertRecipient"))
        lines += [
            (created + 60_000 * number, "System", f"Alert occurred again, {number + 1} times now", "system")
            for number in range(1, alert["count"])
        ]
        draw = Draw(self._cast.seed, "log", position)
        if draw.chance(0.005):
            lines += [
                (created + 30_000 * number, "System", f"Escalated to rule {number % 5 + 1}", "system")
                for number in range(200 + draw.below(1000))
            ]
        report = alert["report"]
        if "acknowledgedBy" in report:
            by = report["acknowledgedBy"]
            lines.append((created + report["ackTime"], by, "Alert acknowledged", "alertAction"))
        lines += [
            (created + 60_000 * (number + 1), each["owner"], f"Added note: {each['note']}", "alertAction")
            for number, each in enumerate(self.notes(position))
        ]
        lines += [
            (created + 120_000, "System", f"Attachment [{each['name']}] added", "alertAction")
            for each in self.attachments(position).values()
        ]
        if "closedBy" in report:
            lines.append((created + report["closeTime"], report["closedBy"], "Alert closed", "alertAction"))
        lines.sort(key=lambda line: line[0])
        return [row(at, number, by, log=text, type=kind) for number, (at, by, text, kind) in enumerate(lines)]

    def attachments(self, position: int) -> dict[str, Doc]:
        """The attachments of a few alerts; some are empty."""
        draw = Draw(self._cast.seed, "attachments", position)
        if not draw.chance(0.03):
            return {}
        files = {}
        for number in range(1 + draw.below(2)):
            id = 10**12 + position * 10 + number
            name, media = draw.choice(_FILES)
            size = 0 if draw.chance(0.05) else 1 + draw.below(20_000)
            seed = f"{self._cast.seed} {id} ".encode()
            content = (seed * (size // len(seed) + 1))[:size]
            files[str(id)] = {"id": id, "name": name, "media": media, "content": content}
        return files
