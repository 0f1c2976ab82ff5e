"""The asyncio SDK for Opsgenie.

async with Opsgenie(api_key, region="eu") as og:
    async for team in og.teams.list():
        rules = await og.team_routing_rules.list(team)

The classes of `opsgenie_async.models`, which has what the API speaks of, can be imported from here.
`opsgenie_async.errors` has the tree of exceptions, `opsgenie_async.events` what hooks receive, `opsgenie_async.sandbox`
an Opsgenie to try all of it against.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from opsgenie_async import models
from opsgenie_async.errors import (
    ApiError,
    ArgumentTypeError,
    ArgumentValueError,
    BadRequest,
    ClientMisused,
    Conflict,
    Forbidden,
    Gone,
    ListingTooLong,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotImplementedByServer,
    OpsgenieError,
    OutcomeUnknown,
    PaymentRequired,
    PreconditionRequired,
    ProtocolError,
    RangeNotSatisfiable,
    RequestFailed,
    ServerError,
    ServiceUnavailable,
    Throttled,
    TransportError,
    Unauthorized,
    UnprocessableEntity,
    UnsupportedMediaType,
)
from opsgenie_async.unset import UNSET, Unset

if TYPE_CHECKING:  # what `__getattr__` below loads when it is first used: `--help` does without a client
    from opsgenie_async.client import Opsgenie
    from opsgenie_async.config import Config
    from opsgenie_async.http.envelope import Envelope
    from opsgenie_async.models import *  # noqa: F403
    from opsgenie_async.models import Alias, Name, TinyId
    from opsgenie_async.page import Page
    from opsgenie_async.paging import Pager
    from opsgenie_async.pending import Pending
    from opsgenie_async.settled import Listing

__version__ = "0.1.0"

__all__ = [
    "UNSET",
    "Alias",
    "ApiError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "BadRequest",
    "ClientMisused",
    "Config",
    "Conflict",
    "Envelope",
    "Forbidden",
    "Gone",
    "Listing",
    "ListingTooLong",
    "MethodNotAllowed",
    "Name",
    "NotAcceptable",
    "NotFound",
    "NotImplementedByServer",
    "Opsgenie",
    "OpsgenieError",
    "OutcomeUnknown",
    "Page",
    "Pager",
    "PaymentRequired",
    "Pending",
    "PreconditionRequired",
    "ProtocolError",
    "RangeNotSatisfiable",
    "RequestFailed",
    "ServerError",
    "ServiceUnavailable",
    "Throttled",
    "TinyId",
    "TransportError",
    "Unauthorized",
    "UnprocessableEntity",
    "Unset",
    "UnsupportedMediaType",
]
# fmt: off
__all__ += [  # `models.__all__`, written out for type checkers
    "Account", "AccountPlan", "AcknowledgeAction", "ActionChannelType", "ActionMapping", "AddNoteAction", "Alert",
    "AlertAttachment", "AlertIntegration", "AlertLog", "AlertNote", "AlertPolicy", "AlertRecipient", "AlertReport",
    "AlertRewrite", "AlertSort", "AlertTeam", "AllRecipients", "AudienceCondition", "AudienceField",
    "AudienceResponder", "AudienceStakeholder", "AutoCloseAction", "AutoRestartAction", "AwsSnsChannel",
    "AwsSystemsManagerChannel", "BitbucketCommit", "BitbucketRelease", "BitbucketRepository", "BitbucketWorkspace",
    "CloseAction", "Condition", "ConditionField", "ConditionMatchType", "ConditionOperation", "Contact", "ContactMeta",
    "ContactMethod", "ContactStatus", "CreateAction", "CreatedIntegration", "Criteria", "CustomUserRole", "Day",
    "DayInterval", "DeduplicationAction", "DeduplicationType", "DelayAction", "DelayOption", "Deployment",
    "DeploymentEnvironment", "DeploymentState", "Duration", "EnvironmentType", "Escalation", "EscalationCondition",
    "EscalationRef", "EscalationRepeat", "EscalationRule", "ExtendedRole", "ExternalId", "FlatNextOnCall", "FlatOnCall",
    "ForwardingRule", "GroupRef", "Heartbeat", "HeartbeatUnit", "IgnoreAction", "Incident", "IncidentLinks",
    "IncidentLog", "IncidentNote", "IncidentProperties", "IncidentSort", "IncidentTemplate", "IncidentTimelineActor",
    "IncidentTimelineDescription", "IncidentTimelineEdit", "IncidentTimelineEntry", "IncidentTimelineGroup",
    "Integration", "IntegrationAction", "IntegrationActionType", "IntegrationActions", "IntegrationFilter",
    "IntegrationMeta", "Links", "LogFile", "Maintenance", "MaintenanceEntity", "MaintenanceEntityType",
    "MaintenanceListing", "MaintenanceRule", "MaintenanceState", "MaintenanceStatus", "MaintenanceTime",
    "MaintenanceTimeType", "MatchAll", "MatchAllConditions", "MatchAnyCondition", "MemberRole", "Model", "NextOnCall",
    "NoRecipient", "NotificationAction", "NotificationPolicy", "NotificationRepeat", "NotificationRule",
    "NotificationRuleMeta", "NotificationRuleStep", "NotificationRuleStepParent", "NotificationRuleType", "NotifyTime",
    "NotifyType", "OnCall", "OnCallParticipant", "PageDirection", "PipelineId", "Policy", "PolicyBase", "PolicyMeta",
    "PolicyType", "Postmortem", "PostmortemDocument", "PostmortemIncident", "PostmortemLink", "Priority",
    "PriorityLike", "Recipient", "Reference", "Release", "RequestStatus", "RestChannel", "RotationMeta", "RotationType",
    "SavedSearch", "Schedule", "ScheduleMeta", "ScheduleOverride", "ScheduleRef", "ScheduleRotation",
    "ScheduleTimeline", "Service", "ServiceAudienceTemplate", "ServiceIncidentRule", "ServiceIncidentTemplate",
    "ServiceVisibility", "SortOrder", "StakeholderProperties", "StatusPageEntry", "Tagged", "Team", "TeamLog",
    "TeamMember", "TeamMeta", "TeamRef", "TeamRight", "TeamRole", "TeamRoutingRule", "TimeOfDay", "TimeRestriction",
    "TimeUnit", "Timeline", "TimelinePeriod", "TimelineRecipient", "TimelineRotation", "TimelineUnit", "Unknown",
    "User", "UserAddress", "UserContact", "UserMeta", "UserRef", "UserRole", "UserSavedSearch", "UserSort",
    "WeekInterval", "WeekdayAndTimeOfDay",
]
# fmt: on


if not TYPE_CHECKING:
    _HOMES = {
        "Config": "config",
        "Envelope": "http.envelope",
        "Listing": "settled",
        "Opsgenie": "client",
        "Page": "page",
        "Pager": "paging",
        "Pending": "pending",
    } | dict.fromkeys(models.__all__, "models")
    _MODULES = {"client", "clock", "config", "events", "http", "lazy_resource", "logs", "paging", "throttle"}

    def __getattr__(name: str) -> object:
        if name in _MODULES:  # `import opsgenie_async` is enough for `opsgenie_async.http.request`
            import_module(f"{__name__}.client")
            return import_module(f"{__name__}.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_HOMES})
