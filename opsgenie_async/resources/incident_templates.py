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
            name: The name.
            message: 130 characters at the most.
            priority: `P1` to `P5`.
            stakeholder_properties: What stakeholders are told.
            description: 10000 by the vendor page, 1000 in the Go SDK.
            tags: Labels.
            details: Keys and values of one's own.
            impacted_services: Ids, 20 at the most.
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
        """List the templates; how many a page may hold is documented nowhere.

        Args:
            page_size: Items a page, 100 at the most.
            order: `asc` or `desc`.
            offset: How many items to leave out before the first.
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
        """Replace a template: what is not given is gone.

        Args:
            template: An id, or a model that has one.
            name: The new name.
            message: What it is about, in a line.
            priority: `P1` to `P5`.
            stakeholder_properties: What stakeholders are told.
            description: A new description; None clears it.
            tags: Labels, in place of all that there are.
            details: Keys and values of one's own, in place of all that there are.
            impacted_services: Ids of the services that are impacted, 20 at the most.
        """
        ...

    @operation("DELETE", TEMPLATES + "/{template}")
    async def delete(self, template: ById) -> None:
        """Delete one template.

        Args:
            template: An id, or a model that has one.
        """
        ...
