"""`plan` as a user starts it, against an account that a pull of the embedded sandbox has filled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from opsgenie_async.cli import main
from opsgenie_async.cli.plan_view import _print_line
from opsgenie_async.sync.planning.render import Line


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pulled account, which the sandbox serves in the tests."""
    folder = tmp_path_factory.mktemp("account")
    assert main(["pull", str(folder), "--json", "--sandbox", "--sandbox-teams", "3"]) == 0
    return folder


@pytest.fixture
def snapshot(account: Path, tmp_path: Path) -> Path:
    """A copy of it, to be edited."""
    return Path(shutil.copytree(account, tmp_path / "snapshot"))


@pytest.fixture
def team(snapshot: Path) -> Path:
    """The file of one team."""
    return sorted((snapshot / "teams").iterdir())[0]


def edit(path: Path, change: Callable[[Any], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document, indent=2))


def name_of(path: Path) -> str:
    return str(json.loads(path.read_bytes())["team"]["name"])


def test_nothing_differs_from_what_was_just_pulled(
    account: Path, snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(snapshot), "--sandbox-load", str(account), "--prune"]) == 0
    assert capsys.readouterr().out == "Nothing to change.\n"


def test_for_machines_it_is_one_object(
    account: Path, snapshot: Path, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["plan", str(snapshot), "--sandbox-load", str(account), "--json"]
    assert main(command) == 0
    none = {"create": 0, "update": 0, "delete": 0, "order": 0, "extra": 0, "skipped": 0}
    assert json.loads(capsys.readouterr().out) == {
        "complete": True,
        "changes": [],
        "extra": [],
        "skipped": [],
        "summary": none,
    }
    edit(team, lambda document: document["team"].update(description="new words"))
    assert main(command) == 0
    output = json.loads(capsys.readouterr().out)
    assert [(each["action"], each["path"], each["fields"][0]["want"]) for each in output["changes"]] == [
        ("update", f"teams/{name_of(team)}", "new words")
    ]
    assert output["summary"] == none | {"update": 1}


def test_for_people_it_says_what_changes(
    account: Path, snapshot: Path, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(team, lambda document: document["team"].update(description="new [bold]words[/bold]"))
    assert main(["plan", str(snapshot), "--sandbox-load", str(account)]) == 0
    output = capsys.readouterr()
    assert f"team {name_of(team)}\n  ~ team {name_of(team)}\n    description" in output.out
    assert '"new [bold]words[/bold]"' in output.out
    assert "1 update in 1 team." in output.out
    assert "update" in output.out.splitlines()[-4]
    assert "reading" in output.err


def test_for_a_pull_request_it_is_markdown(
    account: Path, snapshot: Path, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(team, lambda document: document["team"].update(description="x"))
    assert main(["plan", str(snapshot), "--sandbox-load", str(account), "--markdown"]) == 0
    output = capsys.readouterr().out
    assert output.startswith(
        "## Plan for Opsgenie\n\n1 update in 1 team.\n\n| kind | create | update | delete | order |\n"
    )
    assert f"<code>team {name_of(team)}: 1 to update</code>" in output


def test_deleting_has_to_be_asked_for_and_is_guarded(
    account: Path, snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(snapshot / "forwarding-rules", ignore_errors=True)
    shutil.rmtree(snapshot / "heartbeats", ignore_errors=True)
    for path in (snapshot / "integrations").iterdir():
        path.unlink()
    shutil.rmtree(snapshot / "maintenances", ignore_errors=True)
    command = ["plan", str(snapshot), "--sandbox-load", str(account), "--json"]
    assert main(command) == 0
    output = json.loads(capsys.readouterr().out)
    assert (output["changes"], output["summary"]["extra"] > 5) == ([], True)
    assert main([*command, "--prune", "--max-delete", "1%"]) == 1
    stopped = capsys.readouterr()
    assert "more than 1%; if this is intended, use --max-delete " in stopped.err
    assert json.loads(stopped.out)["error"] in stopped.err
    assert json.loads(stopped.out)["summary"]["delete"] == output["summary"]["extra"]
    enough = stopped.err.rpartition("--max-delete ")[2].strip()
    assert main([*command, "--prune", "--max-delete", enough]) == 0
    assert "error" not in json.loads(capsys.readouterr().out)


def test_only_a_part_is_compared_where_that_was_chosen(
    account: Path, snapshot: Path, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(team, lambda document: document["team"].update(description="x"))
    for path in (snapshot / "escalations").iterdir():
        edit(path, lambda document: document["escalation"].update(description="y"))
    command = ["plan", str(snapshot), "--sandbox-load", str(account), "--json", "--only", f"teams/{name_of(team)}"]
    assert main(command) == 0
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)["changes"]] == ["team"]


def test_a_snapshot_that_is_wrong_is_refused_before_anything_is_asked_for(
    snapshot: Path, team: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSGENIE_API_KEY", "k")  # of an account that nobody could reach
    edit(team, lambda document: document["team"].update(colour="red", name=7))
    other = sorted((snapshot / "schedules").iterdir())[0]
    other.write_text("{")
    assert main(["plan", str(snapshot), "--base-url", "http://127.0.0.1:9"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert f"teams/{team.name}:" in output.err
    assert "colour" in output.err
    assert f"schedules/{other.name}:1" in output.err


def test_what_could_not_be_read_makes_it_incomplete(
    account: Path, snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(snapshot / "manifest.json", lambda manifest: manifest["failures"].append({"folder": "users", "name": ""}))
    for path in (snapshot / "users").iterdir():
        path.unlink()
    assert main(["plan", str(snapshot), "--sandbox-load", str(account), "--json", "--prune"]) == 1
    output = json.loads(capsys.readouterr().out)
    assert (output["complete"], output["changes"]) == (False, [])
    assert output["skipped"] == ["users: is missing in the snapshot: it could not be read when that was pulled"]


def test_an_account_that_cannot_be_reached_is_a_failure(
    snapshot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSGENIE_API_KEY", "k")
    assert main(["plan", str(snapshot), "--base-url", "http://127.0.0.1:9", "--json"]) == 1
    output = capsys.readouterr()
    assert json.loads(output.out)["complete"] is False
    assert json.loads(output.out)["error"] in output.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "nowhere/x"], "nowhere/x"),
        (["--max-delete", "lots"], "30%"),
        (["--max-delete", "101%"], "30%"),
        (["--max-delete", "-1"], "30%"),
        (["--max-delete", "nan"], "30%"),
    ],
)
def test_wrong_words_are_wrong_usage(
    snapshot: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", str(snapshot), *arguments])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--json", "--markdown"], "--markdown"), (["--sandbox", "--region", "eu"], "--region"), ([], "OPSGENIE_API_KEY")],
)
def test_what_does_not_go_together_is_wrong_usage(
    snapshot: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)
    assert main(["plan", str(snapshot), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_a_snapshot_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(tmp_path), "--sandbox"]) == 2
    assert "holds no snapshot" in capsys.readouterr().err


def test_a_long_line_goes_on_below_its_own_words() -> None:
    output = StringIO()
    console = Console(file=output, width=24, force_terminal=True, color_system=None, legacy_windows=False)
    for line in (Line("one two three four five six", "+", 3), Line("name: " + "x" * 30, "~", 2), Line("short", "~", 1)):
        _print_line(line, console)
    assert output.getvalue().splitlines() == [
        "      + one two three",
        "        four five six",
        "    name:",
        "    " + "x" * 20,
        "    " + "x" * 10,
        "  ~ short",
    ]
