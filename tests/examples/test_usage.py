"""Every example says how it is used, whatever the environment lacks."""

from __future__ import annotations

import os
from asyncio.subprocess import PIPE

import pytest

from tests.cli.processes import python
from tests.examples.conftest import FOLDER

EXAMPLES = sorted(path.name for path in FOLDER.glob("*.py"))
WITH_ARGUMENTS = ("copy_team.py", "copy_teams.py", "fleet.py", "on_call_wall.py")


async def run(example: str, *arguments: str) -> tuple[int | None, str, str]:
    environment = {name: text for name, text in os.environ.items() if "OPSGENIE" not in name}
    process = await python(str(FOLDER / example), *arguments, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    stdout, stderr = await process.communicate()
    return process.returncode, stdout.decode(), stderr.decode()


@pytest.mark.parametrize("example", EXAMPLES)
async def test_help(example):
    status, stdout, stderr = await run(example, "--help")

    assert (status, stderr) == (0, "")
    assert stdout.startswith(f"usage: {example} [-h]")


@pytest.mark.parametrize("example", WITH_ARGUMENTS)
async def test_without_the_arguments_that_it_needs(example):
    status, _, stderr = await run(example)

    assert status == 2
    assert stderr.startswith(f"usage: {example} [-h]")
