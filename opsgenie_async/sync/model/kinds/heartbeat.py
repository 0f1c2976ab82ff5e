"""Heartbeats (Heartbeat API)."""

from __future__ import annotations

from opsgenie_async.models.heartbeat import Heartbeat
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import PRIORITY, items, longest, name_of_up_to, number, words

HEARTBEAT = Kind(
    name="heartbeat",
    folder="heartbeats",
    section="heartbeat",
    path="/v2/heartbeats",
    model=Heartbeat,
    stage=8,
    data_key="heartbeats",
    key="name",
    read_only=frozenset({"expired", "lastPingTime"}),
    defaults={"description": "", "alertMessage": "", "alertTags": [], "alertPriority": "P3"},
    sets=frozenset({"alertTags"}),
    references=(to("ownerTeam", "team"),),
    owner="ownerTeam",
    unique=True,
    client_key=True,
    rules={
        "name": name_of_up_to(200),
        "description": longest(10_000),
        "interval": number(1),
        "intervalUnit": words("minutes", "hours", "days", "minute", "hour", "day"),
        "alertMessage": longest(130),
        "alertTags": items(0, 20),
        "alertTags[]": longest(50),
        "alertPriority": PRIORITY,
    },
    required_when_new=("interval", "intervalUnit", "enabled"),
)
