"""Alerts and incidents as one line each, with the times for statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.text import duration, items, milliseconds, text, texts
from opsgenie_async.archive.kinds import ALERTS
from opsgenie_async.archive.reader import Archive, Record
from opsgenie_async.sync.model.kinds.team import TEAM

__all__ = ["Entry", "Links", "Responder", "entry_of"]

RESOLVED = frozenset({"resolved", "closed"})


@attrs.frozen
class Responder:
    """A responder of an alert or incident."""

    type: str
    id: str
    name: str


@attrs.frozen(kw_only=True)
class Entry:
    """One alert or incident.

    Attributes:
        kind: "alert" or "incident".
        created: The creation time in epoch milliseconds, None if the API has none.
        started: The start of an incident's impact, otherwise `created`.
        acknowledged: When an alert was acknowledged for the first time, or the first of an incident's responder alerts.
            An alert closed without acknowledgement counts as acknowledged then: the API sets both times.
        ended: When an alert was closed; for a resolved incident, the end of its impact, otherwise its last update,
            since the API has no other time.
        teams: The names of teams, the owner first.
        services: The names of impacted services; for an alert, those of its incidents.
        incidents: Ids of the incidents that an alert belongs to.
    """

    kind: str
    id: str
    tiny_id: str
    message: str
    status: str
    priority: str
    created: int | None
    started: int | None
    acknowledged: int | None
    acknowledged_by: str
    ended: int | None
    ended_by: str
    teams: tuple[str, ...]
    responders: tuple[Responder, ...]
    services: tuple[str, ...]
    tags: tuple[str, ...]
    incidents: tuple[str, ...]

    @property
    def seconds_to_acknowledge(self) -> float | None:
        """From `started`; its mean is the MTTA."""
        return _between(self.started, self.acknowledged)

    @property
    def seconds_to_resolve(self) -> float | None:
        """From `started` to `ended`; its mean is the MTTR."""
        return _between(self.started, self.ended)


class Links:
    """The links between alerts and incidents, and the times when responder alerts were acknowledged.

    Attributes:
        incidents: The ids of an alert's incidents, by the alert's id.
        services: The ids of an incident's services, by the incident's id.
    """

    def __init__(self, archive: Archive) -> None:
        """Read all incidents, and the alerts that they refer to."""
        self.incidents: dict[str, list[str]] = {}
        self.services: dict[str, list[str]] = {}
        self._acknowledged: dict[str, int] = {}
        responder_alerts: set[str] = set()
        for record in archive.incidents():
            named = [text(each) for each in record.responder_alerts]
            responder_alerts.update(named)
            for id in {*named, *(text(each) for each in record.associated_alerts)}:
                self.incidents.setdefault(id, []).append(record.id)
            self.services[record.id] = texts(record.document.get("impactedServices"))
        if responder_alerts:
            for record in archive.alerts():
                if record.id in responder_alerts:
                    moment = _after(record.created, _report(record).get("ackTime"))
                    if moment is not None:
                        self._acknowledged[record.id] = moment

    def acknowledgement_time(self, alerts: list[str]) -> int | None:
        """When the first of *alerts* was acknowledged, in epoch milliseconds."""
        return min((self._acknowledged[id] for id in alerts if id in self._acknowledged), default=None)


def entry_of(record: Record, names: Directory, links: Links) -> Entry:
    """One alert or incident as a line."""
    document, report = record.document, _report(record)
    is_alert = record.kind == ALERTS
    created = record.created if record.created is not None else milliseconds(document.get("createdAt"))
    incidents = links.incidents.get(record.id, []) if is_alert else []
    services = [id for each in incidents if is_alert for id in links.services.get(each, [])]
    if is_alert:
        started = created
        acknowledged = _after(created, report.get("ackTime"))
        ended = _after(created, report.get("closeTime"))
    else:
        services = texts(document.get("impactedServices"))
        started = milliseconds(document.get("impactStartDate")) or created
        acknowledged = links.acknowledgement_time([text(each) for each in record.responder_alerts])
        ended = _resolution_time(document)
    return Entry(
        kind="alert" if is_alert else "incident",
        id=record.id,
        tiny_id=text(document.get("tinyId")),
        message=text(document.get("message")),
        status=text(document.get("status")),
        priority=text(document.get("priority")),
        created=created,
        started=started,
        acknowledged=acknowledged,
        acknowledged_by=text(report.get("acknowledgedBy")),
        ended=ended,
        ended_by=text(report.get("closedBy")),
        teams=tuple(dict.fromkeys(names.name(id) for id in _teams(document) if id)),
        responders=tuple(_responders(document, names)),
        services=tuple(dict.fromkeys(names.name(id) for id in services)),
        tags=tuple(texts(document.get("tags"))),
        incidents=tuple(incidents),
    )


def _report(record: Record) -> dict[str, Any]:
    report = record.document.get("report")
    return report if isinstance(report, dict) else {}


def _resolution_time(incident: dict[str, Any]) -> int | None:
    if text(incident.get("status")).lower() not in RESOLVED:
        return None
    return milliseconds(incident.get("impactEndDate")) or milliseconds(incident.get("updatedAt"))


def _teams(document: dict[str, Any]) -> Iterator[str]:
    yield text(document.get("ownerTeamId") or document.get("ownerTeam"))
    for each in items(document.get("teams")):
        yield text(each.get("id"))
    for each in items(document.get("responders")):
        if each.get("type") == TEAM.reference_type:
            yield text(each.get("id"))


def _responders(document: dict[str, Any], names: Directory) -> Iterator[Responder]:
    for each in items(document.get("responders")):
        id = text(each.get("id"))
        name = text(each.get("name") or each.get("username")) or names.name(id)
        yield Responder(text(each.get("type")), id, name)


def _after(start: int | None, milliseconds: Any) -> int | None:
    """The time so many milliseconds after *start*."""
    length = duration(milliseconds)
    return None if start is None or length is None else start + int(length)


def _between(start: int | None, end: int | None) -> float | None:
    return None if start is None or end is None or end < start else (end - start) / 1000
