"""What pyproject.toml and README.md promise to people who install, and to the machines that check."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def fenced_blocks(text: str) -> list[str]:
    """The contents of the fenced code blocks of a Markdown text, in order."""
    return re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_four_core_dependencies_and_no_other():
    """A fifth is a decision, not an accident."""
    names = [Requirement(line).name for line in PROJECT["dependencies"]]

    assert names == ["aiohttp", "attrs", "backoff", "cattrs"]


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_every_core_dependency_has_one_lower_bound(line):
    """The session `min_deps` installs exactly these."""
    bounds = [bound for bound in Requirement(line).specifier if bound.operator == ">="]

    assert len(bounds) == 1


@pytest.mark.parametrize(("block", "word"), [(0, "opsgenie-async pull"), (1, "pytest")])
def test_readme_opens_with_the_two_commands(block, word):
    """One line each, working in an empty clone; CI runs the second one as it stands there."""
    lines = fenced_blocks((ROOT / "README.md").read_text())[block].strip().splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("python3 -m venv ")
    assert word in lines[0]
