"""The plug-in as its users meet it: pytest in another process, found by the entry point."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text()
PASTED, OVERRIDE = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)

INI = """
[pytest]
addopts = --strict-markers -W error -p no:cacheprovider
"""
WITHOUT = "-pno:asyncio"
LOOP = "-oasyncio_default_fixture_loop_scope=function"


class Users:
    """A project of somebody who installed the package: an entry point beside the tests, as a wheel brings it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "installed"
        points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
        self.write("installed/users_copy-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: users-copy\nVersion: 1\n")
        lines = [f"{name} = {module}" for name, module in points.items()]
        self.write("installed/users_copy-1.dist-info/entry_points.txt", "\n".join(["[pytest11]", *lines, ""]))
        self.write("pytest.ini", INI)

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, test: str, *arguments: str) -> tuple[dict[str, int], str]:
        """How many passed, failed..., and what pytest printed."""
        return self.run_all({"test_it.py": test}, *arguments)

    def run_all(self, tests: dict[str, str], *arguments: str) -> tuple[dict[str, int], str]:
        """The same of several files at a time."""
        for name, text in tests.items():
            self.write(name, text)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *(arguments if WITHOUT in arguments else (LOOP, *arguments)),
                *(name for name in tests if name != "conftest.py"),
            ],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": f"{self.path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = done.stdout + done.stderr
        summary = printed.rstrip().rpartition("\n")[2]
        return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", summary.partition(" in ")[0])}, printed


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path)


def test_what_the_page_shows_can_be_pasted(users: Users):
    assert "mark.asyncio" in PASTED
    outcome, printed = users.run_all({"conftest.py": NO_WAITS, "test_it.py": PASTED}, "--asyncio-mode=strict")

    assert outcome == {"passed": PASTED.count("async def test_")}, printed


NO_WAITS = """
import asyncio

sleep = asyncio.sleep

async def refuse(delay, result=None):
    assert delay < 0.1, f"a real wait of {delay} s"
    return await sleep(delay, result)

asyncio.sleep = refuse
"""
AUTO = re.sub(r"^pytestmark.*\n", "", PASTED, flags=re.MULTILINE)
SETTINGS = f"""
import pytest
from opsgenie_async import Config, ServiceUnavailable
from opsgenie_async.testing import Fault
{OVERRIDE}
async def test(opsgenie, opsgenie_sandbox):
    opsgenie_sandbox.faults.add(Fault(status=503))
    with pytest.raises(ServiceUnavailable):
        await opsgenie.account.get()
    assert opsgenie_sandbox.requests == 1
"""
MARKERS = """
import pytest
from opsgenie_async.clock import SystemClock
from opsgenie_async.sandbox import Account
from opsgenie_async.testing import Fault, NoWaiting

@pytest.mark.opsgenie(teams=2, processing_delay=9, faults=[Fault(route="GET /v2/account", status=404)])
class TestAccount:
    @pytest.mark.opsgenie(teams=4, waiting=True)
    async def test_nearer(self, opsgenie, opsgenie_sandbox, opsgenie_clock):
        assert len(await opsgenie.teams.list()) == 4
        assert opsgenie_sandbox.processing_delay == 9
        assert isinstance(opsgenie_clock, SystemClock)

    async def test_farther(self, opsgenie, opsgenie_clock):
        assert len(await opsgenie.teams.list()) == 2
        assert isinstance(opsgenie_clock, NoWaiting)
        with pytest.raises(Exception, match="404"):
            await opsgenie.account.get()

@pytest.mark.opsgenie(account=Account(name="mine"))
async def test_an_account_of_ones_own_stays_as_it_is(opsgenie):
    assert (await opsgenie.account.get()).name == "mine"
    assert await opsgenie.teams.list() == []

async def test_every_test_has_its_own(opsgenie, opsgenie_sandbox):
    assert (len(await opsgenie.teams.list()), opsgenie_sandbox.requests) == (3, 1)
"""
NONSENSE = "import pytest\n@pytest.mark.opsgenie({})\nasync def test(opsgenie): pass\n"


@pytest.fixture(scope="module")
def auto(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest printed of these files in its mode `auto`."""
    files = {
        "conftest.py": NO_WAITS,
        "test_pasted.py": AUTO,
        "test_settings.py": SETTINGS,
        "test_markers.py": MARKERS,
        "test_name.py": NONSENSE.format("team=5"),
        "test_value.py": NONSENSE.format("5"),
    }
    return Users(tmp_path_factory.mktemp("users")).run_all(files, "--asyncio-mode=auto", "-rA")[1]


def outcomes(file: str, printed: str) -> list[str]:
    return re.findall(rf"^([A-Z]+) {file}\.py::", printed, flags=re.MULTILINE)


def test_what_the_page_shows_can_be_pasted_without_marks(auto: str):
    assert "mark.asyncio" not in AUTO
    assert outcomes("test_pasted", auto) == ["PASSED"] * PASTED.count("async def test_"), auto


def test_the_settings_can_be_overridden_as_the_page_shows(auto: str):
    assert outcomes("test_settings", auto) == ["PASSED"], auto


def test_markers_add_up_and_the_nearer_one_counts(auto: str):
    assert outcomes("test_markers", auto) == ["PASSED"] * 4, auto


@pytest.mark.parametrize(("file", "word"), [("test_name", "does not take team"), ("test_value", "does not take 5")])
def test_a_marker_that_makes_no_sense_is_named(auto: str, file: str, word: str):
    assert outcomes(file, auto) == ["ERROR"]
    assert f"@pytest.mark.opsgenie {word}; it is opsgenie(*, teams=3" in auto


def test_another_event_loop_is_said_in_place_of_hanging(users: Users):
    test = """
import pytest

@pytest.mark.asyncio(loop_scope="module")
async def test(opsgenie):
    await opsgenie.teams.list()
"""
    outcome, printed = users.run(test)
    assert outcome == {"error": 1}
    assert "asyncio_default_fixture_loop_scope = module" in printed

    outcome, printed = users.run(test, "-o", "asyncio_default_fixture_loop_scope=module")
    assert outcome == {"passed": 1}, printed


def test_unused_it_costs_no_web_server_and_no_sandbox(users: Users):
    test = """
import sys

def test(request):
    assert request.config.pluginmanager.hasplugin("opsgenie_async")
    assert "opsgenie_async.testing" in sys.modules
    assert [name for name in sys.modules if name.startswith(("aiohttp.web", "opsgenie_async.sandbox"))] == []
    assert [name for name in sys.modules if name.startswith(("opsgenie_async.resources.", "cattrs"))] == []
"""
    outcome, printed = users.run(test, WITHOUT)
    assert outcome == {"passed": 1}, printed


def test_without_pytest_asyncio_pytest_still_starts(users: Users):
    users.write("installed/pytest_asyncio.py", 'raise ImportError("not installed")\n')
    outcome, printed = users.run("def test(): pass\n", WITHOUT)
    assert outcome == {"passed": 1}, printed


def test_the_marker_is_listed(users: Users):
    _, printed = users.run("", "--markers")
    assert "@pytest.mark.opsgenie(*, teams=3" in printed
