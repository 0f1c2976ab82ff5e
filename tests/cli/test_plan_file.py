"""`plan --out FILE` and `apply FILE`: what was reviewed is done, or what has changed since is said."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import Store, pull
from opsgenie_async.sync.planning.plan_file import _digest
from tests.cli.terminal import run

SECRET = "hunter2-of-an-integration"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=3, seed=4) as running:
        yield running


@pytest.fixture
async def snapshot(sandbox: Sandbox, tmp_path: Path) -> Path:
    """What a pull wrote, with two edits and a file removed."""
    folder = tmp_path / "snapshot"
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await pull(og, Store(folder))
    edit(min((folder / "teams").iterdir()), "team", description="rings at night")
    edit(min((folder / "integrations").iterdir()), "integration", password=SECRET)
    min((folder / "heartbeats").iterdir()).unlink()
    return folder


@pytest.fixture
async def file(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> Path:
    """The plan for it."""
    file = tmp_path / "reviewed.plan"
    status, _, stderr = await run("plan", str(snapshot), "--prune", "--out", str(file), **account(sandbox))
    assert (status, f"saved to {file}" in stderr) == (0, True), stderr
    sandbox.reset_counters()
    return file


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def edit(path: Path, section: str, **fields: object) -> None:
    document: dict[str, Any] = json.loads(path.read_text())
    document[section].update(fields)
    path.write_text(json.dumps(document))


def writes(sandbox: Sandbox) -> list[str]:
    return sorted(each.method for each in sandbox.received if each.method != "GET")


@pytest.mark.parametrize("consent", [[], ["--yes"]])
async def test_what_was_reviewed_is_done_and_nobody_is_asked(sandbox: Sandbox, file: Path, consent: list[str]) -> None:
    status, stdout, stderr = await run("apply", str(file), *consent, "--json", **account(sandbox))
    assert (status, json.loads(stdout)["complete"]) == (0, True), stderr
    assert "DELETE" in writes(sandbox)
    assert "PATCH" in writes(sandbox)
    status, _, stderr = await run("apply", str(file), **account(sandbox))
    assert (status, "not to do any more: update team" in stderr) == (1, True)


async def test_the_file_holds_neither_a_key_nor_a_value_and_no_half_of_it_is_left(sandbox: Sandbox, file: Path) -> None:
    text = file.read_text()
    assert sandbox.api_key not in text
    assert SECRET not in text
    assert "rings at night" not in text
    output = json.loads(text)
    assert (output["format"], output["version"]) == ("opsgenie-async plan", 1)
    assert any(
        step["step"].startswith("update team ") and step["fields"] == ["description"] for step in output["steps"]
    )
    assert sorted(each.name for each in file.parent.iterdir()) == ["reviewed.plan", "snapshot"]
    assert stat.S_ISREG(file.stat().st_mode)


async def test_an_account_that_has_changed_is_said_and_nothing_is_done(sandbox: Sandbox, file: Path) -> None:
    for team in sandbox.account.teams.values():
        team["description"] = "of somebody else"
    status, stdout, stderr = await run("apply", str(file), "--json", **account(sandbox))
    assert (status, writes(sandbox)) == (1, [])
    assert "is out of date; nothing was changed; make a new plan" in stderr
    assert "the account has changed since" in stderr
    assert "differs now: update team " in stderr
    assert "to do as well: update team " in stderr
    assert json.loads(stdout)["details"][0] == "the account has changed since"


async def test_files_that_have_changed_are_named_and_nothing_is_done(
    sandbox: Sandbox, snapshot: Path, file: Path
) -> None:
    team = max((snapshot / "teams").iterdir())
    edit(team, "team", description="edited after the review")
    schedule = max((snapshot / "schedules").iterdir())
    edit(schedule, "schedule", description="edited as well")
    status, _, stderr = await run("apply", str(file), **account(sandbox))
    assert (status, writes(sandbox)) == (1, [])
    assert f"edited since: teams/{team.name}" in stderr
    assert f"edited since: schedules/{schedule.name}" in stderr
    assert "to do as well: update schedule " in stderr
    assert "the account has changed" not in stderr


async def test_an_edit_that_changes_nothing_is_none(sandbox: Sandbox, snapshot: Path, file: Path) -> None:
    team = max((snapshot / "teams").iterdir())
    team.write_text(json.dumps(json.loads(team.read_text())))
    status, _, stderr = await run("apply", str(file), **account(sandbox))
    assert status == 0, stderr


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "half": (lambda text: text[: len(text) // 2], "was cut off"),
    "other step": (lambda text: text.replace("update team", "delete team"), "was edited after it was written"),
    "no prune": (lambda text: text.replace('"prune": true', '"prune": false'), "was edited after it was written"),
    "newer": (lambda text: text.replace('"version": 1', '"version": 2'), "version 2 is not supported"),
    "object": (lambda text: "{}", "not a plan"),
    "empty": (lambda text: "", "not a plan"),
    "binary": (lambda text: "\0\1", "not a plan"),
    "deep": (lambda text: "[" * 100_000, "nested too deeply"),
}


async def test_another_file_is_refused(sandbox: Sandbox, file: Path) -> None:
    whole = file.read_text()
    results = {}
    for name, (spoil, words) in BROKEN.items():
        file.write_text(spoil(whole))
        status, stdout, stderr = await run("apply", str(file), "--json", **account(sandbox))
        results[name] = (status, words in stderr, sandbox.requests, json.loads(stdout)["complete"])
    assert results == dict.fromkeys(BROKEN, (2, True, 0, False))


async def test_it_is_not_for_another_account(sandbox: Sandbox, file: Path) -> None:
    async with Sandbox(teams=3, seed=4) as other:
        status, _, stderr = await run("apply", str(file), **account(other))
        assert (status, writes(other)) == (2, [])
        assert f"is a plan for {sandbox.account.name} at {sandbox.url}" in stderr
        assert other.url in stderr


async def test_the_account_of_a_key_that_may_not_ask_is_told_by_its_address(
    sandbox: Sandbox, snapshot: Path, tmp_path: Path
) -> None:
    sandbox.faults.add(Fault(route="GET /v2/account", status=403, code=40301))
    path = tmp_path / "plan"
    status, _, stderr = await run("plan", str(snapshot), "--out", str(path), **account(sandbox))
    assert status == 0, stderr
    status, _, stderr = await run("apply", str(path), **account(sandbox))
    assert status == 0, stderr


@pytest.mark.parametrize("words", [["--prune"], ["--only", "teams"], ["--team", "x"], ["--retry-refused"]])
async def test_what_the_plan_has_settled_is_not_asked_again(sandbox: Sandbox, file: Path, words: list[str]) -> None:
    status, _, stderr = await run("apply", str(file), *words, **account(sandbox))
    assert (status, "which already has this setting" in stderr, sandbox.requests) == (2, True, 0)


async def test_a_part_is_planned_and_applied(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> None:
    team = json.loads(min((snapshot / "teams").iterdir()).read_text())["team"]["name"]
    words = ("--team", team, "--only", "teams", "--prune", "--out", str(tmp_path / "plan"))
    status, _, stderr = await run("plan", str(snapshot), *words, **account(sandbox))
    assert status == 0, stderr
    status, _, stderr = await run("apply", str(tmp_path / "plan"), **account(sandbox))
    assert (status, writes(sandbox)) == (0, ["PATCH"]), stderr


async def test_files_that_were_moved_are_found_where_one_says(
    sandbox: Sandbox, snapshot: Path, file: Path, tmp_path: Path
) -> None:
    shutil.move(snapshot, tmp_path / "elsewhere")
    status, _, stderr = await run("apply", str(file), **account(sandbox))
    assert (status, "use --snapshot DIR" in stderr) == (2, True)
    status, _, stderr = await run("apply", str(file), "--snapshot", str(tmp_path / "elsewhere"), **account(sandbox))
    assert status == 0, stderr


async def test_no_plan_is_written_that_must_not_be_applied(sandbox: Sandbox, snapshot: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    words = ("--prune", "--max-delete", "0", "--out", str(path))
    status, _, _ = await run("plan", str(snapshot), *words, **account(sandbox))
    assert (status, path.exists()) == (1, False)
    for wrong in (tmp_path, tmp_path / "no" / "folder"):
        sandbox.reset_counters()
        status, _, stderr = await run("plan", str(snapshot), "--out", str(wrong), **account(sandbox))
        assert (status, "--out: " in stderr, sandbox.requests) == (2, True, 0)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("maxDelete", value) for value in ("nan", "0.3", [], None, True, -0.1, 1.1, 30)),
        *(("only", value) for value in ({}, 5, None, ["teams"])),
        *(("teams", value) for value in ([{}], [None], "ops", {})),
        *((name, "yes") for name in ("withUsers", "withNotificationRules", "prune", "retryRefused")),
        *((name, 1) for name in ("withUsers", "withNotificationRules", "prune", "retryRefused")),
    ],
)
async def test_an_option_that_no_plan_has_is_refused_whoever_sealed_it(
    sandbox: Sandbox, file: Path, option: str, value: Any
) -> None:
    for options in ({option: value}, {}):
        reseal(file, lambda document, options=options: replace(document, option, options))
        status, _, stderr = await run("apply", str(file), "--yes", **account(sandbox))
        assert (status, writes(sandbox)) == (2, [])
        assert f"{file}: options.{option}" in stderr


def replace(document: dict[str, Any], option: str, options: dict[str, Any]) -> None:
    document["options"].pop(option, None)
    document["options"].update(options)


def reseal(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit a plan, with the digest that belongs to it."""
    document = json.loads(file.read_bytes())
    change(document)
    document.pop("digest")
    file.write_text(json.dumps({**document, "digest": _digest(document)}))


@pytest.mark.parametrize("folder", ["a" * 5000, "\0", "no such folder"])
async def test_a_folder_that_no_disk_has_is_said(sandbox: Sandbox, file: Path, folder: str) -> None:
    reseal(file, lambda document: document.update(folder=folder))
    status, _, stderr = await run("apply", str(file), "--yes", **account(sandbox))
    assert (status, "use --snapshot DIR" in stderr) == (2, True)


async def test_a_selection_that_is_none_is_refused_with_its_reason(sandbox: Sandbox, file: Path) -> None:
    reseal(file, lambda document: document["options"].update(only="nothing/of/it"))
    status, _, stderr = await run("apply", str(file), "--yes", **account(sandbox))
    assert (status, f"{file}: options: " in stderr) == (2, True)
