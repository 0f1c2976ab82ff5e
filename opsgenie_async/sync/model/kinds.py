"""What a configuration is made of: one line a kind, and all that pull, plan and apply know of it.

The order of the table is the order in which things are read and written to files; `stage` is the order of applying:
what a kind refers to stands in an earlier stage, but for the cycles between teams, schedules and escalations. Those are
broken by writing teams and schedules as shells: rotations are parts of their own, and members are `late`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.models.contact import Contact
from opsgenie_async.models.custom_user_role import CustomUserRole
from opsgenie_async.models.escalation import Escalation
from opsgenie_async.models.forwarding_rule import ForwardingRule
from opsgenie_async.models.heartbeat import Heartbeat
from opsgenie_async.models.incident_template import IncidentTemplate
from opsgenie_async.models.integration import Integration
from opsgenie_async.models.integration_action import IntegrationActions
from opsgenie_async.models.maintenance import Maintenance
from opsgenie_async.models.notification_rule import NotificationRule
from opsgenie_async.models.policy import AlertPolicy, NotificationPolicy
from opsgenie_async.models.schedule import Schedule
from opsgenie_async.models.schedule_override import ScheduleOverride
from opsgenie_async.models.schedule_rotation import ScheduleRotation
from opsgenie_async.models.service import Service, ServiceAudienceTemplate, ServiceIncidentRule
from opsgenie_async.models.team import Team
from opsgenie_async.models.team_role import TeamRole
from opsgenie_async.models.team_routing_rule import TeamRoutingRule
from opsgenie_async.models.user import User
from opsgenie_async.sync.model.kind import Kind, Reference
from opsgenie_async.sync.model.normalizers import contact, identity, maintenance, notification_rule, routing_rule, team

__all__ = ["FOLDERS", "KINDS", "LAST_STAGE", "kind_in", "kind_of", "parts_of"]


def _to(path: str, to: str = "", *, bare: bool = False) -> Reference:
    return Reference(tuple(path.replace("[]", ".[]").split(".")), to, bare)


CONDITIONS: Mapping[str, Json] = {"criteria": {"type": "match-all"}}
ALERT_TEXTS: Mapping[str, Json] = {
    name: f"{{{{{name}}}}}" for name in ("alias", "description", "entity", "source", "message")
}
OWNER = _to("ownerTeam", "team")

KINDS: tuple[Kind, ...] = (
    Kind(
        name="custom_user_role",
        folder="custom-user-roles",
        section="customUserRole",
        path="/v2/roles",
        model=CustomUserRole,
        stage=0,
        summary_only=True,
        update="PUT",
        defaults={"extendedRole": "user", "grantedRights": [], "disallowedRights": []},
    ),
    Kind(
        name="user",
        folder="users",
        section="user",
        path="/v2/users",
        model=User,
        stage=1,
        summary_only=True,
        expand={"expand": "contact"},
        identity=identity("username", fold=True),
        read_only=frozenset({"blocked", "verified", "createdAt", "mutedUntil", "userContacts"}),
        defaults={"tags": [], "details": {}, "skypeUsername": "", "userAddress": {}},
        server_default=frozenset({"timeZone", "locale"}),
        references=(_to("role", "custom_user_role"),),
    ),
    Kind(
        name="contact",
        parent="user",
        section="contacts",
        path="/v2/users/{parent}/contacts",
        model=Contact,
        stage=2,
        embedded="userContacts",
        normalize=contact,
        identity=identity("method", "to", fold=True),
        defaults={"enabled": True},
        immutable=frozenset({"method"}),
        toggled=True,
    ),
    Kind(
        name="notification_rule",
        parent="user",
        section="notificationRules",
        path="/v2/users/{parent}/notification-rules",
        model=NotificationRule,
        stage=8,
        summary_only=True,
        read_only=frozenset({"order"}),
        normalize=notification_rule,
        identity=identity("actionType", "name"),
        defaults={**CONDITIONS, "notificationTime": [], "schedules": [], "steps": [], "enabled": True},
        immutable=frozenset({"actionType"}),
        order_field="order",
        references=(_to("schedules[]"),),
    ),
    Kind(
        name="team",
        folder="teams",
        section="team",
        path="/v2/teams",
        model=Team,
        stage=2,
        summary_only=True,
        normalize=team,
        deferred=frozenset({"members"}),
        deferred_stage=7,
        defaults={"description": "", "members": []},
        references=(_to("members[].user", "user"),),
    ),
    Kind(
        name="team_role",
        parent="team",
        section="roles",
        path="/v2/teams/{parent}/roles",
        model=TeamRole,
        stage=3,
        defaults={"rights": []},
    ),
    Kind(
        name="team_routing_rule",
        parent="team",
        section="routingRules",
        path="/v2/teams/{parent}/routing-rules",
        model=TeamRoutingRule,
        stage=7,
        read_only=frozenset({"order"}),
        identity=routing_rule,
        defaults={**CONDITIONS, "name": "", "isDefault": False, "notify": {"type": "none"}},
        server_default=frozenset({"timezone"}),
        order_field="order",
        references=(_to("notify"),),
    ),
    Kind(
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
        references=(OWNER,),
        owner="ownerTeam",
    ),
    Kind(
        name="schedule_rotation",
        parent="schedule",
        section="rotations",
        path="/v2/schedules/{parent}/rotations",
        model=ScheduleRotation,
        stage=5,
        embedded="rotations",
        defaults={"name": "", "length": 1},
        half_hours=True,
        references=(_to("participants[]"),),
    ),
    Kind(
        name="schedule_override",
        parent="schedule",
        section="overrides",
        path="/v2/schedules/{parent}/overrides",
        model=ScheduleOverride,
        stage=6,
        key="alias",
        identity=identity("alias"),
        defaults={"rotations": []},
        update="PUT",
        references=(_to("user"), _to("rotations[]", "schedule_rotation")),
    ),
    Kind(
        name="escalation",
        folder="escalations",
        section="escalation",
        path="/v2/escalations",
        model=Escalation,
        stage=4,
        defaults={"description": ""},
        references=(OWNER, _to("rules[].recipient")),
        owner="ownerTeam",
    ),
    Kind(
        name="forwarding_rule",
        folder="forwarding-rules",
        section="forwardingRule",
        path="/v2/forwarding-rules",
        model=ForwardingRule,
        stage=8,
        identity=identity("alias"),
        update="PUT",
        references=(_to("fromUser", "user"), _to("toUser", "user")),
    ),
    Kind(
        name="heartbeat",
        folder="heartbeats",
        section="heartbeat",
        path="/v2/heartbeats",
        model=Heartbeat,
        stage=8,
        data_key="heartbeats",
        key="name",
        read_only=frozenset({"expired", "lastPingTime"}),
        defaults={"description": "", "alertMessage": "", "alertTags": [], "alertPriority": "P3"},
        references=(OWNER,),
        owner="ownerTeam",
    ),
    Kind(
        name="integration",
        folder="integrations",
        section="integration",
        path="/v2/integrations",
        model=Integration,
        stage=8,
        summary_only=True,
        # The secrets that an integration is reached by belong to the account, and into no file.
        read_only=frozenset({"_readOnly", "apiKey", "emailAddress"}),
        immutable=frozenset({"type"}),
        update="PUT",
        defaults=dict.fromkeys(("enabled", "allowReadAccess", "allowWriteAccess", "allowDeleteAccess"), True),
        references=(OWNER, _to("assignedTeam", "team"), _to("responders[]"), _to("recipients[]")),
        owner="ownerTeam",
    ),
    Kind(
        name="integration_action",
        parent="integration",
        section="actions",
        path="/v2/integrations/{parent}/actions",
        model=IntegrationActions,
        stage=9,
        single=True,
        update="PUT",
        read_only=frozenset({"_parent"}),
        defaults={"ignore": [], "create": [], "close": [], "acknowledge": [], "addNote": []},
        references=(_to("create[].responders[]"), _to("create[].recipients[]")),
    ),
    Kind(
        name="policies",
        folder="policies",
        section="policies",
        path="",
        model=Team,
        stage=9,
        identity=identity("team.name"),
        references=(_to("team", "team"),),
        owner="team",
    ),
    Kind(
        name="alert_policy",
        parent="policies",
        section="alertPolicies",
        path="/v2/policies/alert",
        collection_path="/v2/policies",
        parent_param="teamId",
        model=AlertPolicy,
        stage=9,
        summary_only=True,
        read_only=frozenset({"teamId", "order"}),
        update="PUT",
        defaults={
            **ALERT_TEXTS,
            **{name: [] for name in ("actions", "tags", "responders")},
            **{f"ignoreOriginal{word}": False for word in ("Actions", "Details", "Responders", "Tags", "Teams")},
            "filter": {"type": "match-all"},
            "policyDescription": "",
            "details": {},
            "continue": False,
        },
        order_field="targetIndex",
        references=(_to("responders[]"),),
    ),
    Kind(
        name="notification_policy",
        parent="policies",
        section="notificationPolicies",
        path="/v2/policies/notification",
        collection_path="/v2/policies",
        parent_param="teamId",
        model=NotificationPolicy,
        stage=9,
        summary_only=True,
        read_only=frozenset({"teamId", "order"}),
        update="PUT",
        defaults={"filter": {"type": "match-all"}, "policyDescription": "", "suppress": False},
        order_field="targetIndex",
    ),
    Kind(
        name="service",
        folder="services",
        section="service",
        path="/v1/services",
        model=Service,
        stage=8,
        params={"limit": "100", "order": "asc", "sort": "name"},
        defaults={"description": "", "tags": []},
        immutable=frozenset({"teamId"}),
        references=(_to("teamId", "team", bare=True),),
        owner="teamId",
    ),
    Kind(
        name="service_incident_rule",
        parent="service",
        section="incidentRules",
        path="/v1/services/{parent}/incident-rules",
        model=ServiceIncidentRule,
        stage=9,
        read_only=frozenset({"order"}),
        identity=identity("incidentProperties.message"),
        defaults={"conditionMatchType": "match-all", "conditions": []},
        update="PUT",
    ),
    Kind(
        name="service_audience_template",
        parent="service",
        section="audience",
        path="/v1/services/{parent}/audience-templates",
        model=ServiceAudienceTemplate,
        stage=9,
        single=True,
        defaults={
            "responder": {"teams": [], "individuals": []},
            "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
        },
        references=(
            _to("responder.teams[]", "team", bare=True),
            _to("responder.individuals[]", "user", bare=True),
            _to("stakeholder.individuals[]", "user", bare=True),
        ),
    ),
    Kind(
        name="incident_template",
        folder="incident-templates",
        section="incidentTemplate",
        path="/v1/incident-templates",
        model=IncidentTemplate,
        stage=9,
        data_key="*",  # lists in a map, whose names are told nowhere
        params={"limit": "100", "order": "asc"},
        update="PUT",
        defaults={"description": "", "tags": [], "details": {}, "impactedServices": []},
        references=(_to("impactedServices[]", "service", bare=True),),
    ),
    Kind(
        name="maintenance",
        folder="maintenances",
        section="maintenance",
        path="/v1/maintenance",
        model=Maintenance,
        stage=10,
        summary_only=True,
        params={"type": "non-expired"},  # what is over is history
        read_only=frozenset({"status"}),
        normalize=maintenance,
        identity=identity("description"),
        update="PUT",
        defaults={"description": ""},
        references=(_to("rules[].entity"),),
    ),
)
"""Every kind, in the order of a pull: a part follows what it belongs to."""

LAST_STAGE = max(kind.stage for kind in KINDS)

_BY_WORD = {kind.name: kind for kind in KINDS}
_BY_FOLDER = {kind.folder: kind for kind in KINDS if kind.folder}

FOLDERS = tuple(_BY_FOLDER)
"""The folders of a snapshot, in the order of a pull."""


def kind_of(word: str) -> Kind:
    """The kind with this word; raises `KeyError`."""
    return _BY_WORD[word]


def kind_in(folder: str) -> Kind:
    """The kind whose files are in *folder*; raises `KeyError`."""
    return _BY_FOLDER[folder]


@functools.cache
def parts_of(kind: Kind) -> tuple[Kind, ...]:
    """The kinds whose entities are parts of one of *kind*."""
    return tuple(each for each in KINDS if each.parent == kind.name)
