"""Templates of incidents (Incident Templates API page)."""

from __future__ import annotations

from collections.abc import Mapping

from opsgenie_async.models import IncidentTemplate, PriorityLike, Reference, SortOrder, StakeholderProperties
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.lists import all_lists
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["IncidentTemplates"]

TEMPLATES = "v1/incident-templates"


class IncidentTemplates(Resource):
    """`og.incident_templates`: templates for incidents of the whole account."""

    __slots__ = ()

    @operation("POST", TEMPLATES)
    async def create(
        self,
        *,
        name: str,
        message: str,
        priority: PriorityLike,
        stakeholder_properties: StakeholderProperties,
        description: str | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        impacted_services: ListLike[str] | Unset = UNSET,
    ) -> Reference:
        """Create a template and return its id.

        Args:
            name: The name of the template.
            message: The message of its incidents, at most 130 characters.
            priority: The priority of its incidents, `P1` to `P5`.
            stakeholder_properties: Whether stakeholders are informed, and the message to them.
            description: The description of its incidents: at most 10000 characters by the vendor page, 1000 by the Go
                SDK.
            tags: The tags of its incidents, at most 20, of at most 50 characters each.
            details: Keys and values of its incidents, at most 8000 characters in total.
            impacted_services: Ids of services, at most 20.
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
            page_size: Templates per page; the API's default when not given. No document states a maximum.
            order: `asc` or `desc`.
            offset: How many templates to skip, 0 when not given.
        """
        ...

    @operation("PUT", TEMPLATES + "/{template}")
    async def update(
        self,
        template: ById,
        *,
        name: str,
        message: str,
        priority: PriorityLike,
        stakeholder_properties: StakeholderProperties,
        description: str | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
        details: Mapping[str, str] | Unset = UNSET,
        impacted_services: ListLike[str] | Unset = UNSET,
    ) -> Reference:
        """Replace a template; arguments that are not given are cleared.

        Args:
            template: An id, or a model that has one.
            name: The new name.
            message: The message of its incidents, at most 130 characters.
            priority: The priority of its incidents, `P1` to `P5`.
            stakeholder_properties: Whether stakeholders are informed, and the message to them.
            description: The description of its incidents: at most 10000 characters by the vendor page, 1000 by the Go
                SDK.
            tags: The tags of its incidents, at most 20, of at most 50 characters each.
            details: Keys and values of its incidents, at most 8000 characters in total.
            impacted_services: Ids of services, at most 20.
        """
        ...

    @operation("DELETE", TEMPLATES + "/{template}")
    async def delete(self, template: ById) -> None:
        """Delete one template.

        Args:
            template: An id, or a model that has one.
        """
        ...
