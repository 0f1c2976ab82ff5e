"""Incident rules of a service (Service Incident Rules API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import Condition, ConditionMatchType, IncidentProperties, Reference, ServiceIncidentRule
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ServiceIncidentRules"]

RULES = "v1/services/{service}/incident-rules"


class ServiceIncidentRules(Resource):
    """`og.service_incident_rules`: which alerts of a service open an incident."""

    __slots__ = ()

    @operation("POST", RULES)
    async def create(
        self,
        service: ById,
        *,
        incident_properties: IncidentProperties,
        condition_match_type: ConditionMatchType | str | Unset = UNSET,
        conditions: Sequence[Condition] | Unset = UNSET,
    ) -> Reference:
        """Create a rule and return its id; without conditions it matches every alert.

        Args:
            service: An id, or a model that has one.
            incident_properties: What the incident looks like: message (at most 130 characters), description
                (10000), and the rest.
            condition_match_type: `match-all`, `match-any-condition` or `match-all-conditions`.
            conditions: Comparisons with fields of the alert; none with `match-all`.
        """
        ...

    @operation("GET", RULES)
    def list(self, service: ById) -> Pager[ServiceIncidentRule]:
        """List the rules of *service*.

        Args:
            service: An id, or a model that has one.
        """
        ...

    @operation("PUT", RULES + "/{rule}")
    async def update(
        self,
        service: ById,
        rule: ById,
        *,
        incident_properties: IncidentProperties,
        condition_match_type: ConditionMatchType | str | Unset = UNSET,
        conditions: Sequence[Condition] | Unset = UNSET,
    ) -> Reference:
        """Replace a rule; arguments that are not given are cleared.

        Args:
            service: An id, or a model that has one.
            rule: An id, or a model that has one.
            incident_properties: What the incident looks like: message (at most 130 characters), description
                (10000), and the rest.
            condition_match_type: `match-all`, `match-any-condition` or `match-all-conditions`.
            conditions: Comparisons with fields of the alert; none with `match-all`.
        """
        ...

    @operation("DELETE", RULES + "/{rule}")
    async def delete(self, service: ById, rule: ById) -> None:
        """Delete one rule.

        Args:
            service: An id, or a model that has one.
            rule: An id, or a model that has one.
        """
        ...
