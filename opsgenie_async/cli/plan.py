"""`plan`: what would change to make an account equal to a snapshot."""

from __future__ import annotations

import argparse
import asyncio

from opsgenie_async.cli.comparison import (
    Comparison,
    add_plan_arguments,
    add_view_arguments,
    check_view,
    guarded,
    print_result,
    read,
)
from opsgenie_async.cli.connection import add_connection_arguments, connect, path
from opsgenie_async.cli.exits import exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.plan_file import Identity, check_out, identify, write_plan
from opsgenie_async.cli.selection import (
    add_choice_arguments,
    add_concurrency_argument,
    add_folder_argument,
    add_people_arguments,
)
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.sync import JOURNAL, Selection, Snapshot, plan, read_refusals

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_folder_argument(parser, "the snapshot to make the account equal to")
    add_view_arguments(parser)
    parser.add_argument("--out", type=path, metavar="FILE", help="keep it for review; 'apply FILE' does just that")
    add_plan_arguments(parser)
    add_choice_arguments(parser)
    add_people_arguments(parser)
    add_concurrency_argument(parser)
    add_connection_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Plan, and say what would change: 0 the plan is whole, 1 something could not be compared, 2 wrong usage."""
    with exit_on_error("plan", arguments, interrupted=lambda: "nothing was changed"):
        import opsgenie_async.cli.plan_view  # noqa: F401  # what is not installed is to be known first

        check_view(arguments)
        check_out(arguments.out)
        comparison = Comparison.of(arguments)
        want = comparison.load()
        have, identity = asyncio.run(_read(arguments, comparison.reach(want)))
        refusals = () if comparison.retry_refused else read_refusals(comparison.folder / JOURNAL)
        result = plan(have, want, only=comparison.only, prune=comparison.prune, refusals=refusals)
        refusal = guarded(result, comparison.max_delete)
        if arguments.out is not None and not refusal:
            write_plan(arguments.out, result, want, comparison, identity)
    status = print_result("plan", arguments, result, stopped=refusal)
    if arguments.out is not None and not (refusal or arguments.quiet):
        say(
            f"kept in {arguments.out}: 'opsgenie-async apply {arguments.out}' does this, or says what has changed since"
        )
    return status


async def _read(arguments: argparse.Namespace, only: Selection) -> tuple[Snapshot, Identity]:
    meter = Meter(SystemClock())
    async with connect(arguments, Config(hooks=(log_event, meter))) as og:
        identity = await identify(og, arguments) if arguments.out is not None else ("", "")
        return await read(og, only, arguments, meter), identity
