"""The audience template of a service (Service Audience Template API page)."""

from __future__ import annotations

from opsgenie_async.models import AudienceResponder, AudienceStakeholder, ServiceAudienceTemplate
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ServiceAudienceTemplates"]

TEMPLATE = "v1/services/{service}/audience-templates"


class ServiceAudienceTemplates(Resource):
    """`og.service_audience_templates`: who is notified of a service's incidents; each service has one template."""

    __slots__ = ()

    @operation("GET", TEMPLATE)
    async def get(self, service: ById) -> ServiceAudienceTemplate:
        """Get the template of *service*.

        Args:
            service: An id, or a model that has one.
        """
        ...

    @operation("PATCH", TEMPLATE)
    async def update(
        self,
        service: ById,
        *,
        responder: AudienceResponder | None | Unset = UNSET,
        stakeholder: AudienceStakeholder | None | Unset = UNSET,
    ) -> None:
        """Change only the given part.

        Args:
            service: An id, or a model that has one.
            responder: Teams and users that respond to incidents of the service, by id, at most 50 of each; None for
                none.
            stakeholder: Users that are kept informed, by id and by conditions; None for none.
        """
        ...
