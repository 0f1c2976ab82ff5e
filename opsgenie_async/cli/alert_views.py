"""Alerts for people: a table of many, or one alert with all its fields."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TextIO

from opsgenie_async.cli.moments import clock_text, in_zone
from opsgenie_async.cli.table import Column, print_entry, print_table
from opsgenie_async.printable import printable

if TYPE_CHECKING:
    from opsgenie_async.models import Alert, AlertLog, AlertNote, AlertRecipient

__all__ = ["print_alert", "print_alerts"]

COLUMNS = (
    Column("ID"),
    Column("PRIORITY", rank=2),
    Column("STATUS"),
    Column("MESSAGE", least=32),
    Column("CREATED", rank=1),
    Column("OWNER", least=12, rank=3),
    Column("TAGS", least=10, rank=4),
)


def print_alerts(alerts: Sequence[Alert], zone: tzinfo | None, stream: TextIO | None = None) -> None:
    """Print a table of alerts, by default to stdout."""
    rows = [
        (
            alert.tiny_id or alert.id,
            str(alert.priority),
            _status(alert),
            alert.message,
            in_zone(alert.created_at, zone).strftime("%Y-%m-%d %H:%M") if alert.created_at else "",
            alert.owner,
            ", ".join(alert.tags),
        )
        for alert in alerts
    ]
    print_table(COLUMNS, rows, stream or sys.stdout)


def print_alert(
    alert: Alert,
    notes: Sequence[AlertNote],
    logs: Sequence[AlertLog],
    recipients: Sequence[AlertRecipient],
    zone: tzinfo | None,
) -> None:
    """Print one alert with all its fields."""
    print_entry("", alert.message)
    for title, text in _facts(alert, zone):
        if text:
            print_entry(f"  {printable(title) + ':':15}", text)
    for line in alert.description.splitlines():
        print_entry("  | ", line, margin="  | ")
    _section("notes", [(each.created_at, f"{each.owner}: {each.note}") for each in notes], zone)
    _section("recipients", [(each.updated_at, _recipient(each)) for each in recipients], zone)
    _section("log", [(each.created_at, f"{each.owner}: {each.log}") for each in logs], zone)


def _facts(alert: Alert, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    yield "id", alert.id
    yield "tiny id", alert.tiny_id
    yield "alias", alert.alias
    yield "status", _status(alert)
    yield "priority", str(alert.priority)
    yield "owner", alert.owner
    yield "created", clock_text(alert.created_at, zone) if alert.created_at else ""
    yield "updated", clock_text(alert.updated_at, zone) if alert.updated_at else ""
    yield "snoozed until", clock_text(alert.snoozed_until, zone) if alert.snoozed and alert.snoozed_until else ""
    yield "count", str(alert.count)
    yield "source", alert.source
    yield "entity", alert.entity
    yield "integration", alert.integration.name if alert.integration else ""
    yield "tags", ", ".join(alert.tags)
    yield from alert.details.items()


def _section(title: str, lines: Sequence[tuple[datetime | None, str]], zone: tzinfo | None) -> None:
    print(f"\n{title}:" if lines else f"\n{title}: none")
    for at, text in lines:
        moment = in_zone(at, zone).strftime("%Y-%m-%d %H:%M:%S") if at else "-"
        print_entry(f"  {moment}  ", text)


def _recipient(recipient: AlertRecipient) -> str:
    name = recipient.user.username if recipient.user else "?"
    return " ".join(filter(None, (name, recipient.state, f"by {recipient.method}" if recipient.method else "")))


def _status(alert: Alert) -> str:
    if alert.status == "closed":
        return alert.status
    return "snoozed" if alert.snoozed else "acked" if alert.acknowledged else alert.status
