"""Generated incidents of several years with related data, rendered on demand from the seed and their position."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import Draw
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.generate.history.activity import row
from opsgenie_async.sandbox.generate.history.alerts import AlertHistory, moment
from opsgenie_async.sandbox.generate.history.people import Cast
from opsgenie_async.sandbox.generate.incidents import TROUBLES, postmortem_document

__all__ = ["IncidentHistory"]

_PRIORITIES = ("P1", "P1", "P2", "P2", "P2", "P3", "P3", "P4", "P5")
_NOTES = ("Rolled back", "Customers are told", "Database failed over", "Next update in 30 minutes", "All clear")
_ENTRIES = (
    ("incident", "PriorityUpdated", "Priority was changed"),
    ("responderAlert", "ResponderAlertAcknowledged", "A responder acknowledged the alert"),
    ("stakeholderUpdate", "StakeholderUpdate", "Stakeholders were told that we are on it"),
    ("statusPage", "StatusPageUpdated", "Status page: degraded performance"),
    ("custom", "CustomUserEntry", "Failed over to the second region"),
    ("custom", "CustomUserEntry", 'Found <script>alert("x")</script> in the request log'),
)
_OPEN_FOR = 2 * 86_400_000
"""Milliseconds after which no incident is still open."""


class IncidentHistory:
    """Generated incidents by position, oldest first, with related data.

    Args:
        cast: The entities that they refer to.
        moments: The creation times in milliseconds since 1970, ascending.
        alerts: The alerts of the same period, some of which belong to an incident.
        first: The tiny id of the first one.
    """

    def __init__(self, cast: Cast, moments: array[int], alerts: AlertHistory, first: int = 1) -> None:
        self._cast = cast
        self._moments = moments
        self._alerts = alerts
        self._first = first
        self._end = moments[-1] if moments else 0

    def __len__(self) -> int:
        return len(self._moments)

    def ids(self) -> Iterator[str]:
        """The ids of all incidents, oldest first."""
        return map(self.id, range(len(self)))

    def id(self, position: int) -> str:
        """The id of the incident at *position*."""
        return Draw(self._cast.seed, "incident", position).uuid()

    def position(self, key: str) -> int | None:
        """The position of an incident by tiny id: `tiny 7`."""
        number = key.removeprefix("tiny ")
        if not number.isascii() or not number.isdecimal() or len(number) > 12:
            return None
        position = int(number) - self._first
        return position if 0 <= position < len(self) and str(int(number)) == number else None

    def document(self, position: int) -> Doc:
        """The incident at *position* in the form of `get`, without later changes."""
        cast, draw = self._cast, Draw(self._cast.seed, "incident facts", position)
        created = self._moments[position]
        service, name, team = draw.choice(cast.services) if cast.services else ("", "Shop", "")
        created_at = dates.trim(moment(created))
        end = created + self._length(position)
        status = self._status(position)
        incident: Doc = {
            "id": self.id(position),
            "tinyId": str(position + self._first),
            "message": f"{name} {draw.choice(TROUBLES)}",
            "description": "\n".join(f"Seen by monitor {draw.below(90)}" for _ in range(draw.below(4))),
            "status": status,
            "isSeen": True,
            "tags": [draw.choice(("customers", "internal", "batch"))] if draw.chance(0.6) else [],
            "createdAt": created_at,
            "updatedAt": created_at if status == "open" else dates.trim(moment(end)),
            "source": draw.choice(("Opsgenie", "API")),
            "owner": draw.choice(cast.users)[1] if cast.users else "",
            "ownerTeam": team,
            "priority": draw.choice(_PRIORITIES),
            "responders": [{"type": "team", "id": team}] if team else [],
            "impactedServices": [service] if service else [],
            "impactStartDate": created_at,
            "actions": [],
            "extraProperties": {"region": draw.choice(("eu", "us"))},
            "requestId": draw.uuid(),
        }
        return incident if status == "open" else {**incident, "impactEndDate": dates.trim(moment(end))}

    def _status(self, position: int) -> str:
        draw = Draw(self._cast.seed, "incident status", position)
        if self._moments[position] > self._end - _OPEN_FOR and draw.chance(0.5):
            return "open"
        return draw.choice(("closed", "closed", "closed", "resolved"))

    def _length(self, position: int) -> int:
        """The duration in milliseconds."""
        return 600_000 + Draw(self._cast.seed, "incident length", position).below(8 * 3_600_000)

    def logs(self, position: int) -> list[Doc]:
        """The log, oldest first."""
        draw, created = Draw(self._cast.seed, "incident log", position), self._moments[position]
        texts = ["Incident created", "Responders were notified"]
        texts += [f"Update {number}" for number in range(1, 2 + draw.below(200 if draw.chance(0.01) else 12))]
        if (status := self._status(position)) != "open":
            texts.append(f"Incident {status}")
        step = self._length(position) // len(texts)
        return [_line(created + step * number, number, log=text, type="system") for number, text in enumerate(texts)]

    def notes(self, position: int) -> list[Doc]:
        """The notes, oldest first."""
        draw, created = Draw(self._cast.seed, "incident notes", position), self._moments[position]
        return [
            _line(created + 300_000 * (number + 1), number, note=draw.choice(_NOTES)) for number in range(draw.below(5))
        ]

    def timeline(self, position: int) -> list[Doc]:
        """The timeline entries in the order they were added; about one in ten is hidden."""
        cast, draw = self._cast, Draw(self._cast.seed, "timeline", position)
        created, length = self._moments[position], self._length(position)
        entries = [_entry(draw, created, "incident", "IncidentCreated", "Incident was created")]
        for _ in range(2 + draw.below(60 if draw.chance(0.05) else 10)):
            group, kind, text = draw.choice(_ENTRIES)
            entry = _entry(draw, created + draw.below(length), group, kind, text)
            entry["hidden"] = draw.chance(0.1)
            if cast.users:
                entry["actor"] = {"name": draw.choice(cast.users)[1], "type": "user"}
            entries.append(entry)
        if (postmortem := self.postmortem_id(position)) is not None:
            text = f"Postmortem [{postmortem}] was published"
            entries.append(_entry(draw, created + length + 86_400_000, "incident", "PostmortemPublished", text))
        return entries

    def responder_alerts(self, position: int) -> list[str]:
        """Ids of the alerts that notified the responders."""
        created = self._moments[position]
        return [self._alerts.id(each) for each in self._alerts.around(created, created + 3_600_000)[:2]]

    def associated_alerts(self, position: int) -> list[str]:
        """Ids of the alerts that belong to the incident: dozens if it started in a burst."""
        created = self._moments[position]
        return [self._alerts.id(each) for each in self._alerts.around(created - 600_000, created)[-60:]]

    def postmortem_id(self, position: int) -> str | None:
        """The id of the postmortem, None if there is none."""
        draw = Draw(self._cast.seed, "postmortem", position)
        return draw.uuid() if draw.chance(0.2) and self._status(position) != "open" else None

    def postmortem(self, position: int) -> Doc:
        """The postmortem of the incident at *position*."""
        cast, draw = self._cast, Draw(self._cast.seed, "postmortem", position)
        draw.chance(0.2)
        postmortem_id = draw.uuid()
        services = {id: name for id, name, _ in cast.services}
        incident = self.document(position)
        service = (incident["impactedServices"] or [""])[0]
        owner = draw.choice(cast.users) if cast.users else ("", "ops@corp.example")
        return postmortem_document(
            draw,
            incident,
            service=(service, services.get(service, "")),
            team=(incident["ownerTeam"], incident["ownerTeam"]),
            owner=owner,
        ) | {"postmortemId": postmortem_id}


def _line(at: int, number: int, **members: str) -> Doc:
    """A line of an incident's log or notes, with one number as token."""
    return {**row(at, number, "System", **members), "offset": str(at * 1_000_000 + number)}


def _entry(draw: Draw, at: int, group: str, kind: str, text: str) -> Doc:
    return {
        "id": draw.uuid(),
        "group": group,
        "type": kind,
        "eventTime": dates.trim(moment(at)),
        "hidden": False,
        "actor": {"name": "System", "type": "system"},
        "title": {"type": "plain_text", "content": text},
    }
