"""The deprecated v1 API: its models and its resources, together.

It is no longer available in production; archives, old tools and the sandbox use it.
"""

from __future__ import annotations

from opsgenie_async.http.transport import Transport
from opsgenie_async.legacy.policies import Policies
from opsgenie_async.legacy.schedules import Schedules

__all__ = ["Legacy", "Policies", "Schedules"]


class Legacy:
    """`og.legacy`."""

    __slots__ = ("policies", "schedules")

    def __init__(self, transport: Transport) -> None:
        self.policies = Policies(transport)
        self.schedules = Schedules(transport)
