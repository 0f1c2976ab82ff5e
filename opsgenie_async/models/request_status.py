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
        action: The requested action (`Create`, `Acknowledge`, `Resolve`...).
        request_id: The id of the request.
        alert_id: The affected alert, "" if it failed.
        alias: The alias of the affected alert, "" if it failed.
        incident_id: The affected incident, "" if it failed.
        deployment_id: The affected deployment, "" if it failed.
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
        """Whether it succeeded: `isSuccess` on some pages, `success` on others, or both."""
        return bool(self.success if self.is_success is None else self.is_success)
