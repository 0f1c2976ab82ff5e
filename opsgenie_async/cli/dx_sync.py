"""`dx-sync`: the account's incidents into DX."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from opsgenie_async.cli.connection import (
    add_connection_arguments,
    connect,
    count,
    embedded,
    path,
    settings_error,
    through_proxy,
    wants_sandbox,
)
from opsgenie_async.cli.exits import WrongUsage, exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.dx import DX
from opsgenie_async.dx.bridge import IncidentDone, SyncReport, dx_sync
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json

__all__ = ["add_arguments", "run"]

STEP = 500
"""Incidents between two lines of progress."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes. Tokens come from the environment alone: arguments are seen by everybody."""
    dx = parser.add_argument_group("DX", "The token is read from DX_TOKEN; with --sandbox, the sandbox is DX as well.")
    address = dx.add_mutually_exclusive_group()
    address.add_argument("--dx-instance", metavar="NAME", help="yourinstance of https://yourinstance.getdx.net")
    address.add_argument("--dx-base-url", metavar="URL", help="another address in its place")
    parser.add_argument("--since", type=_moment, metavar="DATE", help="leave out incidents created before (ISO, UTC)")
    parser.add_argument("--checkpoint", type=path, metavar="FILE", help="remember there what DX was told")
    parser.add_argument("--dry-run", action="store_true", help="print the payloads, send nothing")
    parser.add_argument("--concurrency", type=count, default=16, metavar="N", help="upserts at a time (default: 16)")
    add_connection_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Sync, and say how it went: 0 complete, 1 something failed, 2 wrong usage."""
    meter = Meter(SystemClock())
    with exit_on_error("dx-sync", arguments, interrupted=lambda: "with a checkpoint, the same command goes on"):
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
            sandbox = await stack.enter_async_context(embedded(arguments))
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
    token = os.environ.get("DX_TOKEN")
    if not token:
        raise WrongUsage("DX_TOKEN is not set")
    if arguments.dx_instance is None and arguments.dx_base_url is None:
        raise WrongUsage("--dx-instance: not given, nor --dx-base-url in its place")
    try:
        return DX(
            token,
            instance=arguments.dx_instance,
            base_url=arguments.dx_base_url,
            config=through_proxy(config, arguments),
        )
    except ValueError as error:
        raise settings_error(error, arguments) from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a date as 2025-03-01 or 2025-03-01T12:00Z, got {text!r}") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _show(arguments: argparse.Namespace, done: IncidentDone) -> None:
    """Say what a person wants to see while it runs: what failed, how far it is, and in a dry run the payloads."""
    if done.failure is not None:
        say(f"{done.failure.message or done.id}: {done.failure.error}")
    if done.done % STEP == 0:
        say(f"{done.done} incidents")
    if arguments.dry_run and done.payload is not None and not arguments.json:
        print(json.dumps(done.payload))


def _summary(report: SyncReport, meter: Meter, *, dry_run: bool) -> str:
    outcome = f"{len(report.payloads)} would be sent" if dry_run else f"{report.upserted} sent"
    return (
        f"{outcome}, {report.unchanged} unchanged, {len(report.failures)} failed; {meter.requests} requests in "
        f"{report.duration:.1f} s, {meter.refused} refused with 429, {meter.retried} retried"
    )


def _document(report: SyncReport, meter: Meter, *, dry_run: bool) -> dict[str, Json]:
    document: dict[str, Json] = {
        "dryRun": dry_run,
        "complete": report.complete,
        "sent": report.upserted,
        "unchanged": report.unchanged,
        "failures": [failure.document() for failure in report.failures],
        "durationSeconds": round(report.duration, 3),
        "requests": meter.requests,
        "refused": meter.refused,
        "throttleWaits": meter.throttle_waits,
        "retries": meter.retried,
    }
    if dry_run:
        document["payloads"] = [dict(payload) for payload in report.payloads]
    return document
