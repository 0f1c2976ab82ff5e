"""What is counted are things: an alert is one, however many runs have a record of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import Opsgenie
from opsgenie_async.archive import ALL, ArchiveError, ArchiveProgress, archive, history
from opsgenie_async.archive.digests import Digests
from opsgenie_async.archive.layout import record_line
from opsgenie_async.archive.segments import segment_lines, write_segment
from opsgenie_async.archive.things import count_things, newest
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, check, fill, manifest, records


async def test_totals_are_of_things_and_not_of_records(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 60)
    for id in ids[:40]:
        sandbox.account.alerts[id]["status"] = "closed"
    first = await run(kinds=ALL)
    new = fill(sandbox, 3, first=100)

    second = await run(kinds=ALL)

    assert first.totals["alerts"] == first.read["alerts"] == 60
    assert (second.totals["alerts"], second.read["alerts"]) == (63, 23)
    for kind in ("incidents", "users", "services", "schedules", "on_calls", "team_logs", "templates"):
        assert (
            second.totals[kind]
            == first.totals[kind]
            == len({(each.id, kind == "team_logs" and each.line) for each in await records(folder, kind)})
        ), kind
    assert second.totals["schedules"] == len(sandbox.account.schedules)
    document = await manifest(folder)
    assert document["totals"] == second.totals
    assert [each["read"] for each in document["runs"]] == [first.read, second.read]
    verdict = await check(folder)
    assert (verdict.status, verdict.totals) == ("whole", second.totals)
    assert len(new) + len(ids) == second.totals["alerts"]


async def test_totals_count_what_was_read_twice_in_one_run_once(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 50)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/notes", status=403, times=3))
    assert (await run(kinds="alerts")).holes

    report = await run(kinds="alerts")

    assert report.holes == []
    assert report.totals == {"alerts": 50}
    assert (await check(folder)).totals == {"alerts": 50}


@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=8), max_size=8))
def test_each_thing_comes_once_by_its_last_record_in_the_sequence_of_time(tmp_path_factory, segments):
    """Segments of several runs, with bounds that overlap, touch, or are the same."""
    folder = tmp_path_factory.mktemp("things")
    slices, last = [], {}
    for number, documents in enumerate(segments, 1):
        keys = sorted(set(documents))
        lines = [record_line(f"{created}-{name}", created, number, [("document", b"{}")]) for created, name in keys]
        file, count = write_segment(folder, f"{number}.gz", lines)
        bounds = {"first": keys[0][0], "last": keys[-1][0]} if keys and number % 3 else {}
        slices.append({"kind": "alerts", "run": number, "records": count, "file": {"path": file.path}, **bounds})
        last |= {f"{created}-{name}": number for created, name in keys}

    heads = [*newest(partial(segment_lines, folder), slices)]

    assert {head.id: head.run for head in heads} == last
    assert len(heads) == len(last)
    assert [head.created for head in heads] == sorted(head.created for head in heads)
    assert sum(count_things(partial(segment_lines, folder), slices).values()) == len(last)


def test_many_segments_of_one_time_do_not_need_as_many_open_files(tmp_path: Path):
    slices = []
    for number in range(1, 400):
        line = record_line("one", 5, number, [("document", b"{}")])
        write_segment(tmp_path, f"{number}.gz", [line])
        slices.append({"kind": "alerts", "run": number, "records": 1, "file": {"path": f"{number}.gz"}})
    open_files = Path("/proc/self/fd")
    before = len([*open_files.glob("*")])
    heads = newest(partial(segment_lines, tmp_path), slices)
    assert next(heads).run == 399
    assert len([*open_files.glob("*")]) < before + 20


def test_digests_come_back_in_parts_each_once(tmp_path: Path):
    with Digests() as digests:
        for number in (*range(256), *range(256)):
            digests.add(f"{number:02x}" * 32, number)
        parts = dict(digests.parts())
        with pytest.raises(ValueError, match="digest"):
            digests.add("ab", 1)
        with pytest.raises(ValueError):
            digests.add("../../x", 1)

    assert [*parts] == [*"0123456789abcdef"]
    assert parts["a"] == {f"a{low:x}" * 32: 160 + low for low in range(16)}


async def test_what_was_open_is_read_again_whenever_it_is_interrupted(
    og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path, monkeypatch
):
    """Units of open alerts are the same after an interruption, though some of them have been read meanwhile."""
    monkeypatch.setitem(history.MOST, "full", 10)
    monkeypatch.setitem(history.AT_ONCE, "list", 1)
    ids = fill(sandbox, 50)
    await run(kinds="alerts")
    for id in ids:
        sandbox.account.alerts[id]["message"] = "changed, and nothing says so"
    segments = folder / "segments" / "alerts"
    for desired in (2, 3):
        task = asyncio.ensure_future(run(kinds="alerts", width=1))
        while len([*segments.glob("2-open-*")]) < desired and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    report = await run(kinds="alerts")

    assert (report.run, report.read, report.totals) == (2, {"alerts": 50}, {"alerts": 50})
    assert {each.document["message"] for each in await records(folder)} == {"changed, and nothing says so"}


async def test_open_alerts_that_are_listed_are_listed_again(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 250)
    for id in ids[:50]:
        sandbox.account.alerts[id]["status"] = "closed"
    await run(kinds="alerts", depth="list")
    before = sandbox.requests
    sandbox.account.alerts[ids[200]]["message"] = "changed, and nothing says so"

    report = await run(kinds="alerts", depth="list")

    assert sandbox.requests - before < 20
    assert (report.read, report.totals) == ({"alerts": 200}, {"alerts": 250})
    assert "changed, and nothing says so" in {each.document["message"] for each in await records(folder)}


async def test_a_hole_in_what_was_read_again_is_filled(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 5)
    await run(kinds="alerts")
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/logs", status=403, times=2))
    assert (await run(kinds="alerts")).holes
    for alert in sandbox.account.alerts.values():
        alert["status"] = "closed"

    report = await run(kinds="alerts")

    assert report.holes == []
    assert all("logs" in each.members and not each.holes for each in await records(folder))


async def test_progress_knows_what_was_there_before_an_interruption(og: Opsgenie, sandbox: Sandbox, folder: Path):
    fill(sandbox, 120)
    output: list[ArchiveProgress] = []
    task = asyncio.ensure_future(archive(og, folder, kinds="alerts", width=4, on_progress=output.append))
    while sandbox.requests < 300 and not task.done():  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    output.clear()

    await archive(og, folder, kinds="alerts", width=4, on_progress=output.append)

    assert output[0].earlier["alerts"] == 120
    assert 40 < output[0].earlier["alerts read"] < 70
    assert output[0].records.get("alerts read", 0) < 5


async def test_a_segment_that_is_damaged_ends_an_incremental_run(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 5)
    await run(kinds="alerts")
    for path in (folder / "segments" / "alerts").iterdir():
        path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(ArchiveError, match="verify the archive"):
        await run(kinds="alerts")
