"""`--sandbox-teams` and its like: for a sandbox alone, never silently for the account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opsgenie_async import __version__
from opsgenie_async.cli.parser import main_parser, options_of, subcommands_of
from opsgenie_async.sandbox import Sandbox
from tests.cli.terminal import run

VALUES = {"--sandbox-teams": "3", "--sandbox-alerts": "0", "--sandbox-incidents": "0", "--sandbox-seed": "0"}
WORDS = {
    "alerts list": [],
    "alerts get": ["1"],
    "alerts create": ["x"],
    "alerts assign": ["1", "--to", "user:ann@example.com"],
    "alerts note": ["1", "text"],
    "alerts snooze": ["1", "--until", "+1h"],
    "api": ["GET", "/v2/teams"],
    "apply": ["x"],
    "archive": ["x"],
    "override": ["ops", "ann", "--to", "+1h"],
    "plan": ["x"],
    "pull": ["x"],
    "run": ["--alert", "--", "ls"],
}


def _commands() -> list[str]:
    parsers = {}
    for name, parser in subcommands_of(main_parser(__version__)).items():
        parsers[name] = parser
        parsers |= {f"{name} {word}": each for word, each in subcommands_of(parser).items()}
    return sorted(name for name, parser in parsers.items() if "--sandbox-teams" in options_of(parser))


COMMANDS = _commands()
"""Every command with options for a sandbox."""


async def test_without_a_sandbox_they_are_wrong_usage(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert {"run", "pull", "alerts create"} <= {*COMMANDS}
    for name in COMMANDS:
        for option, value in VALUES.items():
            words = [*name.split(), option, value, *WORDS.get(name, ["1"] if name.startswith("alerts ") else [])]
            settings = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
            status, stdout, stderr = await run(*words, **settings)
            assert (status, stdout) == (2, ""), words
            assert f"opsgenie-async {name}: error: {option}: not allowed without --sandbox\n" in stderr, words
    assert sandbox.requests == 0


async def test_the_refusal_is_an_object_for_machines() -> None:
    status, stdout, _ = await run("whoami", "--json", "--sandbox-seed=0")
    assert status == 2
    assert json.loads(stdout) == {"complete": False, "error": "--sandbox-seed: not allowed without --sandbox"}


@pytest.mark.parametrize(
    "words",
    [
        ["--sandbox", "api", "GET", "/v2/teams", "--sandbox-teams", "2"],
        ["api", "GET", "/v2/teams", "--sandbox-teams", "2", "--sandbox"],
    ],
    ids=["before", "after"],
)
async def test_the_sandbox_is_requested_before_or_after_the_command(words: list[str]) -> None:
    status, stdout, stderr = await run(*words)
    assert (status, stderr, len(json.loads(stdout)["data"])) == (0, "", 2)


async def test_a_folder_to_load_is_a_request_for_a_sandbox(tmp_path: Path) -> None:
    folder = str(tmp_path / "snapshot")
    assert (await run("pull", folder, "--quiet", "--sandbox", "--sandbox-teams", "2"))[0] == 0

    status, stdout, _ = await run("api", "GET", "/v2/alerts", "--sandbox-load", folder, "--sandbox-alerts", "4")

    assert (status, len(json.loads(stdout)["data"])) == (0, 4)
    for option, reason in {
        "--sandbox-teams": "--sandbox-teams: an account is either generated or loaded",
        "--sandbox-load": "--sandbox-load: 3: is not a directory",
    }.items():
        assert await run("whoami", "--sandbox-load", folder, option, "3") == (
            2,
            "",
            f"opsgenie-async whoami: {reason}\n",
        )
