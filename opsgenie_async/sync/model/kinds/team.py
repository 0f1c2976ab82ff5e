"""Teams, with their members (Team API)."""

from __future__ import annotations

from opsgenie_async.models.team import Team
from opsgenie_async.sync.model.kind import Choice, Kind, to
from opsgenie_async.sync.model.kinds.team_role import TEAM_ROLE
from opsgenie_async.sync.model.rules import longest, name_of_up_to

MEMBER_ROLES = frozenset({"admin", "user"})
"""Roles of the members of every team."""


TEAM = Kind(
    name="team",
    folder="teams",
    section="team",
    path="/v2/teams",
    model=Team,
    stage=2,
    summary_only=True,
    item_order={"members": "user.username"},
    deferred=frozenset({"members"}),
    deferred_stage=7,
    defaults={"description": "", "members": []},
    references=(to("members[].user", "user"),),
    unique=True,
    typed=True,
    counted_fields=("members",),
    blocked_by_reference=True,
    member_defaults={"members[]": {"role": "user"}},
    sets=frozenset({"members"}),
    choices={"members[].role": Choice(TEAM_ROLE.section, MEMBER_ROLES)},
    rules={"name": name_of_up_to(100), "description": longest(10_000)},
    required=("members[].user",),
)
