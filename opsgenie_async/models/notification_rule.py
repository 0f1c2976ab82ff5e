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
    """The event that a rule applies to; `renotified-alert` is only in the OpenAPI file."""

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
    """The rules to copy to other users (Go SDK): similar to `NotificationAction`, with other values."""

    ALL = "all"
    NEW_ALERT = "new-alert"
    ACKNOWLEDGED_ALERT = "acknowledged-alert"
    RENOTIFIED_ALERT = "renotified-alert"
    CLOSED_ALERT = "closed-alert"
    ASSIGNED_ALERT = "assigned-alert"
    ADD_NOTE = "add-note"
    SCHEDULE_START = "schedule-start"


class NotifyTime(enum.StrEnum):
    """The time of a notification before the start or end of a shift."""

    JUST_BEFORE = "just-before"
    FIFTEEN_MINUTES_AGO = "15-minutes-ago"
    ONE_HOUR_AGO = "1-hour-ago"
    ONE_DAY_AGO = "1-day-ago"


@attrs.define(kw_only=True)
class NotificationRepeat(Model):
    """The repetition of the steps.

    Attributes:
        loop_after: Minutes until they are repeated.
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
    """One notification of a rule: the contact, and the delay after the event.

    Attributes:
        send_after: Required for new and assigned alerts; an amount of 0 means at once.
    """

    id: str = ""
    contact: ContactMeta
    send_after: Duration | None = None
    enabled: bool = True
    parent: NotificationRuleStepParent | None = attrs.field(default=None, metadata=on_wire("_parent"))


@attrs.define(kw_only=True)
class NotificationRuleMeta(Model):
    """A rule in listings and responses to writes.

    Attributes:
        order: The position among the rules of the same action, from 0.
    """

    id: str
    name: str = ""
    action_type: NotificationAction | str = ""
    order: int = 0
    enabled: bool = True


@attrs.define(kw_only=True)
class NotificationRule(NotificationRuleMeta):
    """The rule for notifying a user of one kind of event: when and how.

    Attributes:
        notification_time: For the start and end of shifts.
        schedules: For the start and end of shifts; empty for all schedules.
    """

    criteria: Criteria | None = None
    notification_time: list[NotifyTime | str] = attrs.field(factory=list)
    time_restriction: TimeRestriction | None = None
    schedules: list[ScheduleRef] = attrs.field(factory=list)
    steps: list[NotificationRuleStep] = attrs.field(factory=list)
    repeat: NotificationRepeat | None = None
