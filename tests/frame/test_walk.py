"""How much one reads to follow a listing, and a changed routing rule through its files, and that it does not grow.

What is counted is what runs in a warm call, as a profile hook sees it: the files, the lines of their functions, and for
a listing the lines of the files as well, for a reader opens the whole of them.
"""

from __future__ import annotations

import ast
import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

import pytest

import opsgenie_async
from opsgenie_async import Name, Opsgenie
from opsgenie_async.models import NoRecipient
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Snapshot, Store, apply, plan, pull, read_account

PACKAGE = Path(opsgenie_async.__file__).parent
MOST_FILES, MOST_LINES, MOST_WHOLE_LINES = 12, 680, 1800
MOST_SYNC_FILES, MOST_SYNC_LINES = 18, 2650

EXPRESSIONS: dict[type[ast.AST], str] = {
    ast.Lambda: "<lambda>",
    ast.ListComp: "<listcomp>",
    ast.SetComp: "<setcomp>",
    ast.DictComp: "<dictcomp>",
    ast.GeneratorExp: "<genexpr>",
}

Codes = dict[str, set[CodeType]]


@contextmanager
def executed(room: Path) -> Iterator[Codes]:
    """Collect the functions that run, by their file in *room*."""
    codes: Codes = {}

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(room) and not path.is_relative_to(PACKAGE / "sandbox"):
            codes.setdefault(str(path.relative_to(room)), set()).add(frame.f_code)

    sys.setprofile(note)
    try:
        yield codes
    finally:
        sys.setprofile(None)


def lines_of(codes: Codes) -> int:
    return sum(len({number for code in group for number in _lines(code)}) for group in codes.values())


@pytest.mark.parametrize(
    "call",
    [lambda og: og.teams.list(), lambda og: og.team_routing_rules.list(Name("ops"))],
    ids=["without arguments", "of a team"],
)
async def test_the_walk_of_a_listing(og: Opsgenie, call: Callable[[Opsgenie], Awaitable[object]]) -> None:
    await og.teams.create(name="ops")
    await call(og)
    with executed(PACKAGE) as codes:
        await call(og)

    assert "http/transport.py" in codes
    assert len(codes) <= MOST_FILES, sorted(codes)
    assert lines_of(codes) <= MOST_LINES
    assert sum(len((PACKAGE / file).read_text().splitlines()) for file in codes) <= MOST_WHOLE_LINES


async def test_the_walk_of_a_changed_routing_rule(tmp_path: Path) -> None:
    """Through load, read, plan and apply, in an account that has nothing but the rule and its team."""
    for only in ("", "teams"):
        codes = await change_a_rule(tmp_path / (only or "everything"), only)
        assert len(codes) <= MOST_SYNC_FILES, sorted(codes)
        assert lines_of(codes) <= MOST_SYNC_LINES


async def change_a_rule(folder: Path, only: str) -> Codes:
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await og.teams.create(name="ops")
        await og.team_routing_rules.create(Name("ops"), name="night", notify=NoRecipient(), timezone="Europe/Berlin")
        await pull(og, Store(folder), only=only)
        desired, codes = await asyncio.to_thread(edit_and_load, folder)
        with executed(PACKAGE / "sync") as others:
            report = await apply(og, plan(await read_account(og, only=only), desired))

    for file, group in others.items():
        codes.setdefault(file, set()).update(group)
    assert [(step.change.kind.name, step.change.action) for step in report.done] == [("team_routing_rule", "update")]
    return codes


def edit_and_load(folder: Path) -> tuple[Snapshot, Codes]:
    [file] = (folder / "teams").iterdir()
    file.write_text(file.read_text().replace("Europe/Berlin", "Asia/Tokyo"))
    with executed(PACKAGE / "sync") as codes:
        return Store(folder).load(), codes


def _lines(code: CodeType) -> range:
    """The lines of a function, its decorators included; `inspect` reads the file anew for each."""
    end = _ends(code.co_filename).get((code.co_firstlineno, code.co_name), code.co_firstlineno)
    return range(code.co_firstlineno, end + 1)


@cache
def _ends(file: str) -> dict[tuple[int, str], int]:
    """The last line of each function of *file*, by its first line and its name."""
    ends: dict[tuple[int, str], int] = {}
    for node in ast.walk(ast.parse(Path(file).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first, name = min(each.lineno for each in (node, *node.decorator_list)), node.name
        elif (name := EXPRESSIONS.get(type(node), "")) and isinstance(node, ast.expr):
            first = node.lineno
        else:
            continue
        ends[first, name] = max(ends.get((first, name), 0), node.end_lineno or 0)
    return ends
