"""Each slice is counted again when all are read: what came and went in the meantime is read, or said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from opsgenie_async.archive import history
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import START, Run, check, fill, records

COUNT = "GET /v2/alerts/count"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Set what happens to the account after everything was read, and before it is counted again."""

    def set_change(change: Callable[[], object]) -> None:
        recount = history.History.recount

        async def changed(self: history.History) -> None:
            change()
            await recount(self)

        monkeypatch.setattr(history.History, "recount", changed)

    return set_change


async def test_what_appears_in_a_slice_is_read_once(sandbox: Sandbox, folder: Path, run: Run, meanwhile):
    ids = {*fill(sandbox, 30)}

    def appear() -> None:
        for number in range(3):
            ids.add(sandbox.add_alert(START + timedelta(milliseconds=5), message=f"late {number}")["id"])

    meanwhile(appear)
    report = await run(kinds="alerts")

    assert sorted(record.id for record in await records(folder)) == sorted(ids)
    assert report.holes == []
    assert (await check(folder)).status == "whole"


async def test_what_disappears_is_no_hole(sandbox: Sandbox, folder: Path, run: Run, meanwhile):
    ids = fill(sandbox, 30)
    meanwhile(lambda: sandbox.account.alerts.pop(ids[7]))
    report = await run(kinds="alerts")

    assert sorted(record.id for record in await records(folder)) == sorted(ids)
    assert report.holes == []
    assert (await check(folder)).status == "whole"


async def test_a_count_above_what_is_listed_is_a_hole(sandbox: Sandbox, folder: Path, run: Run, meanwhile):
    fill(sandbox, 30)
    meanwhile(lambda: sandbox.faults.add(Fault(route=COUNT, status=200, body={"data": {"count": 33}})))
    report = await run(kinds="alerts")

    assert [hole["reason"] for hole in report.holes] == ["the API counts 33, and 30 were listed"]
    assert (await check(folder)).status == "holes"


async def test_a_count_that_is_refused_is_a_hole(sandbox: Sandbox, folder: Path, run: Run, meanwhile):
    fill(sandbox, 30)
    meanwhile(lambda: sandbox.faults.add(Fault(route=COUNT, status=403)))
    report = await run(kinds="alerts")

    [hole] = report.holes
    assert hole["reason"].startswith("could not be counted again: 403")
    assert (await check(folder)).status == "holes"
