"""What `archive` says while it runs, and what it keeps to itself."""

from __future__ import annotations

import attrs
import pytest

from opsgenie_async.archive import ArchiveProgress
from opsgenie_async.cli.archive_progress import STEP, ProgressView
from opsgenie_async.cli.meter import Meter
from tests.clocks import FakeClock


def progress(**records: int) -> ArchiveProgress:
    expected = {"alerts": 10_000, "incidents": 50}
    return ArchiveProgress(
        records={each.replace("__", " "): n for each, n in records.items()}, slices=1, expected=expected
    )


async def lines(capsys: pytest.CaptureFixture[str], *reports: ArchiveProgress, is_quiet: bool = False) -> list[str]:
    clock = FakeClock()
    with ProgressView(Meter(clock), clock, is_full=True, is_quiet=is_quiet) as view:
        for each in reports:
            view.show(each)
            await clock.advance(STEP)
    return capsys.readouterr().err.splitlines()


async def test_a_line_names_what_is_running_and_how_long_it_takes(capsys):
    first = progress(templates=20, alerts=3000, deployments=0)
    later = progress(templates=20, alerts=9000, alerts__read=1000, incidents__read=50, deployments=0)
    latest = progress(templates=20, alerts=9000, alerts__read=2000, incidents__read=50, deployments=0)

    assert (await lines(capsys, first, later, latest)) == [
        "alerts 1,000/10,000, templates 20; 0 requests/s, 43 s left",
        "alerts 2,000/10,000; 0 requests/s, 39 s left",
    ]


async def test_what_a_process_before_has_done_does_not_shorten_what_is_left(capsys):
    resumed = [progress(alerts__read=8000 + 100 * step, incidents__read=50) for step in range(3)]

    assert (await lines(capsys, *resumed))[-1] == "alerts 8,200/10,000; 0 requests/s, 2 min left"


async def test_what_is_left_of_an_interrupted_run_follows_from_the_pace_of_this_process(capsys):
    resumed = [
        attrs.evolve(progress(alerts__read=100 * step, incidents__read=50), earlier={"alerts read": 8000})
        for step in range(3)
    ]

    assert (await lines(capsys, *resumed)) == [
        "alerts 8,100/10,000; 0 requests/s, 2 min left",
        "alerts 8,200/10,000; 0 requests/s, 2 min left",
    ]


async def test_quiet_says_nothing(capsys):
    assert (await lines(capsys, progress(alerts=1), progress(alerts=2), is_quiet=True)) == []
