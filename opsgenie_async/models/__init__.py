"""The models of the API as attrs classes: one file per page of the API.

Importing this package imports none of them; each is loaded when its name is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsgenie_async.models.account import *
    from opsgenie_async.models.action_channel import *
    from opsgenie_async.models.alert import *
    from opsgenie_async.models.base import *
    from opsgenie_async.models.common import *
    from opsgenie_async.models.contact import *
    from opsgenie_async.models.criteria import *
    from opsgenie_async.models.custom_user_role import *
    from opsgenie_async.models.deployment import *
    from opsgenie_async.models.escalation import *
    from opsgenie_async.models.forwarding_rule import *
    from opsgenie_async.models.heartbeat import *
    from opsgenie_async.models.identifiers import *
    from opsgenie_async.models.incident import *
    from opsgenie_async.models.incident_template import *
    from opsgenie_async.models.incident_timeline import *
    from opsgenie_async.models.integration import *
    from opsgenie_async.models.integration_action import *
    from opsgenie_async.models.log_file import *
    from opsgenie_async.models.maintenance import *
    from opsgenie_async.models.notification_rule import *
    from opsgenie_async.models.on_call import *
    from opsgenie_async.models.policy import *
    from opsgenie_async.models.postmortem import *
    from opsgenie_async.models.recipient import *
    from opsgenie_async.models.request_status import *
    from opsgenie_async.models.saved_search import *
    from opsgenie_async.models.schedule import *
    from opsgenie_async.models.schedule_override import *
    from opsgenie_async.models.schedule_rotation import *
    from opsgenie_async.models.service import *
    from opsgenie_async.models.team import *
    from opsgenie_async.models.team_role import *
    from opsgenie_async.models.team_routing_rule import *
    from opsgenie_async.models.time_restriction import *
    from opsgenie_async.models.user import *
    from opsgenie_async.models.user_saved_search import *

_MODULES = {
    "account": "Account AccountPlan",
    "action_channel": "ActionChannelType AwsSnsChannel AwsSystemsManagerChannel RestChannel",
    "alert": "Alert AlertAttachment AlertIntegration AlertLog AlertNote AlertRecipient AlertReport AlertSort AlertTeam",
    "base": "Model Tagged Unknown",
    "common": (
        "Day Duration Links PageDirection Priority PriorityLike Reference RotationMeta ScheduleMeta SortOrder TeamMeta "
        "TimeUnit UserMeta"
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

if not TYPE_CHECKING:  # for type checkers the imports above say the same
    __all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
