"""A survey as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.cli.moments import stamp
from opsgenie_async.json_text import Json
from opsgenie_async.oncall import zone_database
from opsgenie_async.pictures.survey import DeadEnd, Duty, Load, Overlap, Survey

__all__ = ["survey_document"]


def survey_document(result: Survey) -> dict[str, Json]:
    """Return all of a survey."""
    return {
        "start": stamp(result.start),
        "end": stamp(result.end),
        "tzDatabase": str(zone_database()),
        "teams": [{"name": team.name, "members": team.members} for team in result.teams],
        "schedules": [_duty(each) for each in result.duties],
        "fairness": result.fairness,
        "load": [_load(each) for each in result.loads],
        "onCallTwice": [_overlap(each) for each in result.overlaps],
        "unusedSchedules": [each.schedule.name for each in result.unused],
        "routingRulesToNowhere": _dead_ends(result.rules),
        "escalationsWithoutPeople": _dead_ends(result.escalations),
    }


def _duty(each: Duty) -> dict[str, Json]:
    return {
        "name": each.schedule.name,
        "team": each.team,
        "timezone": each.schedule.zone.key,
        "enabled": each.schedule.enabled,
        "onCall": list(each.users),
        "until": stamp(each.until) if each.until else None,
        "next": {"at": stamp(each.next_at), "onCall": list(each.next_users)} if each.next_at else None,
        "gaps": [{"start": stamp(gap.start), "end": stamp(gap.end)} for gap in each.gaps],
        "fairness": each.fairness,
    }


def _load(each: Load) -> dict[str, Json]:
    return {
        "user": each.user,
        "hours": each.hours.total,
        "nights": each.hours.nights,
        "weekends": each.hours.weekends,
        "schedules": list(each.schedules),
    }


def _overlap(each: Overlap) -> dict[str, Json]:
    return {"user": each.user, "in": list(each.places), "start": stamp(each.start), "hours": each.hours}


def _dead_ends(rows: Iterable[DeadEnd]) -> list[Json]:
    return [{"name": each.name, "team": each.team, "reason": each.reason} for each in rows]
