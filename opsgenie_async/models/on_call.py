"""Who is on call (Who is On Call API page).

The API's own words are crossed: nested answers hold `onCallParticipants` but `nextOnCallRecipients`, flat ones
`onCallRecipients` but `nextOnCallParticipants` (OpenAPI file and Go SDK, and seen so).
"""

from __future__ import annotations

from typing import Annotated

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import ScheduleMeta
from opsgenie_async.models.escalation import NotifyType
from opsgenie_async.models.wire_types import ONE_OR_MANY

__all__ = ["FlatNextOnCall", "FlatOnCall", "NextOnCall", "OnCall", "OnCallParticipant"]


@attrs.define(kw_only=True)
class OnCallParticipant(Model):
    """Somebody on call, or a team or escalation with those who are.

    Attributes:
        type: `user`, `team`, `escalation`, `schedule`, or another type.
        on_call_participants: Those within a team or an escalation.
        forwarded_from: The users whose notifications are forwarded here; one object in the OpenAPI file, a list in the
            Go SDK.
        escalation_time: Minutes until the escalation notifies this participant; only in escalations.
        notify_type: The part of this participant that the escalation notifies; only in escalations.
    """

    id: str = ""
    name: str = ""
    type: str = ""
    on_call_participants: list[OnCallParticipant] = attrs.field(factory=list)
    forwarded_from: Annotated[list[OnCallParticipant], ONE_OR_MANY] = attrs.field(factory=list)
    escalation_time: int | None = None
    notify_type: NotifyType | str = ""


@attrs.define(kw_only=True)
class OnCall(Model):
    """The participants on call for a schedule."""

    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    on_call_participants: list[OnCallParticipant] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class FlatOnCall(Model):
    """The usernames of those on call for a schedule."""

    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    on_call_recipients: list[str] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class NextOnCall(Model):
    """The participants on call next; the difference of the `exact` ones is not documented."""

    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    next_on_call_recipients: list[OnCallParticipant] = attrs.field(factory=list)
    exact_next_on_call_recipients: list[OnCallParticipant] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class FlatNextOnCall(Model):
    """The usernames of those on call next."""

    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    next_on_call_participants: list[str] = attrs.field(factory=list)
    exact_next_on_call_participants: list[str] = attrs.field(factory=list)
