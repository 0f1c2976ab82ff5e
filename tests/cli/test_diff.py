"""`diff` and `validate`: snapshots without an account."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import SelectionError, Store, compare, plan, pull
from tests.cli.terminal import run_here


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pulled")

    async def fill() -> None:
        async with Sandbox(teams=3, seed=4) as source, Opsgenie(source.api_key, base_url=source.url) as og:
            await pull(og, Store(folder))

    asyncio.run(fill())
    return folder


@pytest.fixture
def old(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / "old"))


@pytest.fixture
def new(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / "new"))


def edit(file: Path, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))
    return document


def first(folder: Path, kind: str) -> Path:
    return min((folder / kind).iterdir())


def changes(old: Path, new: Path, *more: str) -> list[tuple[str, str, str]]:
    status, stdout, stderr = run_here("diff", str(old), str(new), "--json", *more)
    assert (status, stderr) == (0, "")
    return [(each["action"], each["kind"], each["name"]) for each in json.loads(stdout)["changes"]]


def test_what_is_the_same_does_not_differ(old: Path, new: Path) -> None:
    status, stdout, stderr = run_here("diff", str(old), str(new), "--detailed-exitcode")
    assert (status, stdout, stderr) == (0, "Nothing to change.\n", "")


def test_each_way_of_differing_is_told_in_both_directions(old: Path, new: Path) -> None:
    team = edit(first(new, "teams"), lambda document: document["team"].update(description="new"))["team"]["name"]
    heartbeat = json.loads(first(new, "heartbeats").read_text())["heartbeat"]["name"]
    first(new, "heartbeats").unlink()
    # No call could do this, so that a plan would leave it out.
    integration = edit(
        first(new, "integrations"), lambda document: document["integration"].update(type="Zabbix", ownerTeam=None)
    )["integration"]["name"]
    expected = [("update", "team", team), ("delete", "heartbeat", heartbeat), ("update", "integration", integration)]
    assert sorted(changes(old, new)) == sorted(expected)
    assert ("create", "heartbeat", heartbeat) in changes(new, old)
    assert plan(Store(old).load(), Store(new).load()).skipped
    status, stdout, _ = run_here("diff", str(old), str(new), "--detailed-exitcode")
    assert (status, "2 updates and 1 deletion" in stdout) == (2, True)


def test_parts_and_their_order_differ_too(old: Path, new: Path) -> None:
    file = next(
        each for each in sorted((new / "teams").iterdir()) if len(json.loads(each.read_text())["routingRules"]) > 2
    )
    edit(file, lambda document: document["routingRules"].insert(0, document["routingRules"].pop(1)))
    edit(first(new, "schedules"), lambda document: document["rotations"][0].update(length=9))
    assert {(action, kind) for action, kind, _ in changes(old, new)} == {
        ("order", "team_routing_rule"),
        ("update", "schedule_rotation"),
    }


def test_what_was_renamed_is_the_same_thing(old: Path, new: Path) -> None:
    file = first(new, "schedules")
    before = json.loads(file.read_text())["schedule"]["name"]
    for each in new.glob("*/*.json"):
        each.write_text(each.read_text().replace(json.dumps(before), '"renamed"'))
    result = changes(old, new)
    assert result == [("update", "schedule", "renamed")]


def test_a_part_can_be_chosen(old: Path, new: Path) -> None:
    own = edit(first(new, "teams"), lambda document: document["team"].update(description="new"))["team"]["name"]
    for each in (new / "schedules").iterdir():
        edit(each, lambda document: document["schedule"].update(description="new"))
    assert changes(old, new, "--only", "teams") == [("update", "team", own)]
    assert {kind for _, kind, _ in changes(old, new, "--team", own, "--only", "schedules")} == {"schedule"}
    assert len(changes(old, new, "--team", own)) < len(changes(old, new))
    status, _, stderr = run_here("diff", str(old), str(new), "--team", f"{own}x")
    assert (status, f"did you mean {own!r}?" in stderr) == (2, True)
    with pytest.raises(SelectionError):
        compare(Store(old).load(), Store(new).load(), only="teams/nope")


def test_as_markdown_it_says_what_is_compared(old: Path, new: Path) -> None:
    first(new, "heartbeats").unlink()
    _, stdout, _ = run_here("diff", str(old), str(new), "--markdown")
    assert stdout.startswith("## Differences between old and new\n\n1 deletion ")


@pytest.mark.parametrize("command", [["diff", "{}", "{old}"], ["diff", "{old}", "{}"], ["validate", "{}"]])
@pytest.mark.parametrize("folder", ["missing", "empty", "file"])
def test_what_is_no_snapshot_is_wrong_usage(old: Path, tmp_path: Path, command: list[str], folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    words = [each.format(tmp_path / folder, old=old) for each in command]
    status, stdout, stderr = run_here(*words, "--json")
    assert (status, str(tmp_path / folder) in stderr, json.loads(stdout)["complete"]) == (2, True, False)


def test_a_wrong_file_of_one_of_two_is_named_with_its_folder(old: Path, new: Path) -> None:
    first(new, "teams").write_text("{")
    status, _, stderr = run_here("diff", str(old), str(new))
    assert (status, f"{first(new, 'teams')}:1: not JSON" in stderr) == (2, True)


def test_each_problem_has_file_line_and_field(new: Path) -> None:
    first(new, "escalations").write_text('{"escalation": {"name": "x", "rules": []},\n "more": 1}')
    edit(first(new, "users"), lambda document: document["user"].update(fullName=7))
    status, stdout, stderr = run_here("validate", str(new), "--json")
    output = json.loads(stdout)
    assert (status, stderr, output["valid"], output["folder"]) == (1, "", False, str(new))
    escalation, user = f"escalations/{first(new, 'escalations').name}", f"users/{first(new, 'users').name}"
    places = {(each["file"], each["line"], each["field"]) for each in output["problems"]}
    assert places >= {(escalation, 1, "escalation.rules"), (escalation, 2, "more"), (user, 1, "user.fullName")}
    assert all(each["text"] for each in output["problems"])
    status, stdout, _ = run_here("validate", str(new))
    assert f"{new}/{escalation}:2: more: " in stdout
    assert f"{len(output['problems'])} problems in {output['files']} files" in stdout
    status, stdout, _ = run_here("validate", str(new), "--quiet")
    assert len(stdout.splitlines()) == len(output["problems"])


def test_what_is_not_read_is_a_warning(old: Path, new: Path) -> None:
    (new / "team").mkdir()
    for name in "abcde":
        (new / "team" / f"{name}.json").write_text('{"team": {"name": "x"}}')
    warnings = [
        *(
            f"warning: {new}/team/{name}.json is not part of the snapshot; did you mean {new}/teams/{name}.json?"
            for name in "abc"
        ),
        "warning: 2 more files are not part of it",
    ]
    for command in (["validate", str(new)], ["validate", str(new), "--json", "--quiet"], ["diff", str(old), str(new)]):
        status, stdout, stderr = run_here(*command)
        assert (status, stderr.splitlines()) == (0, warnings)
        assert "warning" not in stdout
    for command in (["plan"], ["apply", "--dry-run"]):
        status, _, stderr = run_here(*command, str(new), "--sandbox-load", str(old), "--quiet")
        assert (status, [line for line in stderr.splitlines() if "warning" in line]) == (0, warnings)


def test_a_folder_with_nothing_else_says_what_was_meant(tmp_path: Path) -> None:
    for place in ("team/ops/more.json", "teams/ops/rules.json", "team/ops.json"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("{}")
    status, _, stderr = run_here("validate", str(tmp_path))
    here = f"warning: {tmp_path}"
    assert stderr.splitlines() == [
        f"{here}/team/ops.json is not part of the snapshot; did you mean {tmp_path}/teams/ops.json?",
        f"{here}/teams/ops/rules.json is not part of the snapshot; only files directly in {tmp_path}/teams are",
        f"opsgenie-async validate: {tmp_path}: holds no snapshot",
    ]
    assert status == 2


def test_what_is_right_ends_with_0(new: Path) -> None:
    status, stdout, stderr = run_here("validate", str(new))
    assert (status, stderr) == (0, "")
    assert "no problems in " in stdout
    assert run_here("validate", str(new), "--quiet") == (0, "", "")
    status, _, stderr = run_here("validate", str(new), "--only", "teams/nope")
    assert (status, "nothing matches" in stderr) == (2, True)
