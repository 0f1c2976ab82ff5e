"""Timelines as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from opsgenie_async.cli.moments import stamp
from opsgenie_async.json_text import Json
from opsgenie_async.oncall import Difference, Gap, Participant, Period, compare, gaps, timeline, zone_database
from opsgenie_async.pictures import Drawing

__all__ = ["timeline_document"]


def timeline_document(drawings: Sequence[Drawing], start: datetime, end: datetime) -> dict[str, Json]:
    """Return the layers of each schedule, its gaps, and the differences of a comparison."""
    return {
        "start": stamp(start),
        "end": stamp(end),
        "tzDatabase": str(zone_database()),
        "schedules": [dict(_schedule(each, start, end)) for each in drawings],
    }


def _schedule(drawing: Drawing, start: datetime, end: datetime) -> Mapping[str, Json]:
    schedule = drawing.schedule
    layers = timeline(schedule, start, end)
    document: dict[str, Json] = {
        "name": schedule.name,
        "id": schedule.id,
        "team": drawing.team,
        "timezone": schedule.zone.key,
        "enabled": schedule.enabled,
        "base": _periods(layers.base),
        "overrides": _periods(layers.overrides),
        "forwarding": _periods(layers.forwarding),
        "final": _periods(layers.final),
        "gaps": [_stretch(each) for each in gaps(schedule, start, end)],
    }
    if drawing.other is not None:
        document["differences"] = [_difference(each) for each in compare(schedule, drawing.other, start, end)]
    return document


def _periods(periods: Iterable[Period]) -> list[Json]:
    return [
        {
            "start": stamp(period.start),
            "end": stamp(period.end),
            "rotation": {"id": period.rotation.id, "name": period.rotation.name},
            "participant": _participant(period.participant),
            "source": period.source,
            "forwardedFrom": _participant(period.forwarded_from) if period.forwarded_from else None,
        }
        for period in periods
    ]


def _participant(participant: Participant) -> dict[str, Json]:
    return {"type": participant.kind, "id": participant.id, "name": participant.name}


def _stretch(each: Gap | Difference) -> dict[str, Json]:
    return {"start": stamp(each.start), "end": stamp(each.end)}


def _difference(each: Difference) -> dict[str, Json]:
    return {
        **_stretch(each),
        "here": [_participant(one) for one in each.one],
        "there": [_participant(one) for one in each.other],
    }
