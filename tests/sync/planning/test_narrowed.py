"""A chosen part, copied to another account: what it depends on is checked there, and found by name."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import attrs
import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import DanglingReference, Selection, Snapshot, apply, plan, read_account

PEOPLE = "custom-user-roles/*,users/*,teams/*,schedules/*,escalations/*"
"""They point at each other, so they go together."""


@attrs.frozen
class Pair:
    """Two accounts, of which the second one is to get what the first one has."""

    source: Opsgenie
    target: Opsgenie

    async def read_both(self, only: str) -> tuple[Snapshot, Snapshot]:
        """What there is of the chosen part in the target and in the source."""
        return await read_account(self.target, only=Selection.parse(only)), await read_account(
            self.source, only=Selection.parse(only)
        )

    async def copy(self, only: str) -> None:
        """Copy the chosen part whole."""
        report = await apply(self.target, plan(*await self.read_both(only)))
        assert report.complete, report.to_dict()


@pytest.fixture
async def accounts() -> AsyncIterator[Pair]:
    async with AsyncExitStack() as opened:
        full = await opened.enter_async_context(Sandbox(teams=3, seed=3))
        empty = await opened.enter_async_context(Sandbox(teams=0, seed=9))
        clients = [
            await opened.enter_async_context(Opsgenie(each.api_key, base_url=each.url)) for each in (full, empty)
        ]
        yield Pair(*clients)


@pytest.mark.parametrize(
    ("only", "missing"),
    [
        ("teams/*", "user"),
        ("schedules/*", "team"),
        ("services/*", "team"),
        ("policies/*", "team"),
        ("maintenances/*", "integration"),
        ("users/*", "custom_user_role"),
    ],
)
async def test_what_a_part_depends_on_is_asked_for_before_anything_is_sent(
    accounts: Pair, only: str, missing: str
) -> None:
    have, want = await accounts.read_both(only)

    with pytest.raises(DanglingReference, match=rf"{only[:-1]}.*: {missing} '.*' is not chosen and is not in"):
        plan(have, want)


async def test_part_after_part_comes_to_the_whole(accounts: Pair) -> None:
    for only in (PEOPLE, "services/*", "integrations/*", "policies/*", "maintenances/*"):
        await accounts.copy(only)
        assert not plan(*await accounts.read_both(only)).changes

    rest = plan(*await accounts.read_both("*/*"))
    assert {change.kind.folder for change in rest.changes} <= {"heartbeats", "incident-templates", "forwarding-rules"}


async def test_one_team_goes_alone_where_its_people_are(accounts: Pair) -> None:
    await accounts.copy(PEOPLE)
    await accounts.copy("services/*")
    before = await read_account(accounts.target)
    name = before.entities["teams"][0].name
    await accounts.target.request("PATCH", f"/v2/teams/{before.entities['teams'][0].id}", json={"members": []})

    have, want = await accounts.read_both(f"teams/{name}")
    (change,) = plan(have, want, prune=True).changes
    assert (change.key, [each.field for each in change.differences]) == (("team", "", name), ["members"])
    assert [team.name for team in have.entities["teams"]] == [name]

    await accounts.copy(f"teams/{name}")
    assert (await read_account(accounts.target)).entities == before.entities


async def test_what_is_wanted_elsewhere_and_not_chosen_is_not_there_yet(accounts: Pair) -> None:
    want, have = await read_account(accounts.source), await read_account(accounts.target)

    with pytest.raises(DanglingReference, match=r"user '.*' is not chosen and is not in the account") as refused:
        plan(have, want, only=Selection.parse("teams/*"))
    users, rest = refused.value.advice
    assert "users are not chosen: --with-users, or users in --only, takes them along" in users
    assert "things are not chosen: add escalations,schedules to --only" in rest
    assert set(rest.split()[-3].split(",")) == {"escalations", "schedules"}


async def test_what_another_team_owns_is_chosen_with_that_team(accounts: Pair) -> None:
    want, have = await read_account(accounts.source), await read_account(accounts.target)
    one, other = (team.name for team in want.entities["teams"][:2])
    escalation = next(each for each in want.entities["escalations"] if each.team == one)
    foreign = {"type": "schedule", "name": next(each.name for each in want.entities["schedules"] if each.team == other)}
    fields = {**escalation.fields, "rules": [{**escalation.fields["rules"][0], "recipient": foreign}]}  # type: ignore[index, call-overload, dict-item]
    escalations = [attrs.evolve(escalation, fields=fields)]
    want = attrs.evolve(want, entities={**want.entities, "escalations": escalations})

    with pytest.raises(DanglingReference) as refused:
        plan(have, want, teams=[one], with_users=True)

    assert refused.value.advice[0] == f"1 thing is not chosen: add --team {shlex.quote(other)}"


async def test_what_could_not_be_read_is_there_all_the_same(accounts: Pair) -> None:
    await accounts.copy(PEOPLE)
    want, have = await read_account(accounts.source), await read_account(accounts.target)
    username = want.entities["teams"][0].fields["members"][0]["user"]["username"].casefold()  # type: ignore[index, call-overload, union-attr]
    users = [user for user in have.entities["users"] if user.name != username]
    have = attrs.evolve(have, entities={**have.entities, "users": users}, unread=frozenset({("users", username)}))

    steps = plan(have, want, only=Selection.parse("teams/*,users/*,services/*"))

    assert steps.skipped == (f"users/{username}: could not be read",)
    assert {change.kind.folder or change.kind.parent for change in steps.changes} == {"services", "service"}
