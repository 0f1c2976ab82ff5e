"""Every Python block of the documentation has its imports and runs, against a sandbox of its own."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.lazy_resource import lazy_resources
from opsgenie_async.sandbox import Sandbox
from tests.examples.test_readme import ROOT, run

pytestmark = pytest.mark.pages  # a process for each: `nox -s docs` runs them, and the README's command leaves them out
BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def programs() -> list[object]:
    """Each block with the place where it stands; README is run by the tests beside this."""
    return [
        pytest.param(dedent(match[2]), id=f"{page.name}:{page.read_text()[: match.start()].count(chr(10)) + 1}")
        for page in sorted((ROOT / "docs").glob("*.md"))
        for match in BLOCK.finditer(page.read_text())
    ]


def test_there_are_blocks_in_tabs_as_well():
    result = BLOCK.findall('=== "a"\n\n    ```python\n    x = 1\n    ```\n\n```python\ny = 1\n```\n')

    assert [dedent(block) for _, block in result] == ["x = 1\n", "y = 1\n"]


EXAMPLES = sorted((ROOT / "docs" / "machinery" / "examples").glob("*.py"))


def test_every_page_of_the_reference_has_a_program():
    assert {path.stem for path in EXAMPLES} == {*lazy_resources(Opsgenie), "client", "dx"}


@pytest.mark.parametrize("program", [*programs(), *(pytest.param(path.read_text(), id=path.name) for path in EXAMPLES)])
async def test_it_runs_as_pasted(program: str, tmp_path: Path):
    async with Sandbox(teams=3, seed=3, alerts=3, incidents=4) as sandbox:
        await run(tmp_path, sandbox, sys.executable, "-W", "error", "-c", program)
