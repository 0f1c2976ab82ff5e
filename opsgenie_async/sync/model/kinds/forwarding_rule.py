"""Users who stand in for others (Forwarding Rule API)."""

from __future__ import annotations

from opsgenie_async.models.forwarding_rule import ForwardingRule
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import date, longest

FORWARDING_RULE = Kind(
    name="forwarding_rule",
    folder="forwarding-rules",
    section="forwardingRule",
    path="/v2/forwarding-rules",
    model=ForwardingRule,
    stage=8,
    identity=("alias",),
    update="PUT",
    references=(to("fromUser", "user"), to("toUser", "user")),
    unique=True,
    label="alias",
    client_key=True,
    rules={"alias": longest(512), "startDate": date, "endDate": date},
    required_when_new=("fromUser", "toUser", "startDate", "endDate"),
)
