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
    """The form of the time of a maintenance: a duration from now, or two dates."""

    FOR_5_MINUTES = "for-5-minutes"
    FOR_30_MINUTES = "for-30-minutes"
    FOR_1_HOUR = "for-1-hour"
    INDEFINITELY = "indefinitely"
    SCHEDULE = "schedule"


class MaintenanceStatus(enum.StrEnum):
    """The status of a maintenance."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAST = "past"
    CANCELLED = "cancelled"


class MaintenanceListing(enum.StrEnum):
    """The maintenances to list."""

    ALL = "all"
    NON_EXPIRED = "non-expired"
    PAST = "past"


class MaintenanceEntityType(enum.StrEnum):
    """The type of entity that a maintenance enables or disables."""

    INTEGRATION = "integration"
    POLICY = "policy"


class MaintenanceState(enum.StrEnum):
    """The state of an integration or a policy during a maintenance."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@attrs.define(kw_only=True)
class MaintenanceTime(Model):
    """The time of a maintenance; only for `schedule` are the dates given by the caller, and both required."""

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
    """The state of one integration or policy during the maintenance.

    Attributes:
        state: An integration can only be disabled, also by ""; required for a policy.
    """

    entity: MaintenanceEntity
    state: MaintenanceState | str = ""


@attrs.define(kw_only=True)
class Maintenance(Model):
    """Integrations and policies that are enabled or disabled for a while; only `get` returns the rules."""

    id: str
    status: MaintenanceStatus | str = ""
    time: MaintenanceTime | None = None
    description: str | None = None
    rules: list[MaintenanceRule] = attrs.field(factory=list)
