"""Services, and what happens when they are impacted (Service, Service Incident Rules, Service Audience pages)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Links
from opsgenie_async.models.criteria import Condition, ConditionMatchType
from opsgenie_async.models.incident_template import IncidentProperties

__all__ = [
    "AudienceCondition",
    "AudienceField",
    "AudienceResponder",
    "AudienceStakeholder",
    "Service",
    "ServiceAudienceTemplate",
    "ServiceIncidentRule",
    "ServiceVisibility",
]


class ServiceVisibility(enum.StrEnum):
    """The visibility of a service (Go SDK and older pages; today's page has tags instead)."""

    TEAM_MEMBERS = "TEAM_MEMBERS"
    OPSGENIE_USERS = "OPSGENIE_USERS"


@attrs.define(kw_only=True)
class Service(Model):
    """Something that a team runs and that an incident can impact.

    Attributes:
        team_id: The owner team, "" for a built-in service.
        is_external: Read-only.
        links: Read-only.
    """

    id: str
    name: str
    description: str = ""
    team_id: str = ""
    visibility: ServiceVisibility | str = ""
    tags: list[str] = attrs.field(factory=list)
    is_external: bool = False
    links: Links | None = None


@attrs.define(kw_only=True)
class ServiceIncidentRule(Model):
    """A rule that creates incidents from alerts of a service: the conditions, and the initial properties.

    Attributes:
        order: The position among the service's rules, from 0.
    """

    id: str
    order: int = 0
    condition_match_type: ConditionMatchType | str = ConditionMatchType.MATCH_ALL
    conditions: list[Condition] = attrs.field(factory=list)
    incident_properties: IncidentProperties


class AudienceField(enum.StrEnum):
    """The field of a user that an audience condition compares."""

    COUNTRY = "country"
    STATE = "state"
    CITY = "city"
    ZIP_CODE = "zipCode"
    LINE = "line"
    TAG = "tag"
    CUSTOM_PROPERTY = "customProperty"


@attrs.define(kw_only=True)
class AudienceCondition(Model):
    """One comparison with a user's address, tags or details.

    Attributes:
        key: The key of the details, for `AudienceField.CUSTOM_PROPERTY` only.
    """

    match_field: AudienceField | str
    value: str
    key: str = ""


@attrs.define(kw_only=True)
class AudienceResponder(Model):
    """The responders to the incidents of a service: ids of teams and users, at most 50 of each."""

    teams: list[str] = attrs.field(factory=list)
    individuals: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class AudienceStakeholder(Model):
    """The stakeholders who are kept informed: users by id, and all who match the conditions.

    Attributes:
        condition_match_type: Any or all of the conditions, never `match-all`.
    """

    individuals: list[str] = attrs.field(factory=list)
    condition_match_type: ConditionMatchType | str = ""
    conditions: list[AudienceCondition] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ServiceAudienceTemplate(Model):
    """The responders and stakeholders who are notified of the incidents of a service."""

    responder: AudienceResponder | None = None
    stakeholder: AudienceStakeholder | None = None
