"""The pages of the API as type checkers see them in the blocking client; nothing here is loaded at run time.

Each is the asynchronous page, marked; `opsgenie_async.resources.operation.method` defines what its methods are then.
Only methods with overloads are written out.
"""

# pyright: reportIncompatibleMethodOverride=false
# A method with overloads is a plain function for type checkers, so what it is here seems to contradict it.

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, overload

from opsgenie_async.legacy import models as legacy_models
from opsgenie_async.legacy import policies as legacy_policies
from opsgenie_async.legacy import schedules as legacy_schedules
from opsgenie_async.models import FlatNextOnCall, FlatOnCall, NextOnCall, OnCall
from opsgenie_async.resources import (
    account,
    action_channels,
    alerts,
    contacts,
    custom_user_roles,
    deployments,
    escalations,
    forwarding_rules,
    heartbeats,
    incident_templates,
    incident_timelines,
    incidents,
    integration_actions,
    integrations,
    logs,
    maintenances,
    notification_rule_steps,
    notification_rules,
    on_calls,
    policies,
    postmortems,
    saved_searches,
    schedule_overrides,
    schedule_rotations,
    schedules,
    service_audience_templates,
    service_incident_rules,
    service_incident_templates,
    services,
    team_members,
    team_roles,
    team_routing_rules,
    teams,
    user_saved_searches,
    users,
)
from opsgenie_async.resources.operation.method import Blocking
from opsgenie_async.resources.path import ByName
from opsgenie_async.unset import UNSET, Unset
from opsgenie_async.waiting import BlockingPager


class Alerts(Blocking, alerts.Alerts):
    """`og.alerts`."""


class SavedSearches(Blocking, saved_searches.SavedSearches):
    """`og.saved_searches`."""


class Incidents(Blocking, incidents.Incidents):
    """`og.incidents`."""


class IncidentTemplates(Blocking, incident_templates.IncidentTemplates):
    """`og.incident_templates`."""


class IncidentTimelines(Blocking, incident_timelines.IncidentTimelines):
    """`og.incident_timelines`."""


class Postmortems(Blocking, postmortems.Postmortems):
    """`og.postmortems`."""


class Services(Blocking, services.Services):
    """`og.services`."""


class ServiceIncidentRules(Blocking, service_incident_rules.ServiceIncidentRules):
    """`og.service_incident_rules`."""


class ServiceIncidentTemplates(Blocking, service_incident_templates.ServiceIncidentTemplates):
    """`og.service_incident_templates`."""


class ServiceAudienceTemplates(Blocking, service_audience_templates.ServiceAudienceTemplates):
    """`og.service_audience_templates`."""


class Deployments(Blocking, deployments.Deployments):
    """`og.deployments`."""


class Teams(Blocking, teams.Teams):
    """`og.teams`."""


class TeamMembers(Blocking, team_members.TeamMembers):
    """`og.team_members`."""


class TeamRoles(Blocking, team_roles.TeamRoles):
    """`og.team_roles`."""


class TeamRoutingRules(Blocking, team_routing_rules.TeamRoutingRules):
    """`og.team_routing_rules`."""


class Schedules(Blocking, schedules.Schedules):
    """`og.schedules`."""


class ScheduleRotations(Blocking, schedule_rotations.ScheduleRotations):
    """`og.schedule_rotations`."""


class ScheduleOverrides(Blocking, schedule_overrides.ScheduleOverrides):
    """`og.schedule_overrides`."""


class OnCalls(Blocking, on_calls.OnCalls):
    """`og.on_calls`; a board needs an event loop."""

    board: None  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride,reportAssignmentType]

    @overload  # type: ignore[override]
    def list(self, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET) -> BlockingPager[OnCall]: ...
    @overload
    def list(self, *, flat: Literal[True], date: datetime | None | Unset = UNSET) -> BlockingPager[FlatOnCall]: ...
    def list(self, **arguments: Any) -> Any: ...

    @overload  # type: ignore[override]
    def get(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> OnCall: ...
    @overload
    def get(self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET) -> FlatOnCall: ...
    def get(self, schedule: ByName, **arguments: Any) -> Any: ...

    @overload  # type: ignore[override]
    def get_next(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> NextOnCall: ...
    @overload
    def get_next(
        self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET
    ) -> FlatNextOnCall: ...
    def get_next(self, schedule: ByName, **arguments: Any) -> Any: ...


class Escalations(Blocking, escalations.Escalations):
    """`og.escalations`."""


class Users(Blocking, users.Users):
    """`og.users`."""


class UserSavedSearches(Blocking, user_saved_searches.UserSavedSearches):
    """`og.user_saved_searches`."""


class Contacts(Blocking, contacts.Contacts):
    """`og.contacts`."""


class NotificationRules(Blocking, notification_rules.NotificationRules):
    """`og.notification_rules`."""


class NotificationRuleSteps(Blocking, notification_rule_steps.NotificationRuleSteps):
    """`og.notification_rule_steps`."""


class CustomUserRoles(Blocking, custom_user_roles.CustomUserRoles):
    """`og.custom_user_roles`."""


class ForwardingRules(Blocking, forwarding_rules.ForwardingRules):
    """`og.forwarding_rules`."""


class Account(Blocking, account.Account):
    """`og.account`."""


class Integrations(Blocking, integrations.Integrations):
    """`og.integrations`."""


class IntegrationActions(Blocking, integration_actions.IntegrationActions):
    """`og.integration_actions`."""


class Heartbeats(Blocking, heartbeats.Heartbeats):
    """`og.heartbeats`."""


class Maintenances(Blocking, maintenances.Maintenances):
    """`og.maintenances`."""


class Policies(Blocking, policies.Policies):
    """`og.policies`."""


class Logs(Blocking, logs.Logs):
    """`og.logs`."""


class ActionChannels(Blocking, action_channels.ActionChannels):
    """`og.action_channels`."""


class LegacySchedules(Blocking, legacy_schedules.Schedules):
    """`og.legacy.schedules`."""

    @overload  # type: ignore[override]
    def who_is_on_call(
        self,
        schedule: ByName,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[False] = False,
    ) -> legacy_models.OnCall: ...
    @overload
    def who_is_on_call(
        self,
        schedule: ByName,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[True],
    ) -> legacy_models.FlatOnCall: ...
    def who_is_on_call(self, schedule: ByName, **arguments: Any) -> Any: ...

    @overload  # type: ignore[override]
    def list_who_is_on_call(
        self,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[False] = False,
    ) -> BlockingPager[legacy_models.OnCall]: ...
    @overload
    def list_who_is_on_call(
        self, *, time: datetime | None | Unset = UNSET, timezone: str | None | Unset = UNSET, flat: Literal[True]
    ) -> BlockingPager[legacy_models.FlatOnCall]: ...
    def list_who_is_on_call(self, **arguments: Any) -> Any: ...

    @overload  # type: ignore[override]
    def who_is_on_call_next(self, schedule: ByName, *, flat: Literal[False] = False) -> legacy_models.NextOnCall: ...
    @overload
    def who_is_on_call_next(self, schedule: ByName, *, flat: Literal[True]) -> legacy_models.FlatNextOnCall: ...
    def who_is_on_call_next(self, schedule: ByName, **arguments: Any) -> Any: ...


class LegacyPolicies(Blocking, legacy_policies.Policies):
    """`og.legacy.policies`."""


class Legacy:
    """`og.legacy`."""

    policies: LegacyPolicies
    schedules: LegacySchedules
