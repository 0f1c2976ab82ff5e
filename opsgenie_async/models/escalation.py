"""Escalations (Escalation API page)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Duration, TeamMeta
from opsgenie_async.models.recipient import Recipient

__all__ = ["Escalation", "EscalationCondition", "EscalationRepeat", "EscalationRule", "NotifyType"]


class EscalationCondition(enum.StrEnum):
    """The condition of a rule: the alert is not acknowledged, or not closed."""

    IF_NOT_ACKED = "if-not-acked"
    IF_NOT_CLOSED = "if-not-closed"


class NotifyType(enum.StrEnum):
    """The part of the recipient that a rule notifies."""

    DEFAULT = "default"
    NEXT = "next"
    PREVIOUS = "previous"
    USERS = "users"
    ADMINS = "admins"
    ALL = "all"
    RANDOM = "random"


@attrs.define(kw_only=True)
class EscalationRule(Model):
    """One step: who is notified, and how long after the alert's creation, unless somebody responded.

    Attributes:
        recipient: A user, a team or a schedule.
    """

    condition: EscalationCondition | str
    notify_type: NotifyType | str
    delay: Duration
    recipient: Recipient


@attrs.define(kw_only=True)
class EscalationRepeat(Model):
    """The repetition of the steps; the API may send null for each field.

    Attributes:
        wait_interval: Minutes between repetitions.
        count: The number of repetitions.
    """

    wait_interval: int | None = None
    count: int | None = None
    reset_recipient_states: bool | None = None
    close_alert_after_all: bool | None = None


@attrs.define(kw_only=True)
class Escalation(Model):
    """An escalation: the steps of an alert until somebody responds."""

    id: str
    name: str
    description: str = ""
    owner_team: TeamMeta | None = None
    rules: list[EscalationRule] = attrs.field(factory=list)
    repeat: EscalationRepeat | None = None
