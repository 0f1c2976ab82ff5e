"""Notification rules of a user and their steps (Notification Rule and Notification Rule Step API pages)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import Duration
from opsgenie_async.models.contact import ContactMeta
from opsgenie_async.models.criteria import Criteria
from opsgenie_async.models.recipient import ScheduleRef
from opsgenie_async.models.time_restriction import TimeRestriction

__all__ = [
    "NotificationAction",
    "NotificationRepeat",
    "NotificationRule",
    "NotificationRuleMeta",
    "NotificationRuleStep",
    "NotificationRuleStepParent",
    "NotificationRuleType",
    "NotifyTime",
]


class NotificationAction(enum.StrEnum):
    """What happened, for a rule to act; `renotified-alert` is in the OpenAPI file alone."""

    CREATE_ALERT = "create-alert"
    ACKNOWLEDGED_ALERT = "acknowledged-alert"
    CLOSED_ALERT = "closed-alert"
    RENOTIFIED_ALERT = "renotified-alert"
    ASSIGNED_ALERT = "assigned-alert"
    ADD_NOTE = "add-note"
    SCHEDULE_START = "schedule-start"
    SCHEDULE_END = "schedule-end"
    INCOMING_CALL_ROUTING = "incoming-call-routing"


class NotificationRuleType(enum.StrEnum):
    """Which rules are copied to other users (Go SDK): near to `NotificationAction`, but not the same words."""

    ALL = "all"
    NEW_ALERT = "new-alert"
    ACKNOWLEDGED_ALERT = "acknowledged-alert"
    RENOTIFIED_ALERT = "renotified-alert"
    CLOSED_ALERT = "closed-alert"
    ASSIGNED_ALERT = "assigned-alert"
    ADD_NOTE = "add-note"
    SCHEDULE_START = "schedule-start"


class NotifyTime(enum.StrEnum):
    """How long before the start or end of a shift its user is notified."""

    JUST_BEFORE = "just-before"
    FIFTEEN_MINUTES_AGO = "15-minutes-ago"
    ONE_HOUR_AGO = "1-hour-ago"
    ONE_DAY_AGO = "1-day-ago"


@attrs.define(kw_only=True)
class NotificationRepeat(Model):
    """Whether the steps start over.

    Attributes:
        loop_after: Minutes before they do.
    """

    loop_after: int | None = None
    enabled: bool = True


@attrs.define(kw_only=True)
class NotificationRuleStepParent(Model):
    """The rule that a step belongs to (`_parent` on the wire)."""

    id: str = ""
    name: str = ""


@attrs.define(kw_only=True)
class NotificationRuleStep(Model):
    """One notification of a rule: where to, and how long after the event.

    Attributes:
        send_after: For new and assigned alerts, which must have it; an amount of 0 means at once.
    """

    id: str = ""
    contact: ContactMeta
    send_after: Duration | None = None
    enabled: bool = True
    parent: NotificationRuleStepParent | None = attrs.field(default=None, metadata=on_wire("_parent"))


@attrs.define(kw_only=True)
class NotificationRuleMeta(Model):
    """What a listing and a write tell of a rule.

    Attributes:
        order: The place among the rules of the same action, from 0.
    """

    id: str
    name: str = ""
    action_type: NotificationAction | str = ""
    order: int = 0
    enabled: bool = True


@attrs.define(kw_only=True)
class NotificationRule(NotificationRuleMeta):
    """When and how a user is notified of one kind of event.

    Attributes:
        notification_time: For the start and the end of shifts; no schedules stand for all of them.
        schedules: For the start and the end of shifts; no schedules stand for all of them.
    """

    criteria: Criteria | None = None
    notification_time: list[NotifyTime | str] = attrs.field(factory=list)
    time_restriction: TimeRestriction | None = None
    schedules: list[ScheduleRef] = attrs.field(factory=list)
    steps: list[NotificationRuleStep] = attrs.field(factory=list)
    repeat: NotificationRepeat | None = None
