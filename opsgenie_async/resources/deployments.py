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
        """Report a deployment; never sent twice after an unclear failure.

        Args:
            state: How far it is: `initial`, `started`, `successful` or `failed`.
            environment: Where it is deployed to: type, id and name.
            releases: What is deployed.
            started_at: When it began, timezone-aware; now when not given.
            completed_at: When it ended, timezone-aware; for a deployment that is over.
            message: What is deployed, in a line; the Go SDK demands one.
            external_id: An id of your own, by which `ExternalId` finds the deployment.
            description: More about it.
            external_link: A URL that leads to more.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v2/deployments/{deployment:type}")
    async def get(self, deployment: ByDeployment) -> Deployment:
        """Get one deployment; the kind of its id is sent as `type`, by the vendor page.

        Args:
            deployment: An id, an `ExternalId`, a `PipelineId`, or a model with an id.
        """
        ...

    @operation("PUT", "v2/deployments/{deployment:identifierType}/updateState")
    async def update_state(
        self, deployment: ByDeployment, *, state: DeploymentState | str, completed_at: datetime | Unset = UNSET
    ) -> Pending:
        """Report how far a deployment is.

        Args:
            deployment: An id, an `ExternalId`, a `PipelineId`, or a model with an id.
            state: How far it is: `initial`, `started`, `successful` or `failed`.
            completed_at: When it ended, timezone-aware; for `successful` and `failed`.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v2/deployments/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it by itself.

        Args:
            request_id: The `request_id` of the `Pending`, or of the answer to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or there is none with this
                id.
        """
        ...
