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
IRREGULAR = (
    "begun",
    "bound",
    "bought",
    "broken",
    "brought",
    "built",
    "caught",
    "chosen",
    "done",
    "drawn",
    "fallen",
    "felt",
    "forbidden",
    "forgotten",
    "found",
    "frozen",
    "given",
    "gone",
    "grown",
    "heard",
    "held",
    "hidden",
    "hung",
    "kept",
    "known",
    "laid",
    "left",
    "lost",
    "made",
    "meant",
    "met",
    "overridden",
    "paid",
    "said",
    "seen",
    "sent",
    "shown",
    "sold",
    "sought",
    "spent",
    "spoken",
    "stolen",
    "stuck",
    "taken",
    "taught",
    "thought",
    "thrown",
    "told",
    "torn",
    "understood",
    "woven",
    "written",
)
"""Participles that do not end in "ed" and are no verb or noun as they stand, unlike `read`, `run`, `set`, `split`."""
NO_PARTICIPLES = ("embed", "exceed", "feed", "hundred", "need", "proceed", "seed", "shed", "shred", "speed", "succeed")
PARTICIPLE = re.compile(rf"(?!(?:{'|'.join(NO_PARTICIPLES)})$)(?:[a-z]+ed|(?:un|re|mis)?(?:{'|'.join(IRREGULAR)}))")
PUBLIC_PARTICIPLES = {"Applied", "Forbidden", "Gone", "Tagged", "Throttled", "Unauthorized", "Unknown", "settled"}
"""Public classes and methods that are called by one: statuses of HTTP, and words of this package that users know."""
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


def is_participle(name: str) -> bool:
    """Whether *name* is one word, and that a participle."""
    word = name.removeprefix("_")
    return word.isalpha() and word[1:].islower() and PARTICIPLE.fullmatch(word.lower()) is not None


def lone_participles(source: str) -> list[tuple[int, str]]:
    """Line and name of every function and class whose name is a participle alone; a property may be an adjective."""
    return [
        (node.lineno, node.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and is_participle(node.name)
        and not any(ast.unparse(each).endswith(("property", ".setter")) for each in node.decorator_list)
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


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def merged(): ...", "merged"),
        ("class A:\n    async def _listed(self): ...", "_listed"),
        ("class Received: ...", "Received"),
        ("class _Bound: ...", "_Bound"),
        ("def f():\n    def unsent(): ...", "unsent"),
        ("@cache\ndef hidden(): ...", "hidden"),
    ],
)
def test_a_participle_alone_is_no_name_of_a_function_or_class(source, name):
    assert [each for _, each in lone_participles(source)] == [name]


@pytest.mark.parametrize(
    "source",
    [
        "closed = skipped = 1",
        "def f(known): ...",
        "class A:\n    @property\n    def closed(self): ...",
        "class A:\n    @functools.cached_property\n    def failed(self): ...",
        "def created_response(): ...",
        "class PlacedRow: ...",
        "class RowPlaced: ...",
        "def read(): ...",
        "def embed(): ...",
        "def __reversed__(self): ...",
    ],
)
def test_adjectives_before_a_noun_and_verbs_are_names(source):
    assert lone_participles(source) == []


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


@pytest.mark.parametrize("room", ROOMS)
def test_no_function_or_class_is_called_by_a_participle(room):
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))

    assert [
        f"{path.name}:{line}: {name}"
        for path in paths
        for line, name in lone_participles(path.read_text())
        if name not in PUBLIC_PARTICIPLES
    ] == []


def test_no_function_or_class_beside_the_package_is_called_by_a_participle():
    paths = [path for folder in ("benchmarks", "docs", "examples") for path in sorted((ROOT / folder).rglob("*.py"))]

    assert [
        f"{path.name}:{line}: {name}"
        for path in [*paths, ROOT / "noxfile.py"]
        for line, name in lone_participles(path.read_text())
    ] == []


@pytest.mark.parametrize("folder", ["benchmarks", "docs", "examples", "tests"])
def test_no_name_around_the_package_is_of_the_dialect(folder):
    paths = sorted((ROOT / folder).rglob("*.py"))

    assert [f"{path.name}:{line}: {name}" for path in paths for line, name, _ in dialect(path.read_text())] == []
