"""Who was on call, to the minute, from the archived timelines of schedules."""

from __future__ import annotations

from typing import Any

from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.text import items, milliseconds, text
from opsgenie_async.archive.kinds import SCHEDULES
from opsgenie_async.archive.reader import Archive

__all__ = ["Duty"]


class Duty:
    """The final layer of every schedule."""

    def __init__(self, archive: Archive, names: Directory) -> None:
        """Read all timelines."""
        self._names = names
        self._periods: dict[str, dict[tuple[int, int, str, str, str], None]] = {}
        self._covered: dict[str, list[tuple[int, int]]] = {}
        for record in archive.records(SCHEDULES):
            document = record.document
            self._note(record.id, document)

    def between(self, first: int | None, last: int | None) -> list[dict[str, Any]]:
        """The periods that overlap with *first* to *last*, in epoch milliseconds, by schedule.

        Returns:
            Objects with `name`, `team`, `covered` (start and end of what the archive has) and `periods` (start, end,
            rotation, type and name of who is on call).
        """
        if first is None or last is None:
            return []
        schedules = [
            {
                "name": self._names.schedules.get(id, id),
                "team": self._names.schedule_teams.get(id, ""),
                "covered": [[low, high] for low, high in covered if low <= last and high > first],
                "periods": [list(each) for each in self._periods[id] if each[0] <= last and each[1] > first],
            }
            for id, covered in self._covered.items()
        ]
        return sorted(schedules, key=lambda each: str(each["name"]).casefold())

    def _note(self, id: str, document: dict[str, Any]) -> None:
        periods = self._periods.setdefault(id, {})
        covered = self._covered.setdefault(id, [])
        low, high = milliseconds(document.get("startDate")), milliseconds(document.get("endDate"))
        if low is not None and high is not None:
            covered.append((low, high))
        layer = document.get("finalTimeline")
        for rotation in items(layer.get("rotations")) if isinstance(layer, dict) else []:
            for period in items(rotation.get("periods")):
                starts, ends = milliseconds(period.get("startDate")), milliseconds(period.get("endDate"))
                recipient = period.get("recipient")
                if starts is None or ends is None or not isinstance(recipient, dict):
                    continue
                name = text(recipient.get("name") or recipient.get("username") or recipient.get("id"))
                periods[starts, ends, text(rotation.get("name")), text(recipient.get("type")), name] = None
