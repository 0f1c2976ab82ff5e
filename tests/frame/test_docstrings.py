"""Every argument of every public operation stands in its docstring, where hovers and the reference read it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.dx.incidents import Incidents
from opsgenie_async.lazy_resource import lazy_resources
from opsgenie_async.legacy.policies import Policies
from opsgenie_async.legacy.schedules import Schedules

ENTRY = re.compile(r"^    (\*{0,2}\w+): \S", re.MULTILINE)


def resources() -> Iterator[type]:
    for name, attribute in lazy_resources(Opsgenie).items():
        if name != "legacy":
            yield attribute.factory  # type: ignore[misc]
    yield from (Incidents, Policies, Schedules)


def methods() -> Iterator[tuple[str, object]]:
    for kind in resources():
        for name, method in vars(kind).items():
            if not name.startswith("_") and inspect.isfunction(method):
                yield f"{kind.__module__.removeprefix('opsgenie_async.')}.{name}", method


METHODS = dict(methods())


@pytest.mark.parametrize("name", METHODS)
def test_its_docstring_has_every_argument_in_order(name: str) -> None:
    method = METHODS[name]
    _, *parameters = inspect.signature(method).parameters.values()  # type: ignore[arg-type]
    names = [f"**{one.name}" if one.kind is one.VAR_KEYWORD else one.name for one in parameters]
    section = re.search(r"^Args:\n(.*?)(?:\n\n|\Z)", inspect.getdoc(method) or "", re.MULTILINE | re.DOTALL)
    assert (ENTRY.findall(section[1]) if section else []) == names


def test_there_are_methods() -> None:
    assert len(METHODS) > 230
