"""Integrations (Integration API)."""

from __future__ import annotations

from collections.abc import Iterator

from opsgenie_async.models.integration import Integration
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.rules import ANYBODY, MATCH, not_empty, texts, words


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    if fields.get("type") == "Email" and not fields.get("emailUsername"):
        yield f"{at}.emailUsername", "missing"


INTEGRATION = Kind(
    name="integration",
    folder="integrations",
    section="integration",
    path="/v2/integrations",
    model=Integration,
    stage=8,
    summary_only=True,
    # The secrets that an integration is reached by belong to the account, and into no file.
    read_only=frozenset({"_readOnly", "apiKey", "emailAddress"}),
    immutable=frozenset({"type", "ownerTeam"}),
    update="PUT",
    defaults=dict.fromkeys(("enabled", "allowReadAccess", "allowWriteAccess", "allowDeleteAccess"), True),
    references=(to("ownerTeam", "team"), to("assignedTeam", "team"), to("responders[]"), to("recipients[]")),
    owner="ownerTeam",
    unique=True,
    typed=True,
    open_fields=True,
    empty_is_absent=True,
    member_defaults={"alertFilter": {"conditionMatchType": "match-all", "conditions": []}},
    sets=frozenset({"alertActions", "visibleTo"}),
    check=_check,
    rules={
        "name": not_empty,
        "responders[]": ANYBODY,
        "recipients[]": ANYBODY,
        "alertFilter.conditionMatchType": words(*MATCH),
        "headers": texts,
        "extraProperties": texts,
    },
)
