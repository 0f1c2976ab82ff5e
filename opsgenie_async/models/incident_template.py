"""Templates and properties of incidents (Incident Templates, Service Incident Rules and Templates API pages)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Priority

__all__ = ["IncidentProperties", "IncidentTemplate", "ServiceIncidentTemplate", "StakeholderProperties"]


@attrs.define(kw_only=True)
class StakeholderProperties(Model):
    """The message to the stakeholders of an incident.

    Attributes:
        enable: Whether it is sent; the vendor's default when not given.
        message: At most 130 characters.
        description: At most 10000 characters, 15000 in a global template.
    """

    message: str
    description: str = ""
    enable: bool | None = None


@attrs.define(kw_only=True)
class IncidentProperties(Model):
    """The initial properties of an incident.

    Attributes:
        message: At most 130 characters.
        description: At most 10000 characters.
        details: At most 8000 characters in total.
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
        impacted_services: Ids of services, at most 20.
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
