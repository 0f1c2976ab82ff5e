"""Policies of API v1 (the deprecated Policy API page): one type per effect."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Unknown
from opsgenie_async.models.common import Duration
from opsgenie_async.models.policy import AlertRewrite, DeduplicationType, DelayOption, PolicyBase
from opsgenie_async.models.recipient import Recipient

__all__ = [
    "AutoClosePolicy",
    "AutoRestartPolicy",
    "DeduplicationPolicy",
    "DelayPolicy",
    "ModifyPolicy",
    "Policy",
    "RenotifyPolicy",
    "SuppressPolicy",
]


@attrs.define(kw_only=True)
class ModifyPolicy(AlertRewrite):
    """A policy that changes new alerts; the page has `alert_actions` for the OpenAPI file's `actions`."""

    type: ClassVar[Literal["modify"]] = "modify"
    alert_actions: list[str] = attrs.field(factory=list)
    ignore_original_alert_actions: bool = False
    ignore_original_recipients: bool = False
    recipients: list[Recipient] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class AutoClosePolicy(PolicyBase):
    """A policy that closes alerts after a while."""

    type: ClassVar[Literal["auto-close"]] = "auto-close"
    duration: Duration | None = None


@attrs.define(kw_only=True)
class AutoRestartPolicy(PolicyBase):
    """A policy that restarts notifications after a while, up to a maximum number of times."""

    type: ClassVar[Literal["auto-restart-notifications"]] = "auto-restart-notifications"
    duration: Duration | None = None
    max_repeat_count: int | None = None


@attrs.define(kw_only=True)
class DeduplicationPolicy(PolicyBase):
    """Notifies only after a number of alerts (2 to 100), for `frequency-based` within a period."""

    type: ClassVar[Literal["notification-deduplication"]] = "notification-deduplication"
    deduplication_action_type: DeduplicationType | str = ""
    count: int | None = None
    duration: Duration | None = None


@attrs.define(kw_only=True)
class DelayPolicy(PolicyBase):
    """Notifies later: after a duration, or at an hour (0 to 23) and minute of a coming day."""

    type: ClassVar[Literal["notification-delay"]] = "notification-delay"
    delay_option: DelayOption | str = ""
    duration: Duration | None = None
    until_hour: int | None = None
    until_minute: int | None = None


@attrs.define(kw_only=True)
class SuppressPolicy(PolicyBase):
    """A policy that suppresses notifications."""

    type: ClassVar[Literal["notification-suppress"]] = "notification-suppress"


@attrs.define(kw_only=True)
class RenotifyPolicy(PolicyBase):
    """A policy that repeats notifications."""

    type: ClassVar[Literal["notification-renotify"]] = "notification-renotify"


Policy: TypeAlias = (
    ModifyPolicy
    | AutoClosePolicy
    | AutoRestartPolicy
    | DeduplicationPolicy
    | DelayPolicy
    | SuppressPolicy
    | RenotifyPolicy
    | Unknown
)
