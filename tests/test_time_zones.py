"""Time zones by name, where names come from people and accounts."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import opsgenie_async
from opsgenie_async.time_zones import find_time_zone

PACKAGE = Path(opsgenie_async.__file__).parent
LOOKUP = re.compile(r"\bZoneInfo\((?!\")")
"""Of a name that is not in the program itself."""


def test_a_time_zone_by_its_name() -> None:
    assert find_time_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Base", "Europe", "../UTC", "/etc/localtime", "a" * 5000, "UTC\0", "\ud800"],
    ids=["empty", "unknown", "folder", "outside", "absolute", "long", "zero", "surrogate"],
)
def test_no_text_is_more_than_unknown(name: str) -> None:
    assert find_time_zone(name) is None


def test_the_lookup_has_one_home() -> None:
    """The checker of files reads all zones at once; the sandbox shares nothing."""
    apart = ("sandbox", "sync/model/rules.py", "time_zones.py")
    others = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if not path.relative_to(PACKAGE).as_posix().startswith(apart) and LOOKUP.search(path.read_text())
    ]
    assert others == []
