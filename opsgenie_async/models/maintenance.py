"""Maintenance windows (Maintenance API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.models.base import Model

__all__ = [
    "Maintenance",
    "MaintenanceEntity",
    "MaintenanceEntityType",
    "MaintenanceListing",
    "MaintenanceRule",
    "MaintenanceState",
    "MaintenanceStatus",
    "MaintenanceTime",
    "MaintenanceTimeType",
]


class MaintenanceTimeType(enum.StrEnum):
    """How long a maintenance lasts: from now on, or between two dates."""

    FOR_5_MINUTES = "for-5-minutes"
    FOR_30_MINUTES = "for-30-minutes"
    FOR_1_HOUR = "for-1-hour"
    INDEFINITELY = "indefinitely"
    SCHEDULE = "schedule"


class MaintenanceStatus(enum.StrEnum):
    """Where a maintenance stands."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAST = "past"
    CANCELLED = "cancelled"


class MaintenanceListing(enum.StrEnum):
    """Which maintenances are listed."""

    ALL = "all"
    NON_EXPIRED = "non-expired"
    PAST = "past"


class MaintenanceEntityType(enum.StrEnum):
    """What a maintenance switches on or off."""

    INTEGRATION = "integration"
    POLICY = "policy"


class MaintenanceState(enum.StrEnum):
    """What a maintenance makes of an integration or a policy."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@attrs.define(kw_only=True)
class MaintenanceTime(Model):
    """When a maintenance is; the dates are the caller's for `schedule` alone, where both are needed."""

    type: MaintenanceTimeType | str
    start_date: datetime | None = None
    end_date: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.type == MaintenanceTimeType.SCHEDULE and not (self.start_date and self.end_date):
            raise ArgumentValueError("MaintenanceTime: a schedule needs start_date and end_date")


@attrs.define(kw_only=True)
class MaintenanceEntity(Model):
    """An integration or a policy, by id."""

    id: str
    type: MaintenanceEntityType | str


@attrs.define(kw_only=True)
class MaintenanceRule(Model):
    """What happens to one integration or policy for the time being.

    Attributes:
        state: An integration can only be disabled, which is what "" means for it; a policy needs one.
    """

    entity: MaintenanceEntity
    state: MaintenanceState | str = ""


@attrs.define(kw_only=True)
class Maintenance(Model):
    """Integrations and policies that are on or off for a while; only `get` tells the rules."""

    id: str
    status: MaintenanceStatus | str = ""
    time: MaintenanceTime | None = None
    description: str | None = None
    rules: list[MaintenanceRule] = attrs.field(factory=list)
