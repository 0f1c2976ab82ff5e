"""Where a team's alerts go (Team Routing Rule API)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsgenie_async.models.team_routing_rule import TeamRoutingRule
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.rules import reference_to, timezone

DEFAULT_RULE = "default"
"""The name of a team's default routing rule, which is always there and may be called anything."""


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    if fields.get("isDefault") is not True:
        return
    if fields.get("timezone") is not None:
        yield f"{at}.timezone", "the default routing rule takes no time zone"
    if fields.get("timeRestriction") is not None:
        yield f"{at}.timeRestriction", "the default routing rule always applies"
    conditions = fields.get("criteria")
    if isinstance(conditions, dict) and conditions.get("type") != "match-all":
        yield f"{at}.criteria", "the default routing rule takes every alert"


def _check_siblings(at: str, rules: Sequence[Fields]) -> Iterator[Complaint]:
    """The default rule occurs once and last; where a file leaves it out, it stays unchanged."""
    defaults = [index for index, rule in enumerate(rules) if rule.get("isDefault") is True]
    for index in defaults[1:]:
        yield f"{at}[{index}].isDefault", "there is another default rule"
    if defaults and defaults[-1] != len(rules) - 1:
        yield f"{at}[{defaults[-1]}].isDefault", "the default rule must be the last one"


TEAM_ROUTING_RULE = Kind(
    name="team_routing_rule",
    parent="team",
    section="routingRules",
    path="/v2/teams/{parent}/routing-rules",
    model=TeamRoutingRule,
    stage=7,
    read_only=frozenset({"order"}),
    default_name=DEFAULT_RULE,
    default_lacks=frozenset({"timezone"}),  # answered, and refused when it is sent (field notes, row 30)
    defaults={"criteria": {"type": "match-all"}, "name": "", "isDefault": False, "notify": {"type": "none"}},
    server_default=frozenset({"timezone"}),
    order_field="order",
    references=(to("notify"),),
    optional_name=True,
    blocks_deletion=True,
    detachment={"notify": {"type": "none"}},
    check=_check,
    check_siblings=_check_siblings,
    rules={"timezone": timezone, "notify": reference_to("schedule", "escalation", "none")},
    required_when_new=("notify",),
)
