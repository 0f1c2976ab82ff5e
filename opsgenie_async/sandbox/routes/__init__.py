"""The endpoints, one module per API page.

To add one, write a function that takes a `Call` and returns an `Answer`, and register it::

    routes = Routes()  # or Routes(domain=ALERT): the rate limit that this page's calls spend

    @routes.on("POST", "/v2/services/{service}/enable")
    def enable(call: Call) -> Answer:
        service = found(call)  # call.values["service"], call.query, call.body, call.account, call.key
        validate(call.body, {"note": text(100)})  # 422 with its field map
        service["enabled"] = True
        return data({"id": service["id"]}, result="Enabled")

Placeholders arrive percent-decoded in `call.values`; `{name}.ics` takes a suffix; fixed segments win over them.
Rights follow from the method, configuration access from the domain; both can be set (`right=`, `configuration=`).
Raise `Refusal(status, message)` for every other outcome. A new module is listed in `PAGES` below; nothing else has to
know.
"""

from __future__ import annotations

import functools

from opsgenie_async.sandbox.http.router import Router
from opsgenie_async.sandbox.routes import (
    account,
    action_channels,
    alert_actions,
    alert_activity,
    alert_attachments,
    alerts,
    contacts,
    custom_user_roles,
    deployments,
    dx,
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
    request_limits,
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
from opsgenie_async.sandbox.routes.v1 import policies as policies_v1
from opsgenie_async.sandbox.routes.v1 import schedules as v1

__all__ = ["PAGES", "router"]

PAGES = (
    account.routes,
    action_channels.routes,
    alert_actions.routes,
    alert_activity.routes,
    alert_attachments.downloads,
    alert_attachments.routes,
    alerts.routes,
    contacts.routes,
    custom_user_roles.routes,
    deployments.routes,
    dx.routes,
    escalations.routes,
    forwarding_rules.routes,
    heartbeats.routes,
    incident_templates.routes,
    incident_timelines.routes,
    incidents.routes,
    integration_actions.routes,
    integrations.routes,
    logs.downloads,
    logs.routes,
    maintenances.routes,
    notification_rule_steps.routes,
    notification_rules.routes,
    on_calls.routes,
    policies.routes,
    policies_v1.routes,
    postmortems.routes,
    request_limits.routes,
    saved_searches.routes,
    schedule_overrides.routes,
    schedule_rotations.routes,
    schedules.routes,
    service_audience_templates.routes,
    service_incident_rules.routes,
    service_incident_templates.routes,
    services.routes,
    team_members.routes,
    team_roles.routes,
    team_routing_rules.routes,
    teams.routes,
    user_saved_searches.routes,
    users.routes,
    v1.routes,
)


@functools.cache  # nothing changes it; a third of what a small sandbox takes to start
def router() -> Router:
    """All of them in one tree."""
    return Router(PAGES)
