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
    """`og.deployments`: what was deployed where, for the investigation of incidents.

    Writes are processed asynchronously, and their `Pending` has the outcome.
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
        """Report a deployment; never retried after an unclear failure.

        Args:
            state: The state: `initial`, `started`, `successful` or `failed`.
            environment: The environment: type, id and name.
            releases: What is deployed.
            started_at: When it started, timezone-aware; now when not given.
            completed_at: When it ended, timezone-aware; for a finished deployment.
            message: What is deployed, in one line; required by the Go SDK.
            external_id: Your own id, to find the deployment by `ExternalId`.
            description: More about it.
            external_link: A URL with more information.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v2/deployments/{deployment:type}")
    async def get(self, deployment: ByDeployment) -> Deployment:
        """Get one deployment; the type of its id is sent as `type`, by the vendor page.

        Args:
            deployment: An id, an `ExternalId`, a `PipelineId`, or a model with an id.
        """
        ...

    @operation("PUT", "v2/deployments/{deployment:identifierType}/updateState")
    async def update_state(
        self, deployment: ByDeployment, *, state: DeploymentState | str, completed_at: datetime | Unset = UNSET
    ) -> Pending:
        """Report the state of a deployment.

        Args:
            deployment: An id, an `ExternalId`, a `PipelineId`, or a model with an id.
            state: The state: `initial`, `started`, `successful` or `failed`.
            completed_at: When it ended, timezone-aware; for `successful` and `failed`.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v2/deployments/requests/{request_id}")
    async def get_request_status(self, request_id: str) -> RequestStatus:
        """Get the outcome of a write; `Pending` polls it for you.

        Args:
            request_id: The `request_id` of the `Pending`, or of the response to the write.

        Raises:
            NotFound: The write is not processed yet (`error_type` is "RequestNotProcessed"), or the id is unknown.
        """
        ...
