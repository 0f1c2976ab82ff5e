"""`plan`: what would change to make an account equal to a snapshot."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
from typing import TYPE_CHECKING

from opsgenie_async.cli.connection import add_connection_arguments, connect
from opsgenie_async.cli.exits import FAILED, WrongUsage, exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.selection import add_choice_arguments, add_folder_argument
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.sync import (
    JOURNAL,
    Plan,
    Snapshot,
    Store,
    TooManyDeletions,
    plan,
    read_account,
    read_refusals,
)
from opsgenie_async.sync.planning.render import markdown, summary

if TYPE_CHECKING:
    from opsgenie_async.cli.progress import PullProgress

__all__ = ["add_arguments", "add_plan_arguments", "guarded", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_folder_argument(parser, "the snapshot to make the account equal to")
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown, for a pull request")
    add_plan_arguments(parser)
    add_choice_arguments(parser)
    add_connection_arguments(parser)


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """`--prune`, `--max-delete` and `--retry-refused`."""
    parser.add_argument("--prune", action="store_true", help="delete what the snapshot does not have")
    parser.add_argument(
        "--max-delete",
        type=_share,
        default=0.3,
        metavar="SHARE",
        help="the most of the account, or of one kind, that --prune may delete (default: 30%%)",
    )
    parser.add_argument(
        "--retry-refused",
        action="store_true",
        help="try steps again that the API refused for good (402, 403, 404, 422); a step whose file changed always is",
    )


def run(arguments: argparse.Namespace) -> int:
    """Plan, and say what would change: 0 the plan is whole, 1 something could not be compared, 2 wrong usage."""
    meter = Meter(SystemClock())
    with exit_on_error("plan", arguments, interrupted=lambda: "nothing was changed"):
        from opsgenie_async.cli.plan_view import print_plan
        from opsgenie_async.cli.progress import PullProgress

        if arguments.json and arguments.markdown:
            raise WrongUsage("--json: not together with --markdown")
        want = Store(arguments.folder).load(arguments.only)
        have = asyncio.run(_read(arguments, meter, PullProgress(meter, "reading", is_quiet=arguments.quiet)))
        refusals = () if arguments.retry_refused else read_refusals(arguments.folder / JOURNAL)
        made = plan(have, want, only=arguments.only, prune=arguments.prune, refusals=refusals)
    stopped = guarded(made, arguments.max_delete)
    if arguments.json:
        json.dump(_document(made, stopped), sys.stdout, indent=2)
        print()
    elif arguments.markdown:
        print(markdown(made), end="")
    else:
        print_plan(made)
    if stopped:
        say(f"opsgenie-async plan: {stopped}")
    return 0 if made.complete and not stopped else FAILED


def guarded(made: Plan, most: float) -> str:
    """Why a plan must not be applied, and how to go on; "" where it may."""
    try:
        made.raise_if_unsafe(most)
    except TooManyDeletions as error:
        return f"{error}; if that is meant, go on with --max-delete {math.ceil(100 * max(made.share.values()))}%"
    return ""


async def _read(arguments: argparse.Namespace, meter: Meter, progress: PullProgress) -> Snapshot:
    config = Config(hooks=(log_event, meter))
    async with connect(arguments, config) as og:
        with progress:
            return await read_account(
                og, only=arguments.only, concurrency=arguments.concurrency, on_progress=progress.show
            )


def _document(made: Plan, stopped: str) -> dict[str, Json]:
    document: dict[str, Json] = {**made.document(), "summary": dict(summary(made))}
    return {**document, "error": stopped} if stopped else document


def _share(text: str) -> float:
    """`30%` or `0.3`, for argparse."""
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share as 30% or 0.3, got {text!r}")
    return share
