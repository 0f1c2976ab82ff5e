"""Rows of the database tables, made from alerts, incidents and schedules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.entries import Entry
from opsgenie_async.archive.exports.text import iso, items, storable, text, texts, wall_clock
from opsgenie_async.archive.reader import Record

__all__ = ["Row", "entry_rows", "schedule_rows", "search_row"]

Value: TypeAlias = "str | int | float | None"
Row: TypeAlias = "tuple[str, tuple[Value, ...]]"
"""A table and its values, in the sequence of its columns."""


def entry_rows(entry: Entry, record: Record, names: Directory, zone: ZoneInfo) -> Iterator[Row]:
    """All rows of an alert or incident except the one for the search."""
    document = record.document
    if entry.kind == "alert":
        yield "alerts", _alert(entry, record, document)
        yield from _of_alert(record, names, zone)
    else:
        yield "incidents", _incident(entry, record, document)
        yield from _of_incident(record, document, names)
    key = (entry.kind, entry.id)
    for team in entry.teams:
        yield "teams_of", (*key, team)
    for each in entry.responders:
        yield "responders", (*key, each.type, each.id, each.name)
    for tag in entry.tags:
        yield "tags", (*key, tag)
    for detail in (document.get("details"), document.get("extraProperties")):
        if isinstance(detail, dict):
            for name, value in detail.items():
                yield "details", (*key, name, text(value))
    for number, note in enumerate(items(record.notes), 1):
        yield "notes", (*key, number, iso(note.get("createdAt")), text(note.get("owner")), text(note.get("note")))
    for number, log in enumerate(items(record.logs), 1):
        facts = [text(log.get(name)) for name in ("type", "owner", "log")]
        yield "logs", (*key, number, iso(log.get("createdAt")), *facts)
    for hole in items(record.holes):
        yield "holes", (record.kind, record.id, text(hole.get("part")), text(hole.get("reason")), text(hole))


def search_row(entry: Entry, record: Record) -> Row:
    """The row for the full-text search: the message, and all other texts and names."""
    document = record.document
    details = [document.get(name) for name in ("details", "extraProperties")]
    parts: Iterable[str] = (
        *(text(document.get(name)) for name in ("description", "alias", "entity", "source")),
        *(f"{name} {text(value)}" for each in details if isinstance(each, dict) for name, value in each.items()),
        *entry.tags,
        *entry.teams,
        *entry.services,
        *(text(note.get("note")) for note in items(record.notes)),
        *(text(log.get("log")) for log in items(record.logs)),
        *(_content(line.get(name)) for line in items(record.timeline) for name in ("title", "description")),
        text(record.postmortem),
    )
    return "search", (entry.kind, entry.id, entry.message, "\n".join(part for part in parts if part))


def schedule_rows(record: Record) -> Iterator[Row]:
    """The rows of who was on call, from one month of a schedule."""
    document = record.document
    for member, layer in document.items():
        if not member.endswith("Timeline") or not isinstance(layer, dict):
            continue
        name = member.removesuffix("Timeline")
        for rotation in items(layer.get("rotations")):
            for period in items(rotation.get("periods")):
                starts, ends = iso(period.get("startDate")), iso(period.get("endDate"))
                recipient = period.get("recipient")
                if starts is None or ends is None or not isinstance(recipient, dict):
                    continue
                facts = [text(recipient.get(each)) for each in ("type", "id", "name")]
                yield "on_call", (record.id, name, text(rotation.get("name")), starts, ends, *facts)


def _alert(entry: Entry, record: Record, document: dict[str, Any]) -> tuple[Value, ...]:
    integration = document.get("integration")
    integration = integration if isinstance(integration, dict) else {}
    count = document.get("count")
    return (
        entry.id, entry.tiny_id, text(document.get("alias")), entry.message, text(document.get("description")),
        entry.status, entry.priority, text(document.get("source")), text(document.get("entity")),
        text(document.get("owner")), text(integration.get("name")), text(integration.get("type")),
        count if type(count) is int and abs(count) < 2**63 else None, next(iter(entry.teams), ""),
        iso(entry.created), iso(document.get("updatedAt")), iso(document.get("lastOccurredAt")),
        iso(entry.acknowledged), entry.acknowledged_by, iso(entry.ended), entry.ended_by,
        entry.seconds_to_acknowledge, entry.seconds_to_resolve, int(record.is_gone), _letters(record),
    )  # fmt: skip


def _incident(entry: Entry, record: Record, document: dict[str, Any]) -> tuple[Value, ...]:
    return (
        entry.id, entry.tiny_id, entry.message, text(document.get("description")),
        entry.status, entry.priority, text(document.get("owner")), next(iter(entry.teams), ""),
        iso(entry.created), iso(document.get("updatedAt")),
        iso(document.get("impactStartDate")), iso(document.get("impactEndDate")),
        iso(entry.acknowledged), iso(entry.ended),
        entry.seconds_to_acknowledge, entry.seconds_to_resolve, int(record.is_gone),
        None if record.postmortem is None else text(record.postmortem), _letters(record),
    )  # fmt: skip


def _of_alert(record: Record, names: Directory, zone: ZoneInfo) -> Iterator[Row]:
    for number, each in enumerate(items(record.recipients), 1):
        user = each.get("user")
        user = user if isinstance(user, dict) else {}
        username = text(user.get("username"))
        local = names.zone(username, zone)
        yield "recipients", (
            record.id, number, text(user.get("id")), username, text(each.get("state")), text(each.get("method")),
            iso(each.get("createdAt")), iso(each.get("updatedAt")),
            wall_clock(each.get("createdAt"), local), local.key,
        )  # fmt: skip
    for file in record.attachments:
        yield "attachments", (record.id, file.name, file.size, file.sha256)


def _of_incident(record: Record, document: dict[str, Any], names: Directory) -> Iterator[Row]:
    for number, line in enumerate(items(record.timeline), 1):
        actor = line.get("actor")
        yield "timeline", (
            record.id, number, iso(line.get("eventTime")), text(line.get("group")), text(line.get("type")),
            int(line.get("hidden") is True), text(actor.get("name")) if isinstance(actor, dict) else text(actor),
            _content(line.get("title")) or _content(line.get("description")), text(line),
        )  # fmt: skip
    for id in texts(document.get("impactedServices")):
        yield "impacted_services", (record.id, id, names.name(id))
    for role, ids in (("responder", record.responder_alerts), ("associated", record.associated_alerts)):
        for each in ids:
            yield "incident_alerts", (record.id, text(each), role)


def _content(value: Any) -> str:
    """The text of a title: an object with `content`."""
    return text(value.get("content")) if isinstance(value, dict) else text(value)


def _letters(record: Record) -> str:
    """The raw document; only bytes that are not UTF-8 are replaced."""
    return storable(record.text)
