"""Who is on call and when, computed from configuration: pure functions, no I/O.

    schedule = Schedule.from_json(document, overrides=[...], forwarding=[...])
    for period in timeline(schedule, start, end).final:
        print(period.start, period.end, period.participant.name)

The input is the JSON of the v2 API, as sent or as written by `pull`. Results are exact in every time zone; behaviour
that the vendor's pages leave open is an option of `Policy`.
"""

from opsgenie_async.oncall.local_time import snap_minutes
from opsgenie_async.oncall.moments import next_on_call, on_call, previous_on_call
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.questions import (
    Change,
    Difference,
    Gap,
    Hours,
    compare,
    gaps,
    hours,
    hours_of,
    impact,
)
from opsgenie_async.oncall.resolve import Directory, EscalationRule, Member, resolve
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.timeline import Period, Timeline, timeline
from opsgenie_async.oncall.values import (
    ForwardingRule,
    Override,
    Participant,
    Restriction,
    Rotation,
    RotationRef,
    ScheduleError,
    Window,
)
from opsgenie_async.oncall.zone_database import ZoneDatabase, zone_database

__all__ = [
    "Change",
    "Difference",
    "Directory",
    "EscalationRule",
    "ForwardingRule",
    "Gap",
    "Hours",
    "Member",
    "Override",
    "Participant",
    "Period",
    "Policy",
    "Restriction",
    "Rotation",
    "RotationRef",
    "Schedule",
    "ScheduleError",
    "Timeline",
    "Window",
    "ZoneDatabase",
    "compare",
    "gaps",
    "hours",
    "hours_of",
    "impact",
    "next_on_call",
    "on_call",
    "previous_on_call",
    "resolve",
    "snap_minutes",
    "timeline",
    "zone_database",
]
