"""What the API speaks of, as attrs classes: a file per page of the API.

Importing this package imports none of them; each is loaded when its name is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .alert import Alert as Alert
    from .alert import AlertIntegration as AlertIntegration
    from .alert import AlertReport as AlertReport
    from .alert import AlertTeam as AlertTeam
    from .base import Model as Model
    from .base import Tagged as Tagged
    from .base import Unknown as Unknown
    from .common import Day as Day
    from .common import Duration as Duration
    from .common import Priority as Priority
    from .common import Reference as Reference
    from .common import RotationMeta as RotationMeta
    from .common import ScheduleMeta as ScheduleMeta
    from .common import TeamMeta as TeamMeta
    from .common import TimeUnit as TimeUnit
    from .common import UserMeta as UserMeta
    from .criteria import Condition as Condition
    from .criteria import ConditionField as ConditionField
    from .criteria import ConditionOperation as ConditionOperation
    from .criteria import Criteria as Criteria
    from .criteria import MatchAll as MatchAll
    from .criteria import MatchAllConditions as MatchAllConditions
    from .criteria import MatchAnyCondition as MatchAnyCondition
    from .escalation import Escalation as Escalation
    from .escalation import EscalationCondition as EscalationCondition
    from .escalation import EscalationRepeat as EscalationRepeat
    from .escalation import EscalationRule as EscalationRule
    from .escalation import NotifyType as NotifyType
    from .identifiers import Alias as Alias
    from .identifiers import Name as Name
    from .identifiers import TinyId as TinyId
    from .recipient import AllRecipients as AllRecipients
    from .recipient import EscalationRef as EscalationRef
    from .recipient import GroupRef as GroupRef
    from .recipient import NoRecipient as NoRecipient
    from .recipient import Recipient as Recipient
    from .recipient import ScheduleRef as ScheduleRef
    from .recipient import TeamRef as TeamRef
    from .recipient import UserRef as UserRef
    from .request_status import RequestStatus as RequestStatus
    from .schedule import Schedule as Schedule
    from .schedule import ScheduleTimeline as ScheduleTimeline
    from .schedule import Timeline as Timeline
    from .schedule import TimelinePeriod as TimelinePeriod
    from .schedule import TimelineRecipient as TimelineRecipient
    from .schedule import TimelineRotation as TimelineRotation
    from .schedule_override import ScheduleOverride as ScheduleOverride
    from .schedule_rotation import RotationType as RotationType
    from .schedule_rotation import ScheduleRotation as ScheduleRotation
    from .team import MemberRole as MemberRole
    from .team import Team as Team
    from .team import TeamMember as TeamMember
    from .team_role import TeamRight as TeamRight
    from .team_role import TeamRole as TeamRole
    from .team_routing_rule import TeamRoutingRule as TeamRoutingRule
    from .time_restriction import DayInterval as DayInterval
    from .time_restriction import TimeOfDay as TimeOfDay
    from .time_restriction import TimeRestriction as TimeRestriction
    from .time_restriction import WeekdayAndTimeOfDay as WeekdayAndTimeOfDay
    from .time_restriction import WeekInterval as WeekInterval
    from .user import User as User
    from .user import UserAddress as UserAddress
    from .user import UserContact as UserContact
    from .user import UserRole as UserRole

_MODULES = {
    "alert": "Alert AlertIntegration AlertReport AlertTeam",
    "base": "Model Tagged Unknown",
    "common": "Day Duration Priority Reference RotationMeta ScheduleMeta TeamMeta TimeUnit UserMeta",
    "criteria": "Condition ConditionField ConditionOperation Criteria MatchAll MatchAllConditions MatchAnyCondition",
    "escalation": "Escalation EscalationCondition EscalationRepeat EscalationRule NotifyType",
    "identifiers": "Alias Name TinyId",
    "recipient": "AllRecipients EscalationRef GroupRef NoRecipient Recipient ScheduleRef TeamRef UserRef",
    "request_status": "RequestStatus",
    "schedule": "Schedule ScheduleTimeline Timeline TimelinePeriod TimelineRecipient TimelineRotation",
    "schedule_override": "ScheduleOverride",
    "schedule_rotation": "RotationType ScheduleRotation",
    "team": "MemberRole Team TeamMember",
    "team_role": "TeamRight TeamRole",
    "team_routing_rule": "TeamRoutingRule",
    "time_restriction": "DayInterval TimeOfDay TimeRestriction WeekInterval WeekdayAndTimeOfDay",
    "user": "User UserAddress UserContact UserRole",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
