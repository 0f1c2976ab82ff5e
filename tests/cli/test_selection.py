"""`--only` and `--team` of `pull`, `plan` and `apply`: what they take, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie, TeamRef
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Store, pull
from tests.cli.terminal import run


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=4, seed=4) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as client:
        yield client


@pytest.fixture
async def snapshot(og: Opsgenie, tmp_path: Path) -> Path:
    await pull(og, Store(tmp_path / "snapshot"))
    return tmp_path / "snapshot"


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def owner_of(document: dict[str, Any]) -> str:
    """The name of the team that a file says it belongs to."""
    (fields, *_) = document.values()
    owner = fields if "members" in fields else (fields.get("ownerTeam") or fields.get("team") or fields.get("teamId"))
    return str(owner["name"]) if owner else ""


def files(folder: Path) -> dict[str, dict[str, Any]]:
    return {str(each.relative_to(folder)): read(each) for each in sorted(folder.glob("*/*.json"))}


def edit(file: Path, section: str, **fields: object) -> None:
    document = read(file)
    document[section].update(fields)
    file.write_text(json.dumps(document))


@pytest.mark.parametrize("words", [["--only", "teams/opz"], ["--only", "teams,nothing-such"], ["--team", "opz"]])
async def test_what_nothing_fits_is_wrong_usage_and_nothing_is_done(
    sandbox: Sandbox, snapshot: Path, tmp_path: Path, words: list[str]
) -> None:
    sandbox.reset_counters()
    for command, folder in (("pull", tmp_path / "new"), ("plan", snapshot), ("apply", snapshot)):
        status, stdout, stderr = await run(command, str(folder), "--json", *words, **account(sandbox))
        assert status == 2, stderr
        assert json.loads(stdout)["error"] in stderr
        assert "nothing matches" in stderr or "there is no team" in stderr
    assert not (tmp_path / "new").exists()
    assert {each.method for each in sandbox.received} == {"GET"}


@pytest.mark.parametrize("words", [["--only", ""], ["--only", " , "], ["--team", ""]])
async def test_an_empty_word_does_not_mean_everything(sandbox: Sandbox, snapshot: Path, words: list[str]) -> None:
    status, _, stderr = await run("apply", str(snapshot), "--prune", *words, **account(sandbox))
    assert (status, "got ''" in stderr or "got ' , '" in stderr) == (2, True)


async def test_something_like_it_is_offered(sandbox: Sandbox, snapshot: Path) -> None:
    name = next(iter(sandbox.account.teams.values()))["name"]
    _, _, stderr = await run("plan", str(snapshot), "--team", f"{name}x", **account(sandbox))
    assert f"did you mean {name!r}" in stderr
    _, _, stderr = await run("pull", str(snapshot), "--only", f"teams/{name}x", **account(sandbox))
    assert f"did you mean 'teams/{name}'" in stderr


async def test_a_file_is_chosen_as_ls_shows_it(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> None:
    file = min((snapshot / "escalations").iterdir())
    edit(file, "escalation", description="by its file")
    edit(max((snapshot / "escalations").iterdir()), "escalation", description="another")
    for word in (f"escalations/{file.name}", f"escalations/{file.stem}", file.name, str(file)):
        status, stdout, stderr = await run("plan", str(snapshot), "--json", "--only", word, **account(sandbox))
        assert status == 0, stderr
        (change,) = json.loads(stdout)["changes"]
        assert change["fields"][0]["want"] == "by its file"
        folder = tmp_path / word.replace("/", "_")
        await run("pull", str(folder), "--only", word, **account(sandbox))
        assert list(files(folder)) == [f"escalations/{file.name}"]


async def test_a_kind_is_all_of_it(sandbox: Sandbox, tmp_path: Path) -> None:
    status, _, stderr = await run("pull", str(tmp_path), "--only", "teams", "--only", "schedules", **account(sandbox))
    assert status == 0, stderr
    assert {path.partition("/")[0] for path in files(tmp_path)} == {"teams", "schedules"}
    assert len(list((tmp_path / "teams").iterdir())) == 4


async def test_a_team_is_pulled_with_all_that_it_owns(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> None:
    whole = files(snapshot)
    team = next(iter(sandbox.account.teams.values()))
    for number, word in enumerate((team["name"], team["id"])):
        folder = tmp_path / str(number)
        status, _, stderr = await run("pull", str(folder), "--team", word, **account(sandbox))
        assert status == 0, stderr
        assert files(folder) == {path: each for path, each in whole.items() if owner_of(each) == team["name"]}
        assert {path.partition("/")[0] for path in files(folder)} >= {"teams", "schedules", "escalations"}
        status, stdout, stderr = await run("plan", str(folder), "--json", "--prune", **account(sandbox))
        assert (status, json.loads(stdout)["changes"]) == (0, []), stderr


async def test_both_choices_are_one_that_fits_both(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> None:
    team = next(iter(sandbox.account.teams.values()))["name"]
    await run("pull", str(tmp_path / "part"), "--team", team, "--only", "schedules", **account(sandbox))
    first = [path for path, each in files(snapshot).items() if path.startswith("schedules/") and owner_of(each) == team]
    assert list(files(tmp_path / "part")) == first != []


async def test_nothing_outside_of_a_team_is_ever_deleted(sandbox: Sandbox, snapshot: Path) -> None:
    whole = files(snapshot)
    first, *rest = (each["name"] for each in sandbox.account.teams.values())
    for folder in ("teams", "schedules", "escalations", "integrations", "policies", "services", "heartbeats"):
        shutil.rmtree(snapshot / folder, ignore_errors=True)
    words = ("--team", first, "--prune", "--max-delete", "100%", "--json")
    status, stdout, stderr = await run("plan", str(snapshot), *words, **account(sandbox))
    output = json.loads(stdout)
    assert status in (0, 1), stderr
    assert {each["team"] for each in output["changes"]} == {first}
    gone = {each["path"] for each in output["changes"] if each["action"] == "delete"}
    assert {path.partition("/")[0] for path in gone} >= {"schedules", "escalations"}
    assert not any(owner_of(each) in rest and path.removesuffix(".json") in gone for path, each in whole.items())


async def test_what_the_files_give_to_another_team_is_not_deleted(sandbox: Sandbox, snapshot: Path) -> None:
    first, other, *_ = (each["name"] for each in sandbox.account.teams.values())
    path, file = next(
        (path, snapshot / path)
        for path, each in files(snapshot).items()
        if path.startswith("schedules/") and owner_of(each) == first
    )
    edit(file, "schedule", ownerTeam={"name": other})
    for more in ([], ["--only", "schedules"]):
        words = ("--team", first, "--prune", "--json", *more)
        status, stdout, stderr = await run("plan", str(snapshot), *words, **account(sandbox))
        output = json.loads(stdout)
        assert (status, output["changes"]) == (1, []), stderr
        assert [line.partition(":")[0] for line in output["skipped"]] == [f"schedules/{read(file)['schedule']['name']}"]
    words = ("--team", first, "--team", other, "--prune", "--json")
    _, stdout, _ = await run("plan", str(snapshot), *words, **account(sandbox))
    assert [each["action"] for each in json.loads(stdout)["changes"]] == ["update"], path


async def test_a_pull_of_a_team_brings_its_part_up_to_date_and_keeps_the_rest(
    sandbox: Sandbox, og: Opsgenie, snapshot: Path
) -> None:
    whole = files(snapshot)
    first, other, *_ = (each["name"] for each in sandbox.account.teams.values())
    teams = {each.name: TeamRef(name=each.name) for each in await og.teams.list()}
    await og.heartbeats.create(name="new", interval=1, interval_unit="hours", enabled=True, owner_team=teams[first])
    await og.heartbeats.create(name="foreign", interval=1, interval_unit="hours", enabled=True, owner_team=teams[other])
    for id, each in list(sandbox.account.integrations.items()):
        if (each.get("ownerTeam") or {}).get("name") == first:
            del sandbox.account.integrations[id]

    status, stdout, stderr = await run("pull", str(snapshot), "--team", first, "--json", **account(sandbox))

    output = json.loads(stdout)
    assert (status, output["added"]) == (0, ["heartbeats/new.json"]), stderr
    missing = {path for path, each in whole.items() if path.startswith("integrations/") and owner_of(each) == first}
    assert set(output["removed"]) == missing
    assert files(snapshot).keys() == (whole.keys() - missing) | {"heartbeats/new.json"}
