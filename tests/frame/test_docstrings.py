"""Every argument of every public operation stands in its docstring, and every class's begins with its subject."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import opsgenie_async
from opsgenie_async import Opsgenie
from opsgenie_async.dx.incidents import Incidents
from opsgenie_async.lazy_resource import lazy_resources
from opsgenie_async.legacy.policies import Policies
from opsgenie_async.legacy.schedules import Schedules
from tests.tables import each_row

PACKAGE = Path(opsgenie_async.__file__).parent
CLAUSE = re.compile(r"(How|What|When|Where|Whether|Which|Who|Whose|Why)\b")
"""How a clause begins, which is no subject."""
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
EVERY = each_row("name", METHODS)


@EVERY
def test_its_docstring_has_every_argument_in_order(name: str) -> None:
    method = METHODS[name]
    _, *parameters = inspect.signature(method).parameters.values()  # type: ignore[arg-type]
    names = [f"**{one.name}" if one.kind is one.VAR_KEYWORD else one.name for one in parameters]
    section = re.search(r"^Args:\n(.*?)(?:\n\n|\Z)", inspect.getdoc(method) or "", re.MULTILINE | re.DOTALL)
    assert (ENTRY.findall(section[1]) if section else []) == names


def arguments(method: object) -> dict[str, tuple[str, str]]:
    """Of every argument its annotation, and what the docstring says of it."""
    section = re.search(r"^Args:\n(.*?)(?:\n\n|\Z)", inspect.getdoc(method) or "", re.MULTILINE | re.DOTALL)
    texts = re.split(r"^    \*{0,2}(\w+): ", section[1], flags=re.MULTILINE)[1:] if section else []
    parameters = inspect.signature(method).parameters  # type: ignore[arg-type]
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return {name: (str(parameters[name].annotation), " ".join(text.split())) for name, text in pairs}


def paragraphs(method: object, section: str) -> str:
    return (inspect.getdoc(method) or "").partition(f"\n{section}:\n")[2]


@EVERY
def test_what_it_says_of_an_argument_fits_the_type(name: str) -> None:
    """An index is no direction, None clears where None may be given, and a moment has a zone."""
    for argument, (annotation, text) in arguments(METHODS[name]).items():
        assert ("`asc`" in text) == ("SortOrder" in annotation or argument == "page"), argument
        assert "None" not in text or "None" in annotation, argument
        if "datetime" in annotation:
            assert re.search("aware", text), argument


@EVERY
def test_an_update_that_leaves_fields_alone_says_what_none_does(name: str) -> None:
    """In a PATCH a field that is not given stays: None is what clears it."""
    method = METHODS[name]
    operation = getattr(method, "operation", None)
    if operation is None or operation.method != "PATCH":
        return
    for argument, (annotation, text) in arguments(method).items():
        assert ("None" in annotation) == ("None" in text), argument
        assert "when not given" not in text, argument


@EVERY
def test_a_moment_without_a_zone_is_among_what_it_raises(name: str) -> None:
    names = [
        argument
        for argument, (annotation, _) in arguments(METHODS[name]).items()
        if re.match(r"(str | )?datetime", annotation)
    ]
    assert not names or "ValueError: " in paragraphs(METHODS[name], "Raises")


@EVERY
def test_no_line_says_the_name_again_alone(name: str) -> None:
    empty = re.compile(r"(The )?(new |custom )?(name|team|type|role|fields?)\.")
    texts = {argument: text for argument, (_, text) in arguments(METHODS[name]).items()}
    assert not [argument for argument, text in texts.items() if empty.fullmatch(text) and text != "The new name."]


def test_there_are_methods() -> None:
    assert len(METHODS) > 230


def clauses(source: str) -> Iterator[str]:
    """Yield the names of the classes whose docstring begins with a clause instead of a noun or a verb."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and CLAUSE.match(ast.get_docstring(node) or ""):
            yield node.name


@pytest.mark.parametrize("word", ["Who", "How", "Which", "What", "Whether"])
def test_a_clause_is_no_beginning_of_the_docstring_of_a_class(word: str) -> None:
    assert [*clauses(f'class A:\n    """{word} it is."""')] == ["A"]


@pytest.mark.parametrize("text", ["The whole.", "Whoever is on call.", "Marks what is one or many."])
def test_a_noun_or_a_verb_is_one(text: str) -> None:
    assert [*clauses(f'class A:\n    """{text}"""')] == []


def test_every_docstring_of_a_class_begins_with_its_subject() -> None:
    assert {
        path.relative_to(PACKAGE).as_posix(): names
        for path in sorted(PACKAGE.rglob("*.py"))
        if (names := [*clauses(path.read_text())])
    } == {}
