"""The outcome of a request that was accepted with 202 (Alert, Incident and Deployment API pages)."""

from __future__ import annotations

from datetime import datetime

import attrs

from opsgenie_async.models.base import Model

__all__ = ["RequestStatus"]


@attrs.define(kw_only=True)
class RequestStatus(Model):
    """The outcome of an asynchronous request.

    Attributes:
        status: The outcome in words ("Created alert", "Alert does not exist").
        action: What was asked for (`Create`, `Acknowledge`, `Resolve`...).
        request_id: Of the request that this is the outcome of.
        alert_id: What it was done to, "" when it failed.
        alias: What it was done to, "" when it failed.
        incident_id: What it was done to, "" when it failed.
        deployment_id: What it was done to, "" when it failed.
    """

    is_success: bool | None = None
    success: bool | None = None
    status: str = ""
    action: str = ""
    processed_at: datetime | None = None
    integration_id: str = ""
    alert_id: str = ""
    alias: str = ""
    incident_id: str = ""
    deployment_id: str = ""
    request_id: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it was done: some pages call the answer `isSuccess`, some `success`, some give both."""
        return bool(self.success if self.is_success is None else self.is_success)
