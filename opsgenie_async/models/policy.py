"""Alert and notification policies (Policy API page)."""

from __future__ import annotations

import enum
from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Model, Tagged, Unknown
from opsgenie_async.models.common import Duration, Priority
from opsgenie_async.models.criteria import Criteria
from opsgenie_async.models.recipient import Recipient
from opsgenie_async.models.time_restriction import TimeRestriction

__all__ = [
    "AlertPolicy",
    "AlertRewrite",
    "AutoCloseAction",
    "AutoRestartAction",
    "DeduplicationAction",
    "DeduplicationType",
    "DelayAction",
    "DelayOption",
    "NotificationPolicy",
    "Policy",
    "PolicyBase",
    "PolicyMeta",
    "PolicyType",
]


class PolicyType(enum.StrEnum):
    """The type of a policy: it changes alerts, or delays notifications."""

    ALERT = "alert"
    NOTIFICATION = "notification"


class DeduplicationType(enum.StrEnum):
    """The counting of a deduplication: all alerts, or alerts in a period."""

    VALUE_BASED = "value-based"
    FREQUENCY_BASED = "frequency-based"


class DelayOption(enum.StrEnum):
    """Until when a notification waits."""

    FOR_DURATION = "for-duration"
    NEXT_TIME = "next-time"
    NEXT_WEEKDAY = "next-weekday"
    NEXT_MONDAY = "next-monday"
    NEXT_TUESDAY = "next-tuesday"
    NEXT_WEDNESDAY = "next-wednesday"
    NEXT_THURSDAY = "next-thursday"
    NEXT_FRIDAY = "next-friday"
    NEXT_SATURDAY = "next-saturday"
    NEXT_SUNDAY = "next-sunday"


@attrs.define(kw_only=True)
class PolicyMeta(Model):
    """A policy in listings and responses to `create`; `order` is its position, from 0.

    Attributes:
        type: A `PolicyType`, or the kind of a v1 policy (`modify`, `auto-close`...).
    """

    id: str
    name: str = ""
    type: PolicyType | str = ""
    order: int | None = None
    enabled: bool = True


@attrs.define(kw_only=True)
class AutoRestartAction(Model):
    """Restart notifications after a while, up to a maximum number of times."""

    duration: Duration
    max_repeat_count: int


@attrs.define(kw_only=True)
class AutoCloseAction(Model):
    """Close the alert after a while."""

    duration: Duration


@attrs.define(kw_only=True)
class DeduplicationAction(Model):
    """Notify only after a number of alerts (2 to 100), for `frequency-based` within a period."""

    deduplication_action_type: DeduplicationType | str
    count: int
    duration: Duration | None = None


@attrs.define(kw_only=True)
class DelayAction(Model):
    """Notify later: after a duration, or at an hour (0 to 23) and minute of a coming day."""

    delay_option: DelayOption | str
    until_hour: int | None = None
    until_minute: int | None = None
    duration: Duration | None = None


@attrs.define(kw_only=True)
class PolicyBase(Tagged):
    """The common fields of policies: the alerts that they apply to, and when."""

    id: str = ""
    name: str = ""
    enabled: bool = True
    policy_description: str | None = None
    filter: Criteria | None = None
    time_restrictions: TimeRestriction | None = None


@attrs.define(kw_only=True)
class AlertRewrite(PolicyBase):
    """The changes that a policy makes to an alert: `{{message}}` and the like insert the alert's own values.

    `ignore_original_...` says whether the policy's values replace the alert's, or are added to them.

    Attributes:
        continue_: Whether later policies are applied as well.
    """

    message: str = ""
    continue_: bool = False
    alias: str | None = None
    description: str | None = None
    entity: str | None = None
    source: str | None = None
    actions: list[str] = attrs.field(factory=list)
    ignore_original_details: bool = False
    details: dict[str, str] = attrs.field(factory=dict)
    ignore_original_tags: bool = False
    tags: list[str] = attrs.field(factory=list)
    ignore_original_teams: bool = False
    priority: Priority | str | None = None


@attrs.define(kw_only=True)
class AlertPolicy(AlertRewrite):
    """Changes alerts as they are created.

    Attributes:
        alert_description: `description` in the Go SDK.
    """

    type: ClassVar[Literal["alert"]] = "alert"
    team_id: str | None = None
    alert_description: str | None = None
    ignore_original_actions: bool = False
    ignore_original_responders: bool = False
    responders: list[Recipient] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class NotificationPolicy(PolicyBase):
    """Holds back, bundles or repeats the notifications of a team's alerts; `suppress` excludes all actions."""

    type: ClassVar[Literal["notification"]] = "notification"
    team_id: str | None = None
    auto_restart_action: AutoRestartAction | None = None
    auto_close_action: AutoCloseAction | None = None
    deduplication_action: DeduplicationAction | None = None
    delay_action: DelayAction | None = None
    suppress: bool = False


Policy: TypeAlias = AlertPolicy | NotificationPolicy | Unknown
