"""Every exception that is raised on purpose is an `OpsgenieError`, and is on the page of errors."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import opsgenie_async
from opsgenie_async import OpsgenieError, errors
from opsgenie_async.dx import errors as dx_errors

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
INSIDE = {
    "Disconnect",
    "Exit",
    "Failure",
    "LaneClosedTooLong",
    "Mismatch",
    "NaiveMoment",
    "NoNumber",
    "NotAWord",
    "NotJson",
    "LoopStuck",
    "NotOneOfMany",
    "Rejection",
    "Unreachable",
    "Unreadable",
    "Unwritable",
    "WrongUsage",
}
"""Never seen by a caller: each is caught within the package and becomes another."""
BESIDE = ("cli", "sandbox", "__main__")
"""The command line ends with a status, and the sandbox stands beside the package."""


def exceptions() -> dict[str, type[BaseException]]:
    names = (module.name for module in pkgutil.walk_packages(opsgenie_async.__path__, "opsgenie_async."))
    modules = [importlib.import_module(name) for name in names if name.split(".")[1] not in BESIDE]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, BaseException) and value.__module__ == module.__name__
    }


@pytest.mark.parametrize(("name", "kind"), sorted(exceptions().items()))
def test_it_is_an_opsgenie_error_and_on_the_page(name: str, kind: type[BaseException]):
    if name in INSIDE:
        assert not issubclass(kind, OpsgenieError)
        return
    generated = name in {*errors.__all__, *dx_errors.__all__}

    assert issubclass(kind, OpsgenieError)
    assert generated or f"`{name}`" in PAGE.read_text()


@pytest.mark.parametrize(
    "name", sorted(name for name, kind in exceptions().items() if kind.__module__.startswith("opsgenie_async.sync"))
)
def test_those_of_files_are_value_errors(name: str):
    assert issubclass(exceptions()[name], ValueError)
