"""`dx-sync`: the account's incidents into DX."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack

from opsgenie_async.cli.connection import (
    SOURCES,
    connect,
    run_sandbox,
    settings_error,
    through_proxy,
    wants_sandbox,
)
from opsgenie_async.cli.exits import WrongUsage, exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.targets import check_file
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.dx import DX
from opsgenie_async.dx.bridge import IncidentDone, SyncReport, dx_sync
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.quantity import quantity

__all__ = ["run"]

DX_SOURCES = {
    "token": ("", "DX_TOKEN"),
    "instance": ("--dx-instance", ""),
    "base_url": ("--dx-base-url", ""),
}
PLACEHOLDER = "none"
"""Stands for the token in a dry run, which sends nothing to DX."""
STEP = 500
"""Incidents between two lines of progress."""


def run(arguments: argparse.Namespace) -> int:
    """Sync and print the result: 0 complete, 1 something failed, 2 wrong usage."""
    meter = Meter(SystemClock())

    def state() -> str:
        is_recorded = arguments.checkpoint is not None and arguments.checkpoint.exists() and not arguments.dry_run
        return "run the same command again to resume" if is_recorded else ""

    with exit_on_error("dx-sync", arguments, interrupted=state):
        if not arguments.dry_run:
            check_file("--checkpoint", arguments.checkpoint)
        report = asyncio.run(_sync(arguments, meter))
    if arguments.json:
        json.dump(_document(report, meter, dry_run=arguments.dry_run), sys.stdout, indent=2)
        print()
    elif not (arguments.quiet and report.complete):
        print(_summary(report, meter, dry_run=arguments.dry_run), file=sys.stderr if arguments.dry_run else sys.stdout)
    return 0 if report.complete else 1


async def _sync(arguments: argparse.Namespace, meter: Meter) -> SyncReport:
    config = Config(hooks=(log_event, meter))
    async with AsyncExitStack() as stack:
        if wants_sandbox(arguments):
            sandbox = await stack.enter_async_context(run_sandbox(arguments))
            og = Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config)
            dx = DX(sandbox.dx_token, base_url=sandbox.url, config=config)
            await stack.enter_async_context(og)
        else:
            dx = _dx(arguments, config)
            og = await stack.enter_async_context(connect(arguments, config))
        await stack.enter_async_context(dx)
        return await dx_sync(
            og,
            dx,
            since=arguments.since,
            checkpoint=arguments.checkpoint,
            concurrency=arguments.concurrency,
            dry_run=arguments.dry_run,
            on_progress=lambda done: _show(arguments, done),
        )


def _dx(arguments: argparse.Namespace, config: Config) -> DX:
    token = os.environ.get("DX_TOKEN") or (PLACEHOLDER if arguments.dry_run else "")
    if not token:
        raise WrongUsage("DX_TOKEN is not set")
    if arguments.dx_instance is None and arguments.dx_base_url is None:
        raise WrongUsage("--dx-instance: required, or --dx-base-url")
    try:
        return DX(
            token,
            instance=arguments.dx_instance,
            base_url=arguments.dx_base_url,
            config=through_proxy(config, arguments),
        )
    except ValueError as error:
        raise settings_error(error, arguments, {**SOURCES, **DX_SOURCES}) from error


def _show(arguments: argparse.Namespace, done: IncidentDone) -> None:
    """Print the progress for people: failures, counts, and the payloads in a dry run."""
    if done.failure is not None:
        say(f"{done.failure.message or done.id}: {done.failure.error}")
    if done.done % STEP == 0:
        say(quantity(done.done, "incident"))
    if arguments.dry_run and done.payload is not None and not arguments.json:
        print(json.dumps(done.payload))


def _summary(report: SyncReport, meter: Meter, *, dry_run: bool) -> str:
    outcome = f"{len(report.payloads)} would be sent" if dry_run else f"{report.upserted} sent"
    return (
        f"{outcome}, {report.unchanged} unchanged, {len(report.failures)} failed; "
        f"{quantity(meter.requests, 'request')} in {report.duration:.1f} s, "
        f"{meter.refused} refused with 429, {meter.retried} retried"
    )


def _document(report: SyncReport, meter: Meter, *, dry_run: bool) -> dict[str, Json]:
    document: dict[str, Json] = {
        "dryRun": dry_run,
        "complete": report.complete,
        "sent": report.upserted,
        "unchanged": report.unchanged,
        "failures": [failure.to_dict() for failure in report.failures],
        "durationSeconds": round(report.duration, 3),
        "requests": meter.requests,
        "refused": meter.refused,
        "throttleWaits": meter.throttle_waits,
        "retries": meter.retried,
    }
    if dry_run:
        document["payloads"] = [dict(payload) for payload in report.payloads]
    return document
