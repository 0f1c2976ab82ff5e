"""How much one reads to follow one listing from the call to the socket and back, and that it does not grow.

What is counted is what runs in a warm call, as a profile hook sees it: the files, and the lines of their functions.
A file is opened for a few of its functions, so whole files say less: they hold what other calls do as well.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from types import CodeType, FrameType

import opsgenie_async
from opsgenie_async import Opsgenie

PACKAGE = Path(opsgenie_async.__file__).parent
MOST_FILES, MOST_LINES = 18, 800
GROUND = {"clock.py", "deadlines.py", "events/announcer.py", "json_text.py"}
"""Known to every reader of the package: what they are called says what they do."""


async def test_the_walk_of_a_listing(og: Opsgenie) -> None:
    codes: dict[str, set[CodeType]] = {}

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE) and not path.is_relative_to(PACKAGE / "sandbox"):
            codes.setdefault(str(path.relative_to(PACKAGE)), set()).add(frame.f_code)

    await og.teams.list()
    sys.setprofile(note)
    try:
        await og.teams.list()
    finally:
        sys.setprofile(None)

    lines = {file: {number for code in group for number in _lines(code)} for file, group in codes.items()}
    assert "http/transport.py" in codes
    assert len(codes) <= MOST_FILES, sorted(codes)
    assert len(codes.keys() - GROUND) <= MOST_FILES - len(GROUND), sorted(codes)
    assert sum(map(len, lines.values())) <= MOST_LINES


def _lines(code: CodeType) -> range:
    source, start = inspect.getsourcelines(code)
    return range(start, start + len(source))
