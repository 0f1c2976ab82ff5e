"""Lists on a terminal of 60, 80 and 120 columns, and in a pipe."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest

from opsgenie_async.printable import cell_width
from opsgenie_async.sandbox import Sandbox
from tests.cli.terminal import look, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
LONG = "A disk of a machine with a long name in データ基盤 is full, as is the one beside it, and nobody knows why"


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=3, seed=4, alerts=8) as sandbox:
        next(iter(sandbox.account.alerts.values()))["message"] = LONG
        yield sandbox


def environment(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["alerts", "list"], ["ID", "STATUS", "MESSAGE"]),
        (["on-call"], ["SCHEDULE", "ON CALL"]),
        (["on-call", "*", "--next"], ["SCHEDULE", "ON CALL", "NEXT"]),
        (["whoami"], ["CAN READ", "STATE"]),
    ],
    ids=lambda value: " ".join(value),
)
async def test_a_table_fits_the_terminal(account: Sandbox, columns: int, words: list[str], titles: list[str]) -> None:
    lines = await look(columns, *words, **environment(account))

    assert max(map(cell_width, lines)) <= columns
    assert any(all(title in line for title in titles) for line in lines)
    assert "\x1b" not in "".join(lines)


async def test_nothing_is_cut_in_a_pipe(account: Sandbox) -> None:
    _, stdout, _ = await run("alerts", "list", COLUMNS="60", **environment(account))
    assert LONG in stdout
    assert "…" not in stdout

    lines = await look(60, "alerts", "list", **environment(account))
    assert LONG not in "".join(lines)
    assert any(LONG[:20] in line and "…" in line for line in lines)
