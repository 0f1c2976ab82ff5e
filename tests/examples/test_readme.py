"""README and pages of the docs as people paste them: every program and command runs against a sandbox."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
COMMAND = ".venv/bin/opsgenie-async"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(), flags=re.MULTILINE | re.DOTALL)


async def run(folder: Path, sandbox: Sandbox, *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, f"{command[-1][:200]}\n{out.decode()}{err.decode()}"
    return out.decode()


@pytest.mark.parametrize("page", ["README.md", "docs/client.md", "docs/telemetry.md"])
async def test_every_program_runs_as_pasted(page: str, tmp_path: Path):
    programs = blocks(page, "python")
    assert programs
    async with Sandbox(teams=2, seed=3) as sandbox:
        for program in programs:
            assert (await run(tmp_path, sandbox, sys.executable, "-W", "error", "-c", program)).strip()


async def test_every_command_of_the_readme_runs_in_its_order(tmp_path: Path):
    lines = [line for block in blocks("README.md", "sh")[2:] for line in block.splitlines() if line]
    commands = [line for line in lines if not line.startswith("export ") and not line.endswith("&")]
    assert len(commands) >= 10
    async with Sandbox(teams=2, incidents=2, alerts=3, seed=3) as sandbox:
        for line in commands:
            await run(tmp_path, sandbox, "sh", "-c", line.replace(COMMAND, f"{sys.executable} -m opsgenie_async"))
        assert {path.name for path in tmp_path.iterdir()} >= {"backup", "history", "history.html", "oncall.html"}
        assert any(team["name"] == "Night watch" for team in sandbox.account.teams.values())
