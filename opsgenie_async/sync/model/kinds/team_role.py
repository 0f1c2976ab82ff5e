"""Roles of the members of a team (Team Role API)."""

from __future__ import annotations

from opsgenie_async.models.team_role import TeamRole
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.rules import name_of_up_to, not_empty

TEAM_ROLE = Kind(
    name="team_role",
    parent="team",
    section="roles",
    path="/v2/teams/{parent}/roles",
    model=TeamRole,
    stage=3,
    defaults={"rights": []},
    member_defaults={"rights[]": {"granted": True}},
    sets=frozenset({"rights"}),
    unique=True,
    normal_order=("name",),
    rules={"name": name_of_up_to(100), "rights[].right": not_empty},
    required_when_new=("rights",),
)
