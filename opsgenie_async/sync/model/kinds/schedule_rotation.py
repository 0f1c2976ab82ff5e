"""The turns of a schedule (Schedule Rotation API)."""

from __future__ import annotations

from opsgenie_async.models.schedule_rotation import ScheduleRotation
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import date, items, number, reference_to, words

SCHEDULE_ROTATION = Kind(
    name="schedule_rotation",
    parent="schedule",
    section="rotations",
    path="/v2/schedules/{parent}/rotations",
    model=ScheduleRotation,
    stage=5,
    embedded="rotations",
    defaults={"name": "", "length": 1},
    half_hours=True,
    references=(to("participants[]"),),
    optional_name=True,
    blocks_deletion=True,
    companion_part=True,
    null_is_absent=frozenset({"endDate", "timeRestriction"}),  # field notes, row 21
    rules={
        "type": words("daily", "weekly", "hourly"),
        "length": number(1),
        "startDate": date,
        "endDate": date,
        "participants": items(1),
        "participants[]": reference_to("user", "team", "escalation", "none"),
    },
    required_when_new=("startDate", "type", "participants"),
)
