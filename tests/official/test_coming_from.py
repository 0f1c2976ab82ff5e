"""The page for people who come from the official SDK names every call of it, and calls of ours that exist."""

import re
import subprocess
import sys
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


def test_a_method_of_theirs_hints_at_ours(rows: list[tuple[str, str]]):
    og = Opsgenie("key")
    for call, local in rows:
        name = re.sub(r"^\w+_api\.(\w+)\(.*", r"\1", call)
        page, method = re.match(r"`await og\.(\w+)\.(\w+)", local).groups()
        resource = getattr(og, call.partition("_api")[0].removesuffix("s") + "s" * (page != "account"))
        if hasattr(resource, name):
            continue
        with pytest.raises(AttributeError) as caught:
            getattr(resource, name)
        hint = f"'{method}'" if getattr(og, page) is resource else f"`og.{page}`"
        assert hint in str(caught.value)


def test_the_row_of_debug_shows_every_attempt():
    if not PAGE.exists():
        pytest.skip("the docs are not here")
    row = re.search(r"^\| `conf\.debug = True` \| `(.+)` \|$", PAGE.read_text(), re.MULTILINE)
    assert row
    program = f"import logging; {row[1]}; logging.getLogger('opsgenie_async').debug('an attempt')"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "an attempt" in result.stderr


def test_their_settings_on_the_page_exist():
    configuration = pytest.importorskip("opsgenie_sdk").Configuration()
    if not PAGE.exists():
        pytest.skip("the docs are not here")

    names = re.findall(r"`conf\.(\w+)", PAGE.read_text())

    assert len(names) > 8
    assert [name for name in names if not hasattr(configuration, name)] == []
