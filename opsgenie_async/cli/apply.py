"""`apply`: make an account equal to a snapshot, and go on with what was broken off."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import attrs

from opsgenie_async.cli.connection import add_connection_arguments, connect
from opsgenie_async.cli.exits import FAILED, INTERRUPTED, Failure, exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.plan import add_plan_arguments, guarded
from opsgenie_async.cli.selection import add_choice_arguments, add_folder_argument
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.sync import (
    JOURNAL,
    ApplyReport,
    EarlierRun,
    Journal,
    Plan,
    Refusal,
    Snapshot,
    Store,
    apply,
    plan,
    read_account,
    read_refusals,
)
from opsgenie_async.sync.planning.refusals import is_permanent
from opsgenie_async.sync.planning.render import summary

if TYPE_CHECKING:
    from opsgenie_async.cli.apply_view import ApplyProgress

__all__ = ["add_arguments", "run"]

AGAIN = "to go on, run the same command again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_folder_argument(parser, "the snapshot to make the account equal to")
    parser.add_argument("--dry-run", action="store_true", help="print the plan and change nothing")
    add_plan_arguments(parser)
    add_choice_arguments(parser)
    add_connection_arguments(parser)


@attrs.frozen
class Outcome:
    """What an apply came to: report: None in a dry run; earlier: the run that it went on with."""

    plan: Plan
    report: ApplyReport | None = None
    earlier: EarlierRun | None = None

    @property
    def complete(self) -> bool:
        return self.plan.complete and (self.report is None or self.report.complete)


def run(arguments: argparse.Namespace) -> int:
    """Apply, and say how it went: 0 everything is as wanted, 1 something is not, 2 wrong usage."""
    meter = Meter(SystemClock())
    progress: ApplyProgress | None = None

    def state() -> str:
        has_begun = progress is not None and progress.begun
        return f"{f'what was done is in {arguments.folder / JOURNAL}' if has_begun else 'nothing was changed'}; {AGAIN}"

    with exit_on_error("apply", arguments, interrupted=state):
        from opsgenie_async.cli.apply_view import ApplyProgress
        from opsgenie_async.cli.plan_view import print_plan

        progress = ApplyProgress(meter, is_quiet=arguments.quiet)
        want = Store(arguments.folder).load(arguments.only)
        outcome = asyncio.run(_apply(arguments, want, meter, progress))
    if arguments.json:
        json.dump(_document(outcome, meter), sys.stdout, indent=2)
        print()
    elif outcome.report is None:
        print_plan(outcome.plan)
    else:
        progress.summarize(outcome.report)
    if outcome.report is not None:
        for line in outcome.plan.skipped:
            say(f"left alone: {line}")
        for line in outcome.report.appeared:
            say(f"came by itself with a new team, and stays: {line} (--prune deletes it)")
        if not outcome.report.complete:
            how = "stopped" if outcome.report.stopped else "not everything was done"
            say(f"opsgenie-async apply: {how}; {AGAIN}")
        if any(is_permanent(step.change, step.error) for step in outcome.report.failed):
            say("what the API refused is not tried again until its file changes, or with --retry-refused")
    if outcome.report is not None and outcome.report.stopped:
        return INTERRUPTED
    return 0 if outcome.complete else FAILED


async def _apply(arguments: argparse.Namespace, want: Snapshot, meter: Meter, progress: ApplyProgress) -> Outcome:
    async with connect(arguments, Config(hooks=(log_event, meter))) as og:
        if arguments.dry_run:
            path = arguments.folder / JOURNAL
            refusals = () if arguments.retry_refused else await asyncio.to_thread(read_refusals, path)
            return Outcome(await _plan(arguments, og, want, meter, refusals))
        # First of all: what another run does while this one reads would be done twice.
        async with Journal.open(arguments.folder / JOURNAL) as journal:
            await journal.settled()
            refusals = () if arguments.retry_refused else journal.refusals
            made = await _plan(arguments, og, want, meter, refusals, journal.new_teams)
            stop = asyncio.Event()
            with progress, _interrupts(stop, progress.say):
                if journal.earlier is not None:
                    progress.say(f"going on with {journal.earlier}")
                progress.say(f"to do: {_counted(made)}")
                report = await apply(
                    og,
                    made,
                    journal=journal,
                    concurrency=arguments.concurrency,
                    on_progress=progress.show,
                    stop=stop,
                )
            return Outcome(made, report, journal.earlier)


async def _plan(
    arguments: argparse.Namespace,
    og: Opsgenie,
    want: Snapshot,
    meter: Meter,
    refusals: Collection[Refusal],
    new_teams: Collection[str] = (),
) -> Plan:
    have = await _read(arguments, og, meter)
    made = await asyncio.to_thread(
        plan,
        have,
        want,
        only=arguments.only,
        prune=arguments.prune,
        refusals=refusals,
        new_teams=new_teams,
    )
    if refused := guarded(made, arguments.max_delete):
        raise Failure(refused)
    return made


async def _read(arguments: argparse.Namespace, og: Opsgenie, meter: Meter) -> Snapshot:
    from opsgenie_async.cli.progress import PullProgress

    with PullProgress(meter, "reading", is_quiet=arguments.quiet) as progress:
        return await read_account(og, only=arguments.only, concurrency=arguments.concurrency, on_progress=progress.show)


@contextmanager
def _interrupts(stop: asyncio.Event, say: Callable[[str], None]) -> Iterator[None]:
    """Take the first Ctrl-C for a wish to stop, and the second for one to stop at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupted() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        else:
            stop.set()
            say("stopping: what is in flight is finished; Ctrl-C again stops at once")

    with suppress(NotImplementedError):  # Windows has no such handlers: there, the first one cancels
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupted)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _counted(made: Plan) -> str:
    said = [f"{number} {sort}" for sort, number in summary(made).items() if number]
    return ", ".join(said) or "nothing"


def _document(outcome: Outcome, meter: Meter) -> dict[str, Json]:
    if outcome.report is None:
        return {"dryRun": True, **outcome.plan.document(), "summary": dict(summary(outcome.plan))}
    return {
        "dryRun": False,
        **outcome.report.document(),
        "complete": outcome.complete,
        "extra": list(outcome.plan.extra),
        "skipped": list(outcome.plan.skipped),
        "resumed": outcome.earlier.document() if outcome.earlier is not None else None,
        "requests": meter.requests,
        "refused": meter.refused,
        "throttleWaits": meter.held,
        "retries": meter.retried,
    }
