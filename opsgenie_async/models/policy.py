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
    """Whether a policy rewrites alerts or holds notifications back."""

    ALERT = "alert"
    NOTIFICATION = "notification"


class DeduplicationType(enum.StrEnum):
    """Whether a policy counts alerts, or alerts in a stretch of time."""

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
    """A policy as lists and creations tell it; `order` is its place, from 0.

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
    """Start notifying anew after a while, at most so many times."""

    duration: Duration
    max_repeat_count: int


@attrs.define(kw_only=True)
class AutoCloseAction(Model):
    """Close the alert after a while."""

    duration: Duration


@attrs.define(kw_only=True)
class DeduplicationAction(Model):
    """Notify only once so many alerts have come (2 to 100), for `frequency-based` in a stretch of time."""

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
    """What every kind of policy has: which alerts it is for, and when."""

    id: str = ""
    name: str = ""
    enabled: bool = True
    policy_description: str | None = None
    filter: Criteria | None = None
    time_restrictions: TimeRestriction | None = None


@attrs.define(kw_only=True)
class AlertRewrite(PolicyBase):
    """What a policy makes of an alert: `{{message}}` and the like stand for what the alert had.

    `ignore_original_...` says whether the policy's values replace the alert's, or come on top of them.

    Attributes:
        continue_: Whether the policies behind this one are tried as well.
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
    """Rewrites alerts as they are created.

    Attributes:
        alert_description: What the Go SDK calls `description`.
    """

    type: ClassVar[Literal["alert"]] = "alert"
    team_id: str | None = None
    alert_description: str | None = None
    ignore_original_actions: bool = False
    ignore_original_responders: bool = False
    responders: list[Recipient] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class NotificationPolicy(PolicyBase):
    """Holds back, bundles or repeats the notifications of a team's alerts; `suppress` goes with no action."""

    type: ClassVar[Literal["notification"]] = "notification"
    team_id: str | None = None
    auto_restart_action: AutoRestartAction | None = None
    auto_close_action: AutoCloseAction | None = None
    deduplication_action: DeduplicationAction | None = None
    delay_action: DelayAction | None = None
    suppress: bool = False


Policy: TypeAlias = AlertPolicy | NotificationPolicy | Unknown
