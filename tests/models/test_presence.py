"""A value that the answer left out is told from an empty one."""

import attrs
import pytest

from opsgenie_async import Name, Opsgenie
from opsgenie_async.models import Heartbeat, Team, User
from opsgenie_async.sandbox import Sandbox


async def test_a_listing_of_teams_has_no_members_and_a_team_has():
    async with Sandbox(teams=1, seed=3) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        (listed,) = await og.teams.list()
        team = await og.teams.get(Name(listed.name))

    assert (listed.members, listed.has("members")) == ([], False)
    assert "members" in listed.absent_fields
    assert team.has("members")
    assert "members" not in team.absent_fields


@pytest.mark.parametrize("members", [[], None])
def test_an_empty_value_was_in_the_answer(members):
    team = Team.from_dict({"id": "1", "name": "ops", "members": members})

    assert (team.members, team.has("members"), team.has("description")) == ([], True, False)
    assert team.absent_fields == {"description", "links"}


def test_a_value_that_was_set_since_is_there():
    team = Team.from_dict({"id": "1", "name": "ops"})
    team.description = "nights"

    assert team.has("description")
    assert attrs.evolve(team, name="web").absent_fields == {"members", "links"}


def test_a_model_of_the_caller_has_what_is_written():
    team = Team(id="1", name="")

    assert (team.has("id"), team.has("name"), team.has("members")) == (True, True, False)
    assert Heartbeat(name="x", enabled=False).has("enabled")


@pytest.mark.parametrize("name", ["member", "extra", "_absent", "fullName"])
def test_a_field_that_there_is_not_is_an_error(name):
    with pytest.raises(AttributeError, match=f"Team has no field '{name}'"):
        Team.from_dict({"id": "1", "name": "ops"}).has(name)


def test_a_likely_name_is_suggested():
    with pytest.raises(AttributeError, match="did you mean 'full_name'"):
        User.from_dict({"id": "1", "username": "a@x", "fullName": "A"}).has("fullname")
