"""`plan`: the changes that make an account equal to a snapshot."""

from __future__ import annotations

import argparse
import asyncio

from opsgenie_async.cli.comparison import (
    Comparison,
    check_view,
    files_in,
    print_result,
    read,
    unsafe_reason,
)
from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.plan_file import Identity, identify, write_plan
from opsgenie_async.cli.targets import check_file
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.sync import JOURNAL, Selection, Snapshot, plan, read_refusals

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Plan and print the changes: 0 complete, 1 something could not be compared, 2 wrong usage."""
    with exit_on_error("plan", arguments, interrupted=lambda: "nothing was changed"):
        import opsgenie_async.cli.plan_view  # noqa: F401  # what is not installed is to be known first

        check_view(arguments)
        check_file("--out", arguments.out)
        comparison = Comparison.of(arguments)
        want = comparison.load()
        have, identity = asyncio.run(_read(arguments, comparison.reach(want)))
        refusals = () if comparison.retry_refused else read_refusals(comparison.folder / JOURNAL)
        with files_in(comparison.folder):
            result = plan(have, want, only=comparison.only, prune=comparison.prune, refusals=refusals)
        refusal = unsafe_reason(result, comparison.max_delete)
        if arguments.out is not None and not refusal:
            write_plan(arguments.out, result, want, comparison, identity)
    status = print_result("plan", arguments, result, stopped=refusal)
    if arguments.out is not None and not (refusal or arguments.quiet):
        say(f"saved to {arguments.out}: 'opsgenie-async apply {arguments.out}' applies it if nothing has changed since")
    return status


async def _read(arguments: argparse.Namespace, only: Selection) -> tuple[Snapshot, Identity]:
    meter = Meter(SystemClock())
    async with connect(arguments, Config(hooks=(log_event, meter))) as og:
        identity = await identify(og, arguments) if arguments.out is not None else ("", "")
        return await read(og, only, arguments, meter), identity
