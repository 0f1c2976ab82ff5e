"""What the API speaks of, as attrs classes: a file per page of the API.

Importing this package imports none of them; each is loaded when its name is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import *
    from .action_channel import *
    from .alert import *
    from .base import *
    from .common import *
    from .contact import *
    from .criteria import *
    from .custom_user_role import *
    from .deployment import *
    from .escalation import *
    from .forwarding_rule import *
    from .heartbeat import *
    from .identifiers import *
    from .incident import *
    from .incident_template import *
    from .incident_timeline import *
    from .integration import *
    from .integration_action import *
    from .log_file import *
    from .maintenance import *
    from .notification_rule import *
    from .on_call import *
    from .policy import *
    from .postmortem import *
    from .recipient import *
    from .request_status import *
    from .saved_search import *
    from .schedule import *
    from .schedule_override import *
    from .schedule_rotation import *
    from .service import *
    from .team import *
    from .team_role import *
    from .team_routing_rule import *
    from .time_restriction import *
    from .user import *
    from .user_saved_search import *

_MODULES = {
    "account": "Account AccountPlan",
    "action_channel": "ActionChannelType AwsSnsChannel AwsSystemsManagerChannel RestChannel",
    "alert": "Alert AlertAttachment AlertIntegration AlertLog AlertNote AlertRecipient AlertReport AlertSort AlertTeam",
    "base": "Model Tagged Unknown",
    "common": (
        "Day Duration Links PageDirection Priority Reference RotationMeta ScheduleMeta SortOrder TeamMeta TimeUnit "
        "UserMeta"
    ),
    "contact": "Contact ContactMeta ContactMethod ContactStatus",
    "criteria": (
        "Condition ConditionField ConditionMatchType ConditionOperation Criteria MatchAll MatchAllConditions "
        "MatchAnyCondition"
    ),
    "custom_user_role": "CustomUserRole ExtendedRole",
    "deployment": (
        "BitbucketCommit BitbucketRelease BitbucketRepository BitbucketWorkspace Deployment DeploymentEnvironment "
        "DeploymentState EnvironmentType Release"
    ),
    "escalation": "Escalation EscalationCondition EscalationRepeat EscalationRule NotifyType",
    "forwarding_rule": "ForwardingRule",
    "heartbeat": "Heartbeat HeartbeatUnit",
    "identifiers": "Alias ExternalId Name PipelineId TinyId",
    "incident": "Incident IncidentLinks IncidentLog IncidentNote IncidentSort StatusPageEntry",
    "incident_template": "IncidentProperties IncidentTemplate ServiceIncidentTemplate StakeholderProperties",
    "incident_timeline": (
        "IncidentTimelineActor IncidentTimelineDescription IncidentTimelineEdit IncidentTimelineEntry "
        "IncidentTimelineGroup"
    ),
    "integration": "ActionMapping CreatedIntegration Integration IntegrationFilter IntegrationMeta",
    "integration_action": (
        "AcknowledgeAction AddNoteAction CloseAction CreateAction IgnoreAction IntegrationAction "
        "IntegrationActionType IntegrationActions"
    ),
    "log_file": "LogFile",
    "maintenance": (
        "Maintenance MaintenanceEntity MaintenanceEntityType MaintenanceListing MaintenanceRule MaintenanceState "
        "MaintenanceStatus MaintenanceTime MaintenanceTimeType"
    ),
    "notification_rule": (
        "NotificationAction NotificationRepeat NotificationRule NotificationRuleMeta NotificationRuleStep "
        "NotificationRuleStepParent NotificationRuleType NotifyTime"
    ),
    "on_call": "FlatNextOnCall FlatOnCall NextOnCall OnCall OnCallParticipant",
    "policy": (
        "AlertPolicy AlertRewrite AutoCloseAction AutoRestartAction DeduplicationAction DeduplicationType DelayAction "
        "DelayOption NotificationPolicy Policy PolicyBase PolicyMeta PolicyType"
    ),
    "postmortem": "Postmortem PostmortemDocument PostmortemIncident PostmortemLink",
    "recipient": "AllRecipients EscalationRef GroupRef NoRecipient Recipient ScheduleRef TeamRef UserRef",
    "request_status": "RequestStatus",
    "saved_search": "SavedSearch",
    "schedule": "Schedule ScheduleTimeline Timeline TimelinePeriod TimelineRecipient TimelineRotation TimelineUnit",
    "schedule_override": "ScheduleOverride",
    "schedule_rotation": "RotationType ScheduleRotation",
    "service": (
        "AudienceCondition AudienceField AudienceResponder AudienceStakeholder Service ServiceAudienceTemplate "
        "ServiceIncidentRule ServiceVisibility"
    ),
    "team": "MemberRole Team TeamLog TeamMember",
    "team_role": "TeamRight TeamRole",
    "team_routing_rule": "TeamRoutingRule",
    "time_restriction": "DayInterval TimeOfDay TimeRestriction WeekInterval WeekdayAndTimeOfDay",
    "user": "User UserAddress UserContact UserRole UserSort",
    "user_saved_search": "UserSavedSearch",
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
