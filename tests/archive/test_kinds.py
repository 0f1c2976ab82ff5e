"""The kinds of data in an archive, which one table names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from opsgenie_async.archive import kinds

ROOM = Path(kinds.__file__).parent


def test_only_their_table_names_kinds_by_a_string() -> None:
    files = [file for file in ROOM.rglob("*.py") if file.name != "kinds.py"]

    assert [
        f"{file.name}: {word}" for file in files for word in sorted(_choices(ast.parse(file.read_text("utf-8"))))
    ] == []


def _choices(tree: ast.AST) -> Iterator[str]:
    """The kinds on which a module decides, or which it reads, by a string of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.MatchValue(value=ast.Constant(value=word)) if word in kinds.ALL:
                yield str(word)
            case ast.Compare(left=left, comparators=others, ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()]):
                sides = [side for side in (left, *others) if not _is_event(left)]
                yield from (str(s.value) for s in sides if isinstance(s, ast.Constant) and s.value in kinds.ALL)
            case ast.Call(func=ast.Attribute(attr="records"), args=[ast.Constant(value=word)]):
                yield str(word)


def _is_event(node: ast.expr) -> bool:
    """Whether a line of the journal is asked for its event, which may have the name of a kind."""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == "event"
