"""`pull`: write the account's whole configuration into files."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING

from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.selection import (
    choice_of,
)
from opsgenie_async.cli.targets import check_folder
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.sync import PullReport, Store, pull

if TYPE_CHECKING:
    from opsgenie_async.cli.progress import PullProgress

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Pull and print the result: 0 complete, 1 something failed, 2 wrong usage."""
    meter = Meter(SystemClock())
    state = f"{arguments.folder} is unchanged; to retry, run the same command again"
    with exit_on_error("pull", arguments, interrupted=lambda: state):
        from opsgenie_async.cli.progress import PullProgress

        if not arguments.dry_run:
            check_folder("DIR", arguments.folder)
        progress = PullProgress(meter, is_quiet=arguments.quiet)
        report = asyncio.run(_pull(arguments, meter, progress))
    if arguments.json:
        json.dump(_document(report, meter), sys.stdout, indent=2)
        print()
    else:
        progress.summarize(report, arguments.folder)
    return 0 if report.complete else FAILED


async def _pull(arguments: argparse.Namespace, meter: Meter, progress: PullProgress) -> PullReport:
    config = Config(hooks=(log_event, meter))
    async with connect(arguments, config) as og:
        with progress:
            return await pull(
                og,
                Store(arguments.folder),
                only=choice_of(arguments),
                concurrency=arguments.concurrency,
                on_progress=progress.show,
                dry_run=arguments.dry_run,
            )


def _document(report: PullReport, meter: Meter) -> dict[str, Json]:
    return {
        "folder": str(report.folder),
        "complete": report.complete,
        "dryRun": report.dry_run,
        "only": report.only,
        "counts": dict(report.counts),
        "failures": [failure.to_dict() for failure in report.failures],
        "unavailable": dict(report.unavailable),
        "vanished": list(report.vanished),
        "unknownFields": {word: list(fields) for word, fields in report.unknown_fields.items()},
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "overwritten": list(report.overwritten),
        "additional": list(report.additional),
        "durationSeconds": round(report.duration, 3),
        "requests": meter.requests,
        "refused": meter.refused,
        "throttleWaits": meter.throttle_waits,
        "retries": meter.retried,
    }
