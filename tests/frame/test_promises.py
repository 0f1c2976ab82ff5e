"""What pyproject.toml and README.md promise to people who install, and to the machines that check."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, TOOLS = PYPROJECT["project"], PYPROJECT["tool"]


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


def test_the_readme_of_a_wheel_has_no_link_to_a_file_that_is_not_beside_it():
    """PyPI shows it alone; where it would be a dead link, the words stay."""
    text = (ROOT / "README.md").read_text()
    for rule in TOOLS["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        assert re.search(rule["pattern"], text), "it has become useless"
        text = re.sub(rule["pattern"], rule["replacement"], text)

    assert [link for link in re.findall(r"\]\((.*?)\)", text) if not link.startswith("https:")] == []
    assert "The tutorial takes fifteen minutes" in text
    assert "(more)" not in text


def test_contributing_lists_every_session_of_nox_and_the_gate_runs_them():
    """But for the three that take long, or need a quiet machine: a release is checked with them."""
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)\(", (ROOT / "noxfile.py").read_text(), flags=re.MULTILINE))
    documented = set(re.findall(r"^\| `nox -s (\w+)` \|", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.MULTILINE))
    calls = re.findall(r"^nox (.*)$", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    gate = {name for call in calls for name in call.split(" -- ")[0].split()}

    assert sessions == documented
    assert {"tests" if name == '"${others[@]}"' else name for name in gate} == sessions - {
        "bench",
        "coverage",
        "oncall",
    }


def test_every_page_is_in_the_navigation():
    """`table.md` is generated; the reference is added by the hook."""
    navigation = set(re.findall(r"^ +- (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), flags=re.MULTILINE))

    assert navigation == {path.name for path in (ROOT / "docs").glob("*.md")} | {"table.md"}


def test_the_sdist_holds_what_its_tests_read():
    """Every path that a test of this folder opens, and what the docs and the benchmarks need."""
    included = set(TOOLS["hatch"]["build"]["targets"]["sdist"]["include"])

    assert included >= {"/.ci", "/CONTRIBUTING.md", "/README.md", "/docs", "/examples", "/mkdocs.yml", "/noxfile.py"}
    sources = {"/opsgenie_async"}  # out of reach where the tests are for what was installed
    assert [path for path in included - sources if not (ROOT / path.removeprefix("/")).exists()] == []
