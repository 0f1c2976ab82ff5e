"""Names are nouns for things and verbs for actions: no participle, pronoun or clause is one, in the tests neither."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import opsgenie_async

PACKAGE = Path(opsgenie_async.__file__).parent
ROOT = Path(__file__).parents[2]
WORDS = (
    "agenda",
    "asked",
    "begun",
    "came",
    "dice",
    "fate",
    "felt",
    "found",
    "furnish",
    "given",
    "goners",
    "got",
    "heard",
    "hears",
    "held",
    "himself",
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
    "refusal_of",
    "said",
    "says",
    "seconds_of",
    "seen",
    "sent",
    "shown",
    "sought",
    "spellings",
    "spoken",
    "stand_in",
    "taken",
    "teller",
    "tells",
    "theirs",
    "thrown",
    "told",
    "trouble",
    "unsaid",
    "wanted",
    "went",
    "what",
    "whom",
    "why",
    "written",
)
IN_THE_PACKAGE = ("chosen", "here", "it", "some", "spent", "where")
"""More of them, where no test needs one."""
DOORS = {"is_seen", "connection_made", "sent_links", "webhooks_sent"}
"""A word of the API, a method of asyncio's protocols, and switches of the sandbox with a participle beside its noun."""
PROSE = re.compile(
    r"""\bdef[ ]test_\w+|\#[^\n]*  # the name of a test is a sentence
    |\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.DOTALL | re.VERBOSE,
)
WORD = re.compile(rf"(?<![^\W_])(?:{'|'.join((*WORDS, *IN_THE_PACKAGE))})(?![^\W_])", re.IGNORECASE)


def defined_names(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every function, class, parameter, variable and attribute that *source* defines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def dialect(source: str, words: Sequence[str] = WORDS) -> list[tuple[int, str, str]]:
    """Line, name and word of every name with a word of the list in it."""
    if not WORD.search(PROSE.sub(" ", source)):  # parsing a file takes ten times as long
        return []
    return [
        (line, name, word)
        for line, name in defined_names(source)
        for word in words
        if f"_{word}_" in f"_{name.lower().strip('_')}_" and name.lower() not in DOORS and not name.startswith("test_")
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
    "source",
    [
        "is_seen = 1",
        "f(told=1)",
        "x = said",
        "foundation = sentence = 1",
        "class Gone: ...",
        "def test_what_is_found(): ...",
    ],
)
def test_words_of_the_api_and_parts_of_words_are_none(source):
    assert dialect(source) == []


ROOMS = sorted({path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")})


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_is_of_the_dialect(room):
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))

    allowed = {"seen"} if room == "models" else set()  # a field of an alert, beside `isSeen`

    assert [
        f"{path.name}:{line}: {name}"
        for path in paths
        for line, name, _ in dialect(path.read_text(), (*WORDS, *IN_THE_PACKAGE))
        if name not in allowed
    ] == []


@pytest.mark.parametrize("folder", ["benchmarks", "docs", "examples", "tests"])
def test_no_name_around_the_package_is_of_the_dialect(folder):
    paths = sorted((ROOT / folder).rglob("*.py"))

    assert [f"{path.name}:{line}: {name}" for path in paths for line, name, _ in dialect(path.read_text())] == []
