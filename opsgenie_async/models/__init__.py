"""What the API speaks of, as attrs classes: a file per page of the API.

Importing this package imports none of them; each is loaded when its name is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .alert import *
    from .base import *
    from .common import *
    from .criteria import *
    from .escalation import *
    from .identifiers import *
    from .recipient import *
    from .request_status import *
    from .schedule import *
    from .schedule_override import *
    from .schedule_rotation import *
    from .team import *
    from .team_role import *
    from .team_routing_rule import *
    from .time_restriction import *
    from .user import *

_MODULES = {
    "alert": "Alert AlertIntegration AlertReport AlertTeam",
    "base": "Model Tagged Unknown",
    "common": "Day Duration Priority Reference RotationMeta ScheduleMeta TeamMeta TimeUnit UserMeta",
    "criteria": "Condition ConditionField ConditionOperation Criteria MatchAll MatchAllConditions MatchAnyCondition",
    "escalation": "Escalation EscalationCondition EscalationRepeat EscalationRule NotifyType",
    "identifiers": "Alias ExternalId Name PipelineId TinyId",
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
