"""Teams, with their members (Team API)."""

from __future__ import annotations

from collections.abc import Iterator

from opsgenie_async.json_text import Json
from opsgenie_async.models.team import Team
from opsgenie_async.sync.model.identity import text_at
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.kinds.team_role import TEAM_ROLE
from opsgenie_async.sync.model.rules import longest, name_of_up_to

MEMBER_ROLES = frozenset({"admin", "user"})
"""Roles of the members of every team."""


def _normalize(document: dict[str, Json]) -> dict[str, Json]:
    """A team whose members stand by their usernames: the API promises no order of them."""
    members = document.get("members")
    if not isinstance(members, list):
        return document
    return {**document, "members": sorted(members, key=lambda each: text_at(each, "user.username"))}


def _check_roles(document: Fields) -> Iterator[Complaint]:
    """Members whose role is neither one of every team nor one of this team's own."""
    team, roles = document.get(TEAM.section), document.get(TEAM_ROLE.section)
    members = team.get("members") if isinstance(team, dict) else None
    if not isinstance(members, list):
        return
    known = isinstance(roles, list)
    names = {text_at(role, "name") for role in roles} if isinstance(roles, list) else set()
    for index, member in enumerate(members):
        role = member.get("role") if isinstance(member, dict) else None
        if not isinstance(role, str) or role in names or role in MEMBER_ROLES:
            continue
        if (word := role.casefold()) in MEMBER_ROLES:
            yield f"{TEAM.section}.members[{index}].role", f"the team has no role {role!r}, is {word!r} meant?"
        elif known:
            yield f"{TEAM.section}.members[{index}].role", f"the team has no role {role!r}"


TEAM = Kind(
    name="team",
    folder="teams",
    section="team",
    path="/v2/teams",
    model=Team,
    stage=2,
    summary_only=True,
    normalize=_normalize,
    deferred=frozenset({"members"}),
    deferred_stage=7,
    defaults={"description": "", "members": []},
    references=(to("members[].user", "user"),),
    unique=True,
    typed=True,
    counted_fields=("members",),
    blocked_by_reference=True,
    check_file=_check_roles,
    rules={"name": name_of_up_to(100), "description": longest(10_000)},
    required=("members[].user",),
)
