"""Incident templates of a service (Service Incident Templates API page, deprecated)."""

from __future__ import annotations

from opsgenie_async.models import IncidentProperties, Reference, ServiceIncidentTemplate
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById

__all__ = ["ServiceIncidentTemplates"]

TEMPLATES = "v1/services/{service}/incident-templates"


class ServiceIncidentTemplates(Resource):
    """`og.service_incident_templates`: the vendor calls `og.incident_templates` their successor."""

    __slots__ = ()

    @operation("POST", TEMPLATES)
    async def create(self, service: ById, *, incident_template: ServiceIncidentTemplate) -> Reference:
        """Create a template; returns its id.

        Args:
            service: An id, or a model that has one.
            incident_template: Its name and what incidents look like, without an id.
        """
        ...

    @operation("GET", TEMPLATES)
    def list(self, service: ById) -> Pager[ServiceIncidentTemplate]:
        """List the templates of *service*.

        Args:
            service: An id, or a model that has one.
        """
        ...

    @operation("PUT", TEMPLATES + "/{template}")
    async def update(
        self, service: ById, template: ById, *, name: str, incident_properties: IncidentProperties
    ) -> Reference:
        """Replace a template.

        Args:
            service: An id, or a model that has one.
            template: An id, or a model that has one.
            name: The new name.
            incident_properties: What the incident looks like.
        """
        ...

    @operation("DELETE", TEMPLATES + "/{template}")
    async def delete(self, service: ById, template: ById) -> None:
        """Delete one template.

        Args:
            service: An id, or a model that has one.
            template: An id, or a model that has one.
        """
        ...
