"""Templates of incidents (Incident Templates API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsgenie_async.models import IncidentTemplate, Priority, Reference, SortOrder, StakeholderProperties
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.lists import all_lists
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.unset import UNSET, Unset

__all__ = ["IncidentTemplates"]

TEMPLATES = "v1/incident-templates"


class IncidentTemplates(Resource):
    """`og.incident_templates`: what incidents of the whole account may start with."""

    __slots__ = ()

    @operation("POST", TEMPLATES)
    async def create(
        self,
        *,
        name: str,
        message: str,
        priority: Priority | str,
        stakeholder_properties: StakeholderProperties,
        description: str | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        impacted_services: Sequence[str] | Unset = UNSET,
    ) -> Reference:
        """Create a template and return its id.

        Args:
            name: The name of the template.
            message: The message of its incidents, 130 characters at the most.
            priority: The priority of its incidents, `P1` to `P5`.
            stakeholder_properties: Whether stakeholders are informed, and of what.
            description: The description of its incidents: 10000 characters at the most by the vendor page, 1000 by the
                Go SDK.
            tags: The tags of its incidents, 20 of 50 characters at the most.
            details: Keys and values of its incidents, 8000 characters at the most in all.
            impacted_services: Ids of services, 20 at the most.
        """
        ...

    @operation("GET", TEMPLATES, data_key=all_lists)
    def list(
        self,
        *,
        page_size: int | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        offset: int | None | Unset = UNSET,
    ) -> Pager[IncidentTemplate]:
        """List the templates.

        Args:
            page_size: Templates a page; the API's own number when not given. No document states a maximum.
            order: `asc` or `desc`.
            offset: How many templates to leave out before the first, 0 when not given.
        """
        ...

    @operation("PUT", TEMPLATES + "/{template}")
    async def update(
        self,
        template: ById,
        *,
        name: str,
        message: str,
        priority: Priority | str,
        stakeholder_properties: StakeholderProperties,
        description: str | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        impacted_services: Sequence[str] | Unset = UNSET,
    ) -> Reference:
        """Replace a template; what is not given is gone.

        Args:
            template: An id, or a model that has one.
            name: The name from now on.
            message: The message of its incidents, 130 characters at the most.
            priority: The priority of its incidents, `P1` to `P5`.
            stakeholder_properties: Whether stakeholders are informed, and of what.
            description: The description of its incidents: 10000 characters at the most by the vendor page, 1000 by the
                Go SDK.
            tags: The tags of its incidents, 20 of 50 characters at the most.
            details: Keys and values of its incidents, 8000 characters at the most in all.
            impacted_services: Ids of services, 20 at the most.
        """
        ...

    @operation("DELETE", TEMPLATES + "/{template}")
    async def delete(self, template: ById) -> None:
        """Delete one template.

        Args:
            template: An id, or a model that has one.
        """
        ...
