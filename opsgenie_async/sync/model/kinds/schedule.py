"""Schedules, without what stands in them (Schedule API)."""

from __future__ import annotations

from opsgenie_async.models.schedule import Schedule
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import longest, name_of_up_to, timezone

SCHEDULE = Kind(
    name="schedule",
    folder="schedules",
    section="schedule",
    path="/v2/schedules",
    model=Schedule,
    stage=3,
    params={"expand": "rotation"},
    read_only=frozenset({"rotations"}),
    defaults={"description": "", "enabled": True},
    server_default=frozenset({"timezone"}),
    references=(to("ownerTeam", "team"),),
    owner="ownerTeam",
    unique=True,
    typed=True,
    blocked_by_reference=True,
    companion_suffix="_schedule",
    rules={"name": name_of_up_to(100), "description": longest(10_000), "timezone": timezone},
)
