"""The page for people who come from the official SDK names every call of it, and calls of ours that exist."""

import re
from operator import attrgetter
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from tests.official.calls import CALLS

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-opsgenie-sdk.md"


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str]]:
    """Their call and ours."""
    if not PAGE.exists():
        pytest.skip("the docs are not here: the page for those who come from the official SDK was not checked")
    return re.findall(r"^\| `(\w+_api\..+?)(?:`| `) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)


def test_each_of_their_calls_is_there_once(rows: list[tuple[str, str]]):
    second = [re.sub(r"^(\w+)_api\.(\w+)\(.*", r"\1.\2", call) for call, _ in rows]

    assert sorted(second) == sorted(CALLS)


def test_each_of_our_calls_exists_and_takes_these_arguments(rows: list[tuple[str, str]]):
    og = Opsgenie("key")
    for _, local in rows:
        result = re.match(r"`await og\.([\w.]+)\((.*?)\)`", local)
        assert result, local
        operation = attrgetter(f"{result[1]}.operation")(og)
        assert {*re.findall(r"(?:^|, )(\w+)=", result[2])} <= {*operation.parameters.accepted}
