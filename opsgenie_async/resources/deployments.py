"""Deployments (Deployment API page; what is sent by the Go SDK)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from opsgenie_async.models import Deployment, DeploymentEnvironment, DeploymentState, Release, RequestStatus
from opsgenie_async.models.identifiers import ExternalId, PipelineId
from opsgenie_async.pending import Pending
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import HasId
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ByDeployment", "Deployments"]

ByDeployment: TypeAlias = str | ExternalId | PipelineId | HasId
"""An id, the id that its creator gave, the UUID from Bitbucket Pipelines, or a model with an id."""


class Deployments(Resource):
    """`og.deployments`: what was brought to where, for the investigation of incidents.

    Every write is processed later, and its `Pending` says how that went.
    """

    requests = "v2/deployments/requests"

    __slots__ = ()

    @operation("POST", "v2/deployments")
    async def create(
        self,
        *,
        state: DeploymentState | str,
        environment: DeploymentEnvironment,
        releases: Sequence[Release],
        started_at: datetime | Unset = UNSET,
        completed_at: datetime | Unset = UNSET,
        message: str | Unset = UNSET,
        external_id: str | Unset = UNSET,
        description: str | Unset = UNSET,
        external_link: str | Unset = UNSET,
    ) -> Pending:
        """Tell of a deployment; the Go SDK demands a *message*. Never sent twice after an unclear failure.

        external_id: an id of your own, to find the deployment by.
        """
        ...

    @operation("GET", "v2/deployments/{deployment:type}")
    async def get(self, deployment: ByDeployment) -> Deployment:
        """Get one deployment; the kind of id is told as `type` (vendor page)."""
        ...

    @operation("PUT", "v2/deployments/{deployment:identifierType}/updateState")
    async def update_state(
        self, deployment: ByDeployment, *, state: DeploymentState | str, completed_at: datetime | Unset = UNSET
    ) -> Pending:
        """Tell how far a deployment is."""
        ...

    @operation("GET", "v2/deployments/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `NotFound` with `error_type` "RequestNotProcessed" while there is none yet."""
        ...
