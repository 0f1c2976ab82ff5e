"""`archive`: the history of an account, into files."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager

import attrs

from opsgenie_async.archive import (
    ALL,
    ArchiveReport,
    Estimate,
    archive,
    estimate,
)
from opsgenie_async.archive.kinds import number_of
from opsgenie_async.archive.verdict import is_interrupted
from opsgenie_async.cli.archive_progress import ProgressView, duration
from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.targets import check_folder
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity

__all__ = ["run"]

AGAIN = "run the same command again to resume"
VISIBLE_HOLES = 20
"""Holes that are shown one by one."""


def run(arguments: argparse.Namespace) -> int:
    """Archive and print the result: 0 whole, 1 with holes or failed, 2 wrong usage."""
    meter = Meter(SystemClock())
    if arguments.estimate:
        with exit_on_error("archive", arguments):
            estimated = asyncio.run(_estimate(arguments, meter))
        show_estimate(estimated, as_json=arguments.json)
        return 0
    with exit_on_error("archive", arguments):
        check_folder("DIR", arguments.folder)
    with _exit_on_error(arguments):
        report = asyncio.run(_archive(arguments, meter))
    if arguments.json:
        json.dump(_document(report, meter), sys.stdout, indent=2)
        print()
    else:
        for line in _results(report) if arguments.quiet else _summary(report, meter):
            print(printable(line))
    return 0 if report.complete else FAILED


def _exit_on_error(arguments: argparse.Namespace) -> AbstractContextManager[None]:
    def state() -> str:
        return AGAIN if is_interrupted(arguments.folder) else ""

    return exit_on_error("archive", arguments, interrupted=state, remainder=state)


def _choices(arguments: argparse.Namespace) -> dict[str, object]:
    names = ("since", "until", "depth", "full_for", "contacts")
    return {"kinds": arguments.only or ALL, **{name: getattr(arguments, name) for name in names}}


async def _estimate(arguments: argparse.Namespace, meter: Meter) -> Estimate:
    async with connect(arguments, Config(hooks=(log_event, meter))) as og:
        return await estimate(og, **_choices(arguments))  # type: ignore[arg-type]


async def _archive(arguments: argparse.Namespace, meter: Meter) -> ArchiveReport:
    is_full = arguments.depth == "full" and not arguments.full_for
    progress = ProgressView(meter, SystemClock(), is_full=is_full, is_quiet=arguments.quiet)
    async with connect(arguments, Config(hooks=(log_event, meter))) as og:
        with progress:
            return await archive(
                og,
                arguments.folder,
                width=arguments.concurrency,
                on_progress=progress.show,
                **_choices(arguments),  # type: ignore[arg-type]
            )


def show_estimate(estimated: Estimate, *, as_json: bool) -> None:
    """Print an estimate."""
    if as_json:
        facts = {**attrs.asdict(estimated), "total": estimated.total, "seconds": round(estimated.seconds)}
        json.dump(facts, sys.stdout, indent=2)
        print()
        return
    for kind, number in estimated.records.items():
        print(number_of(kind, number))
    for domain, number in estimated.requests.items():
        pace = estimated.paces[domain]
        basis = "assumed; the limit is unknown" if domain in estimated.assumed else "by its limit"
        print(f"{domain}: {quantity(number, 'request')}, {duration(number / pace)} at {pace:g} a second ({basis})")
    print(
        f"{quantity(estimated.total, 'request')} in total, about {duration(estimated.seconds)}: "
        "the domains are read in parallel"
    )
    for kind, reason in estimated.unknown.items():
        print(printable(f"not estimated: {kind}: {reason}"))


def _summary(report: ArchiveReport, meter: Meter) -> Iterator[str]:
    yield f"{report.folder}: {counts_text(report.totals)}"
    if report.read != report.totals:
        yield f"run {report.run} read {counts_text(report.read)}"
    yield meter.totals(f" in {duration(report.duration)}")
    for each in report.skipped:
        yield f"left out: {each['kind']}: {each['reason']}"
    yield from _results(report)
    holes = quantity(len(report.holes), "hole")
    yield "whole" if report.complete else f"{holes}; run the same command again to retry them"


def counts_text(numbers: dict[str, int]) -> str:
    """Counts by kind on one line, "nothing" if there are none."""
    return ", ".join(number_of(kind, number) for kind, number in numbers.items() if number) or "nothing"


def _results(report: ArchiveReport) -> Iterator[str]:
    """Yield what `--quiet` prints, too: what is missing, and the seal."""
    for each in report.holes[:VISIBLE_HOLES]:
        yield f"missing: {hole_text(each)}"
    if len(report.holes) > VISIBLE_HOLES:
        yield f"missing: {len(report.holes) - VISIBLE_HOLES} more, see the manifest"
    yield f"seal: {report.seal} (save it elsewhere: verify --seal compares it)"


def hole_text(hole: dict[str, Json]) -> str:
    """A hole on one line."""
    place = " ".join(str(hole[name]) for name in ("kind", "slice", "id", "part") if hole.get(name))
    count = hole.get("count")
    number = f" ({quantity(count, 'record')})" if isinstance(count, int) and count else ""
    return f"{place}: {hole['reason']}{number}"


def _document(report: ArchiveReport, meter: Meter) -> dict[str, object]:
    return {
        "complete": report.complete,
        "folder": str(report.folder),
        "run": report.run,
        "totals": report.totals,
        "read": report.read,
        "holes": report.holes,
        "skipped": report.skipped,
        "seal": report.seal,
        "durationSeconds": round(report.duration, 3),
        "requests": meter.requests,
        "refused": meter.refused,
        "retries": meter.retried,
    }
