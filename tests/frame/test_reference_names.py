"""The site shows what a user may use: no constants of modules, no names that are for the machinery."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIRECTIVE = re.compile(r"^::: (\S+)\n((?: {4}.*\n)*)", re.MULTILINE)
USUAL = ["!^_", "!^tagged_by$", "!^extra$"]
"""The filters of `mkdocs.yml`, which a directive's own ones replace."""


def modules_on_pages() -> Iterator[tuple[str, Path, list[str]]]:
    """Page, source and filters of what the site reads as a module, also where an import gives its function."""
    for page in sorted((ROOT / "docs").glob("*.md")):
        for name, options in DIRECTIVE.findall(f"{page.read_text()}\n"):
            path = ROOT / f"{name.replace('.', '/')}.py"
            if path.exists():
                own = re.search(r"filters: (\[.+\])", options)
                yield page.name, path, ast.literal_eval(own[1]) if own else USUAL


@pytest.mark.parametrize(("page", "path", "filters"), list(modules_on_pages()))
def test_no_page_shows_the_constants_of_a_module(page: str, path: Path, filters: list[str]):
    names = [
        target.id
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name) and target.id.isupper()
    ]

    assert [name for name in names if not any(re.search(each.removeprefix("!"), name) for each in filters)] == []


def test_no_resource_shows_what_it_tells_the_machinery():
    pytest.importorskip("mkdocs")
    path = ROOT / "docs" / "machinery" / "reference.py"
    spec = importlib.util.spec_from_file_location("site_reference", path)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)

    pages = reference._pages()
    resources = [
        directive for text in pages.values() for directive in DIRECTIVE.findall(text) if ".resources." in directive[0]
    ]
    classes = [options for name, options in resources if re.fullmatch(r"[A-Z]\w+", name.split(".")[-1]) and options]

    assert len(classes) > 30
    assert all('"!^domain$"' in options and '"!^requests$"' in options for options in classes)
