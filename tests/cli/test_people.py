"""A copy of teams with their people to another account, and what is said where something is missing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import DanglingReference, Store, apply, plan, pull, read_account
from tests.cli.terminal import run
from tests.sync.states import entity, state


@pytest.fixture
async def source() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=4, seed=4) as running:
        yield running


@pytest.fixture
async def target() -> AsyncIterator[Sandbox]:
    """An account with nobody but its owner."""
    async with Sandbox(teams=0, seed=9) as running:
        yield running


@pytest.fixture
async def us(source: Sandbox) -> AsyncIterator[Opsgenie]:
    async with Opsgenie(source.api_key, base_url=source.url) as og:
        yield og


@pytest.fixture
async def eu(target: Sandbox) -> AsyncIterator[Opsgenie]:
    async with Opsgenie(target.api_key, base_url=target.url) as og:
        yield og


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def two_teams(source: Sandbox) -> list[str]:
    return [team["name"] for team in source.account.teams.values()][:2]


def documents(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted((folder / kind).glob("*.json"))]


def rules(sandbox: Sandbox) -> int:
    return len(sandbox.requests_to("POST /v2/users/*/notification-rules"))


def words(teams: list[str]) -> list[str]:
    return [word for team in teams for word in ("--team", team)]


async def test_two_teams_and_their_people_are_pulled_and_applied(
    source: Sandbox, target: Sandbox, tmp_path: Path
) -> None:
    teams = two_teams(source)
    status, _, stderr = await run("pull", str(tmp_path), *words(teams), "--with-users", **account(source))
    assert status == 0, stderr
    members = {
        member["user"]["username"].casefold()
        for each in documents(tmp_path, "teams")
        for member in each["team"]["members"]
    }
    people = documents(tmp_path, "users")
    assert members <= {each["user"]["username"].casefold() for each in people}
    assert len(people) < len(source.account.users)
    assert not any("notificationRules" in each for each in people)

    status, stdout, stderr = await run("apply", str(tmp_path), "--json", **account(target))
    assert (status, json.loads(stdout)["failed"]) == (0, []), stderr
    assert sorted(each["name"] for each in target.account.teams.values()) == sorted(teams)
    assert rules(target) == 0
    status, stdout, stderr = await run("plan", str(tmp_path), "--json", **account(target))
    assert (status, json.loads(stdout)["changes"]) == (0, []), stderr


async def test_a_whole_snapshot_is_good_for_a_copy_in_one_command(
    source: Sandbox, target: Sandbox, us: Opsgenie, tmp_path: Path
) -> None:
    teams, snapshot = two_teams(source), tmp_path / "snapshot"
    await pull(us, Store(snapshot))
    selection = (*words(teams), "--with-users")
    status, _, stderr = await run("plan", str(snapshot), *selection, "--out", str(tmp_path / "plan"), **account(target))
    assert status == 0, stderr
    status, stdout, stderr = await run("apply", str(tmp_path / "plan"), "--json", **account(target))
    assert (status, json.loads(stdout)["complete"]) == (0, True), stderr
    assert sorted(each["name"] for each in target.account.teams.values()) == sorted(teams)
    assert rules(target) == 0
    more = (*selection, "--with-notification-rules", "--json")
    status, stdout, stderr = await run("plan", str(snapshot), *more, **account(target))
    # Those of two people name schedules of other teams.
    assert (status, "notificationRules: " in stderr, "schedule" in stderr) == (2, True, True), stderr


async def test_the_same_in_ten_lines_of_python(source: Sandbox, us: Opsgenie, eu: Opsgenie, target: Sandbox) -> None:
    want = await read_account(us, teams=two_teams(source), with_users=True)
    have = await read_account(eu, only=want.only)
    report = await apply(eu, plan(have, want))
    assert report.complete, report.to_dict()
    assert not plan(await read_account(eu, only=want.only), want).changes
    assert rules(target) == 0
    # From what was read whole, the plan chooses.
    whole = await read_account(us)
    assert not plan(await read_account(eu), whole, teams=two_teams(source), with_users=True).changes


async def test_people_that_are_kept_whole_stay_so(source: Sandbox, us: Opsgenie, tmp_path: Path) -> None:
    await pull(us, Store(tmp_path))
    before = {file: file.read_bytes() for file in tmp_path.glob("*/*.json")}
    assert any("notificationRules" in each for each in documents(tmp_path, "users"))
    report = await pull(us, Store(tmp_path), teams=two_teams(source), with_users=True)
    assert (report.added, report.changed, report.removed) == ([], [], [])
    assert {file: file.read_bytes() for file in tmp_path.glob("*/*.json")} == before


async def test_all_that_is_missing_is_said_at_once_with_what_to_do(
    source: Sandbox, target: Sandbox, us: Opsgenie, eu: Opsgenie, tmp_path: Path
) -> None:
    teams = two_teams(source)
    want = await read_account(us, teams=teams)
    with pytest.raises(DanglingReference) as refused:
        plan(await read_account(eu, only=want.only), want)
    people = {
        member["user"]["username"].casefold()
        for team in source.account.teams.values()
        if team["name"] in teams
        for member in team["members"]
    }
    missing = refused.value
    assert all(any(repr(name) in line for line in missing.references) for name in people)
    (advice,) = missing.advice
    assert advice.endswith("users are not chosen: --with-users takes them along, or invite them first")

    await pull(us, Store(tmp_path))
    status, stdout, stderr = await run("apply", str(tmp_path), *words(teams), "--json", **account(target))
    assert status == 2
    assert stderr.splitlines()[-1] == advice
    assert all(repr(name) in stderr for name in people)
    first = stderr.splitlines()[0].removeprefix("opsgenie-async apply: ").partition(": ")[0]
    assert await asyncio.to_thread(Path(first).is_file)  # from here, and not from the snapshot
    assert json.loads(stdout)["details"][-1] == advice
    status, _, stderr = await run("plan", str(tmp_path), "--only", "teams", **account(target))
    assert (status, "is not in the snapshot" in stderr) == (2, False)
    assert "users are not chosen: --with-users, or users in --only, takes them along" in stderr.splitlines()[-2]
    assert {each.method for each in target.received} == {"GET"}


async def test_advice_about_what_the_snapshot_lacks_can_be_followed(
    source: Sandbox, target: Sandbox, tmp_path: Path
) -> None:
    (team,) = two_teams(source)[:1]
    folder, selection = str(tmp_path), ("--team", team)
    status, _, stderr = await run("pull", folder, *selection, **account(source))
    assert status == 0, stderr
    for more in ((), selection, (*selection, "--with-users")):
        status, _, stderr = await run("plan", folder, *more, **account(target))
        assert status == 2
        assert stderr.splitlines()[-1].endswith(
            "missing in the snapshot: pull it again with --with-users, or invite them first"
        )
    status, _, stderr = await run("pull", folder, *selection, "--with-users", **account(source))
    assert status == 0, stderr
    status, _, stderr = await run("plan", folder, **account(target))
    assert status == 0, stderr


def test_a_pull_is_no_advice_where_a_whole_snapshot_lacks_somebody() -> None:
    member = {"user": {"username": "ann@example.com"}, "role": "user"}
    rule = ({"name": "p", "notify": {"type": "schedule", "name": "night"}}, "")
    team = entity("team", {"name": "ops", "members": [member]}, team_routing_rule=[rule])
    with pytest.raises(DanglingReference) as refused:
        plan(state(), state(team))
    users, things = refused.value.advice
    assert users == "1 user is missing in the snapshot: add files for them, or invite them first"
    assert things.startswith("1 thing is missing in the snapshot: add files for them, make them in the account first")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--with-users"], "--with-users: only with --team or --only"),
        (["--team", "x", "--with-notification-rules"], "only with --with-users"),
    ],
)
async def test_what_makes_no_sense_is_wrong_usage(
    source: Sandbox, tmp_path: Path, more: list[str], message: str
) -> None:
    status, _, stderr = await run("pull", str(tmp_path), *more, **account(source))
    assert (status, message in stderr, source.requests) == (2, True, 0)
