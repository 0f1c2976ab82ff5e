"""Names are nouns for things and verbs for actions: no participle, pronoun or clause is a name in the package."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import opsgenie_async

PACKAGE = Path(opsgenie_async.__file__).parent
WORDS = (
    "asked",
    "begun",
    "came",
    "felt",
    "found",
    "given",
    "goners",
    "heard",
    "hears",
    "held",
    "hindered",
    "kept",
    "laid",
    "left_out",
    "made",
    "meant",
    "met",
    "mine",
    "misfit",
    "ours",
    "said",
    "says",
    "seen",
    "sent",
    "shown",
    "sought",
    "spoken",
    "taken",
    "tells",
    "theirs",
    "thrown",
    "told",
    "unsaid",
    "wanted",
    "went",
    "what",
    "whom",
    "why",
    "written",
)
OF_THE_API = {"is_seen", "seen"}
"""`isSeen` of an alert and an incident, and the words of their search."""
DOORS = {"connection_made", "sent_links", "webhooks_sent"}
"""A method of asyncio's protocols, and switches of the sandbox, where the participle describes the noun beside it."""


def defined_names(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every function, class, parameter, variable and attribute that *source* defines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def dialect(source: str) -> list[tuple[int, str, str]]:
    """Line, name and word of every name with a word of the list in it."""
    return [
        (line, name, word)
        for line, name in defined_names(source)
        for word in WORDS
        if f"_{word}_" in f"_{name.lower().strip('_')}_" and name.lower() not in OF_THE_API | DOORS
    ]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("told = 1", "told"),
        ("class A:\n    def _as_said(self): ...", "_as_said"),
        ("def f(*, left_out): ...", "left_out"),
        ("self.not_kept = 1", "not_kept"),
        ("for seen_before in (): ...", "seen_before"),
        ("if (found := f()): ...", "found"),
        ("MOST_TAKEN = 1", "MOST_TAKEN"),
    ],
)
def test_the_list_is_looked_for_wherever_a_name_is_defined(source, name):
    assert [each for _, each, _ in dialect(source)] == [name]


@pytest.mark.parametrize(
    "source", ["is_seen = 1", "f(told=1)", "x = said", "foundation = sentence = 1", "class Gone: ..."]
)
def test_words_of_the_api_and_parts_of_words_are_none(source):
    assert dialect(source) == []


ROOMS = sorted({path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")})


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_is_of_the_dialect(room):
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))

    assert [f"{path.name}:{line}: {name}" for path in paths for line, name, _ in dialect(path.read_text())] == []
