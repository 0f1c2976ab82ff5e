"""Makes the reference out of the package: a page for every attribute of the client, and the table of operations.

A hook of mkdocs; what it makes is never written to the disk. What pages there are the client's class says, what
models `opsgenie_async.models` says, and a link to something that is on no page fails the strict build.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import is_typeddict

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]  # mkdocs does not start where the route table can be imported from

import opsgenie_async.models  # noqa: E402
from opsgenie_async import Opsgenie  # noqa: E402
from opsgenie_async.lazy_resource import lazy_resources  # noqa: E402
from opsgenie_async.resources import path as path_module  # noqa: E402
from opsgenie_async.resources.base import Resource  # noqa: E402
from tests.routes.table import TABLE, Row  # noqa: E402

PACKAGE = "opsgenie_async"
EXAMPLES = Path(__file__).with_name("examples")
"""A program for each page, named like it."""
RESOURCES = lazy_resources(Opsgenie)
BESIDE = {"log_file": "logs", "on_call": "on_calls", "integration_action": "integration_actions"}
"""Modules of models whose page is not their plural."""
HEADINGS = {
    "legacy.schedules": "Schedules of v1",
    "legacy.policies": "Policies of v1",
    "dx.incidents": "Incidents of DX",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the made pages into the navigation."""
    pages = [f"reference/{name}.md" for name in _pages()]
    config.nav = [*(config.nav or []), {"Reference": pages}]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the made pages to the written ones."""
    for name, text in _pages().items():
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    files.append(File.generated(config, "table.md", content=_table()))
    return files


def _pages() -> Mapping[str, str]:
    """File name to Markdown, in the order of the client's own table of contents."""
    pages = {"client": _client(), "values": _values()}
    homes = _homes()
    for name, attribute in RESOURCES.items():
        if name != "legacy":
            module, kind = f"{PACKAGE}.resources.{name}", attribute.factory.__name__
            models = [f"{PACKAGE}.models.{one}" for one in homes.get(name, ())]
            pages[name] = _page(_heading(name), [f"{module}.{kind}", *_arguments(module)], models)
    pages["legacy"] = _page(
        "Deprecated v1",
        [
            f"{PACKAGE}.legacy.schedules.Schedules",
            f"{PACKAGE}.legacy.policies.Policies",
            *_arguments(f"{PACKAGE}.legacy.policies"),
        ],
        [f"{PACKAGE}.legacy.models", f"{PACKAGE}.legacy.policy_models"],
    )
    pages["dx"] = _page(
        "DX", [f"{PACKAGE}.dx.client.DX", f"{PACKAGE}.dx.incidents.Incidents"], [f"{PACKAGE}.dx.models"]
    )
    return {name: _with_example(name, text) for name, text in pages.items()}


def _with_example(name: str, text: str) -> str:
    """Put the page's program behind its heading; `values` has none, and tests run all of them."""
    program = EXAMPLES / f"{name}.py"
    if name == "values":
        return text
    heading, _, rest = text.partition("\n")
    return f"{heading}\n\n```python\n{program.read_text()}```\n{rest}"


def _arguments(module: str) -> list[str]:
    """What the methods of a page take beside models: fields that several share, and kinds of identifiers."""
    return [
        f"{module}.{name}"
        for name, value in vars(importlib.import_module(module)).items()
        if (name.startswith("By") and name not in path_module.__all__)
        or (is_typeddict(value) and value.__module__ == module)
    ]


def _homes() -> dict[str, list[str]]:
    """Name of a page to the modules whose models it shows; what belongs to none is among the shared values."""
    homes: dict[str, list[str]] = {}
    for module in opsgenie_async.models._MODULES:
        plurals = (BESIDE.get(module), module, f"{module}s", f"{module}es", f"{module[:-1]}ies")
        page = next((one for one in plurals if one in RESOURCES), "values")
        homes.setdefault(page, []).append(module)
    return homes


def _page(heading: str, classes: list[str], modules: list[str]) -> str:
    content = [f"# {heading}", *(f"::: {name}{_without_inner_names(name)}" for name in classes)]
    for module in modules:
        content += [f"::: {name}" for name in _public(importlib.import_module(module))]
    return "\n\n".join(content) + "\n"


def _without_inner_names(name: str) -> str:
    """Options that leave out what is for the machinery only, as the rate limit that a resource spends."""
    module, _, attribute = name.rpartition(".")
    kind = getattr(importlib.import_module(module), attribute)
    if not (isinstance(kind, type) and issubclass(kind, Resource)):
        return ""
    inner = [f'"!^{each}"' for each in ("_", *(f"{name}$" for name in Resource.__annotations__))]
    return f"\n    options:\n      filters: [{', '.join(inner)}]"


def _public(module: ModuleType) -> Iterator[str]:
    for name in module.__all__:
        if isinstance(getattr(module, name), type) or name[0].isupper():
            yield f"{module.__name__}.{name}"


def _client() -> str:
    names = (
        "client.Opsgenie paging.Pager paging.Page pending.Pending http.envelope.Envelope unset.Unset "
        "config.Config config.Hook events.Event events.AttemptEnded events.CallEnded "
        "events.LaneChanged events.Waiting events.log_event"
    )
    return _page("The client", [f"{PACKAGE}.{name}" for name in names.split()], [])


def _values() -> str:
    identifiers = [f"{PACKAGE}.resources.path.{name}" for name in path_module.__all__ if name.startswith("By")]
    lists = [f"{PACKAGE}.sequences.{name}" for name in ("ListLike", "SequenceNotStr")]
    models = [f"{PACKAGE}.models.{name}" for name in _homes()["values"]]
    return _page("Values that pages share", [*identifiers, *lists], models)


def _heading(name: str) -> str:
    return HEADINGS.get(name, name.replace("_", " ").capitalize())


def _table() -> str:
    """From the vendor's page and operation to the method."""
    about = (
        f"The {len(TABLE)} operations of the API by page of the vendor's reference, with the method and the rate limit "
        "domain of each. A call that is *processed later* returns a `Pending`."
    )
    text = ["# Every operation", about]
    by_page: dict[str, list[Row]] = {}
    for row in TABLE:
        by_page.setdefault(row.page, []).append(row)
    for page, rows in by_page.items():
        module, owner = _class(page)
        lines = ["| operation | request | method | limit |", "|---|---|---|---|"]
        text += [f"## {_heading(page)}", _vendor_page(module), "\n".join(lines + [_line(row, owner) for row in rows])]
    return "\n\n".join(text) + "\n"


def _line(row: Row, owner: type) -> str:
    method = getattr(owner, row.name)  # an alias links to what it is an alias of
    link = f"{owner.__module__}.{owner.__name__}.{method.__name__}"
    code = row.page if row.page.startswith("dx.") else f"og.{row.page}"
    later = ", processed later" if row.processed == "yes" else ""
    words = row.name.replace("_", " ")
    return f"| {words}{later} | `{row.method} {row.path}` | [`{code}.{row.name}`][{link}] | {row.domain} |"


def _class(page: str) -> tuple[ModuleType, type]:
    """The module of a page and its class."""
    home, _, name = page.rpartition(".")
    module = importlib.import_module(f"{PACKAGE}.{home or 'resources'}.{name}")
    return module, getattr(module, name.capitalize() if home else RESOURCES[name].factory.__name__)


def _vendor_page(module: ModuleType) -> str:
    """What the module's first line says in brackets."""
    match = re.search(r"\((.+?)(?:\)|;)", (module.__doc__ or "").partition("\n")[0])
    return f"Vendor: {match[1]}." if match else ""
