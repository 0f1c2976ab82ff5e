"""Templates and properties of incidents (Incident Templates, Service Incident Rules and Templates API pages)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Priority

__all__ = ["IncidentProperties", "IncidentTemplate", "ServiceIncidentTemplate", "StakeholderProperties"]


@attrs.define(kw_only=True)
class StakeholderProperties(Model):
    """What the stakeholders of an incident are told.

    Attributes:
        enable: Whether they are; the vendor decides when it is left out.
        message: 130 characters at the most.
        description: 10000 at the most, 15000 in a global template.
    """

    message: str
    description: str = ""
    enable: bool | None = None


@attrs.define(kw_only=True)
class IncidentProperties(Model):
    """What an incident starts with.

    Attributes:
        message: 130 characters at the most.
        description: 10000 at the most.
        details: 8000 in total.
    """

    message: str
    priority: Priority | str
    stakeholder_properties: StakeholderProperties
    description: str = ""
    tags: list[str] = attrs.field(factory=list)
    details: dict[str, str] = attrs.field(factory=dict)


@attrs.define(kw_only=True)
class IncidentTemplate(IncidentProperties):
    """A template of the whole account.

    Attributes:
        impacted_services: Ids of services, 20 at the most.
    """

    id: str
    name: str
    impacted_services: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ServiceIncidentTemplate(Model):
    """A template of one service. To create one, leave `id` out."""

    id: str = ""
    name: str
    incident_properties: IncidentProperties
