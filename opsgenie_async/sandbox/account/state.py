"""One account, as plain dicts in the words of the API's own responses.

Nothing here knows HTTP, and nothing is shared with the client: a wrong model there cannot agree with itself here.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field, fields
from typing import ClassVar

from opsgenie_async.sandbox.account.assumptions import Assumptions
from opsgenie_async.sandbox.account.documents import Doc
from opsgenie_async.sandbox.account.records import fields as searchable
from opsgenie_async.sandbox.account.records.records import Records
from opsgenie_async.sandbox.account.records.source import RenderedTable

__all__ = ["Account", "Doc"]


@dataclass
class Account:
    """Everything one Opsgenie account holds, keyed by id, in creation order.

    Entities have the shape of the v2 `get` answer of their kind, without `_parent`. What belongs to a parent is kept in
    a table of its own under the parent's id, so that `list` answers may leave it out as Opsgenie does.
    """

    name: str = "sandbox"
    timezone: str = "America/New_York"
    """The account's zone: the default of routing rules and schedules."""

    users: dict[str, Doc] = field(default_factory=dict)
    """User id to `{id, username, fullName, role: {id, name}, timeZone, locale, blocked, verified, createdAt, ...}`."""

    contacts: dict[str, list[Doc]] = field(default_factory=dict)
    """User id to `[{id, method, to, status: {enabled, disabledReason?}}]` in the order in which they apply."""

    notification_rules: dict[str, list[Doc]] = field(default_factory=dict)
    """User id to `[{id, name, actionType, criteria, steps: [{id, contact, sendAfter?, enabled}], enabled, ...}]`; their
    place among those of the same action is their `order`, which is written at read time."""

    forwarding_rules: dict[str, Doc] = field(default_factory=dict)
    """Forwarding rule id to `{id, alias, fromUser: {id, username}, toUser, startDate, endDate}`."""

    user_roles: dict[str, Doc] = field(default_factory=dict)
    """Custom user role id to `{id, name, extendedRole, grantedRights, disallowedRights}`."""

    user_saved_searches: dict[str, Doc] = field(default_factory=dict)
    """Id to `{id, name, description, ownerId, query}`: a search for users, which the API itself never makes."""

    groups: dict[str, Doc] = field(default_factory=dict)
    """Group id to `{id, name, users: [username]}`: v1 only."""

    teams: dict[str, Doc] = field(default_factory=dict)
    """Team id to `{id, name, description, members: [{user: {id, username}, role}]}`."""

    team_logs: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id to `[{log, owner, createdDate}]`, the oldest first."""

    team_roles: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id to `[{id, name, rights: [{right, granted}]}]`."""

    routing_rules: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id to its rules in order, the default rule last; `order` is written at read time from the position."""

    schedules: dict[str, Doc] = field(default_factory=dict)
    """Schedule id to `{id, name, description, timezone, enabled, ownerTeam?: {id, name}}`, no owner when global."""

    rotations: dict[str, list[Doc]] = field(default_factory=dict)
    """Schedule id to `[{id, name, startDate, endDate?, type, length, participants, timeRestriction?}]`."""

    overrides: dict[str, dict[str, Doc]] = field(default_factory=dict)
    """Schedule id to alias to `{alias, user, startDate, endDate, rotations: [{id, name}]}`."""

    escalations: dict[str, Doc] = field(default_factory=dict)
    """Escalation id to `{id, name, description, rules, ownerTeam?, repeat?}`."""

    dx_incidents: dict[str, Doc] = field(default_factory=dict)
    """`reference_id` to the DX incident as it stands after all upserts."""

    alerts: Records = field(init=False)
    """Alert id to the alert as `get` answers it."""

    alert_logs: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Alert id to `[{log, type, owner, createdAt, offset}]`, the oldest first; deleted alerts leave theirs behind."""

    alert_notes: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Alert id to `[{note, owner, createdAt, offset}]`, the oldest first."""

    alert_recipients: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Alert id to `[{user: {id, username}, state, method, createdAt, updatedAt}]`."""

    alert_attachments: RenderedTable[dict[str, Doc]] = field(default_factory=RenderedTable)
    """Alert id to attachment id to `{id, name, media, content}`: id a number, content bytes
    or the number of bytes of a large one, which repeats the alphabet."""

    alert_viewers: dict[str, list[str]] = field(default_factory=dict)
    """Alert id to the ids of those whom it was made visible to."""

    saved_searches: dict[str, Doc] = field(default_factory=dict)
    """Saved search id to `{id, name, description, query, owner: {id}, teams: [{id}], createdAt, updatedAt}`."""

    incidents: Records = field(init=False)
    """Incident id to the incident as `get` answers it."""

    incident_logs: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Incident id to `[{log, type, owner, createdAt, offset}]`, the oldest first."""

    incident_notes: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Incident id to `[{note, owner, createdAt, offset}]`, the oldest first."""

    responder_alerts: RenderedTable[list[str]] = field(default_factory=RenderedTable)
    """Incident id to the ids of the alerts that notified its responders."""

    associated_alerts: RenderedTable[list[str]] = field(default_factory=RenderedTable)
    """Incident id to the ids of the alerts that belonged to it, beside those that incident rules pick out now."""

    timeline_entries: RenderedTable[list[Doc]] = field(default_factory=RenderedTable)
    """Incident id to `[{id, group, type, eventTime, hidden, actor, description, lastEdit?}]` as they were added."""

    incident_templates: dict[str, Doc] = field(default_factory=dict)
    """Template id to `{id, name, message, description, tags, details, priority, impactedServices, ...}`."""

    postmortems: RenderedTable[Doc] = field(default_factory=RenderedTable)
    """Postmortem id to the postmortem as `get` answers it."""

    services: dict[str, Doc] = field(default_factory=dict)
    """Service id to `{id, name, description, teamId, visibility?, tags}`; teamId is None for the vendor's demo."""

    incident_rules: dict[str, list[Doc]] = field(default_factory=dict)
    """Service id to `[{id, conditionMatchType, conditions, incidentProperties}]`; `order` is written at read time."""

    service_incident_templates: dict[str, list[Doc]] = field(default_factory=dict)
    """Service id to `[{id, name, incidentProperties}]`."""

    audience_templates: dict[str, Doc] = field(default_factory=dict)
    """Service id to `{responder: {teams, individuals}, stakeholder: {individuals, conditionMatchType, conditions}}`."""

    deployments: dict[str, Doc] = field(default_factory=dict)
    """Deployment id to the deployment as `get` answers it."""

    heartbeats: dict[str, Doc] = field(default_factory=dict)
    """Heartbeat name to the heartbeat as `get` answers it."""

    integrations: dict[str, Doc] = field(default_factory=dict)
    """Integration id to `{id, name, type, enabled, ownerTeam?, ...}` as `get` answers it, without its secret."""

    integration_keys: dict[str, str] = field(default_factory=dict)
    """Integration id to the API key that its creation returned."""

    integration_actions: dict[str, dict[str, list[Doc]]] = field(default_factory=dict)
    """Integration id to the kind of action (`create`, `close`...) to the actions in order."""

    maintenances: dict[str, Doc] = field(default_factory=dict)
    """Maintenance id to `{id, description, time, rules}`; `status` is there when cancelled, else computed."""

    policies: dict[str, list[Doc]] = field(default_factory=dict)
    """Team id ("" for the account's own) to its policies of both kinds, each kind in order."""

    policies_v1: dict[str, Doc] = field(default_factory=dict)
    """Policy id to the policy as v1 `get` answers it, in order."""

    action_channels: dict[str, Doc] = field(default_factory=dict)
    """Channel id to `{id, name, actionType, teamId?, ...}`."""

    log_files: dict[str, Doc] = field(default_factory=dict)
    """Filename to `{filename, date, lines}`: date in epoch ms, lines as JSON Lines text."""

    assumptions: ClassVar[Assumptions] = Assumptions()
    """How the account behaves where it is unknown how Opsgenie does: no part of what it holds."""

    def assume(self, assumptions: Assumptions) -> None:
        """Behave like *assumptions* from now on."""
        self.__dict__["assumptions"] = assumptions

    def __post_init__(self) -> None:
        # Alerts and incidents are searched by what stands beside them, too.
        self.alerts = Records(
            searchable.ALERT,
            _alert_keys,
            related=lambda alert: {"recipients": self.alert_recipients.get(alert, [])},
            related_changes=lambda: self.alert_recipients.changed_ids(),
        )
        self.incidents = Records(searchable.INCIDENT, lambda incident: [f"tiny {incident['tinyId']}"])

    def next_tiny_id(self, records: Records) -> int:
        """One more than the latest of *records* has."""
        return 1 + int(records.newest()["tinyId"]) if records else 1

    def absorb(self, other: Account) -> None:
        """Add everything that *other* holds, and take over its name and zone."""
        for each in fields(self):
            table = getattr(other, each.name)
            if isinstance(table, MutableMapping):
                getattr(self, each.name).update(table)
            else:
                setattr(self, each.name, table)


def _alert_keys(alert: Doc) -> list[str]:
    """Two of the three identifiers; an alias names open alerts only."""
    keys = [f"tiny {alert['tinyId']}"]
    return [*keys, f"alias {alert['alias']}"] if alert["status"] == "open" else keys
