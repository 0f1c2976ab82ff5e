"""How much one reads to follow a listing, and a changed routing rule through its files, and that it does not grow.

What is counted is what runs in a warm call, as a profile hook sees it: the files, and the lines of their functions.
A file is opened for a few of its functions, so whole files say less: they hold what other calls do as well.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import opsgenie_async
from opsgenie_async import Name, Opsgenie
from opsgenie_async.models import NoRecipient
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Snapshot, Store, apply, plan, pull, read_account

PACKAGE = Path(opsgenie_async.__file__).parent
MOST_FILES, MOST_LINES = 18, 800
MOST_SYNC_FILES, MOST_SYNC_LINES = 42, 3000
GROUND = {"clock.py", "deadlines.py", "events/announcer.py", "json_text.py"}
"""Known to every reader of the package: what they are called says what they do."""


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


async def test_the_walk_of_a_listing(og: Opsgenie) -> None:
    await og.teams.list()
    with executed(PACKAGE) as codes:
        await og.teams.list()

    assert "http/transport.py" in codes
    assert len(codes) <= MOST_FILES, sorted(codes)
    assert len(codes.keys() - GROUND) <= MOST_FILES - len(GROUND), sorted(codes)
    assert lines_of(codes) <= MOST_LINES


async def test_the_walk_of_a_changed_routing_rule(tmp_path: Path) -> None:
    """Through load, read, plan and apply, in an account that has nothing but the rule and its team."""
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await og.teams.create(name="ops")
        await og.team_routing_rules.create(Name("ops"), name="night", notify=NoRecipient(), timezone="Europe/Berlin")
        await pull(og, Store(tmp_path), only="teams")
        desired, loading = await asyncio.to_thread(edit_and_load, tmp_path)
        with executed(PACKAGE / "sync") as codes:
            report = await apply(og, plan(await read_account(og, only="teams"), desired))

    for file, group in loading.items():
        codes.setdefault(file, set()).update(group)
    assert [(step.change.kind.name, step.change.action) for step in report.done] == [("team_routing_rule", "update")]
    assert len(codes) <= MOST_SYNC_FILES, sorted(codes)
    assert lines_of(codes) <= MOST_SYNC_LINES


def edit_and_load(folder: Path) -> tuple[Snapshot, Codes]:
    [file] = (folder / "teams").iterdir()
    file.write_text(file.read_text().replace("Europe/Berlin", "Asia/Tokyo"))
    with executed(PACKAGE / "sync") as codes:
        return Store(folder).load(), codes


def _lines(code: CodeType) -> range:
    source, start = inspect.getsourcelines(code)
    return range(start, start + len(source))
