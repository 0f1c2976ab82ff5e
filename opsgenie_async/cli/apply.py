"""`apply`: make an account equal to a snapshot, and resume an interrupted run."""

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

from opsgenie_async.cli.comparison import Comparison, files_in, plan_document, read, unsafe_reason
from opsgenie_async.cli.confirmation import confirm, is_terminal
from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, INTERRUPTED, Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.plan_file import file_digests, identify, load_plan, raise_if_outdated
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.quantity import quantity
from opsgenie_async.sync import (
    JOURNAL,
    ApplyReport,
    EarlierRun,
    Journal,
    Plan,
    PlanFile,
    Refusal,
    Snapshot,
    apply,
    plan,
    read_refusals,
)
from opsgenie_async.sync.planning.refusals import is_permanent
from opsgenie_async.sync.planning.render import sentence, summary, with_noun

if TYPE_CHECKING:
    from opsgenie_async.cli.apply_view import ApplyProgress

__all__ = ["run"]

AGAIN = "to resume, run the same command again"


@attrs.frozen
class Outcome:
    """The result of an apply; `report` is None in a dry run, `earlier` is the resumed run."""

    plan: Plan
    report: ApplyReport | None = None
    earlier: EarlierRun | None = None

    @property
    def complete(self) -> bool:
        return self.plan.complete and (self.report is None or self.report.complete)


def run(arguments: argparse.Namespace) -> int:
    """Apply and print the result: 0 complete, 1 incomplete, 2 wrong usage."""
    meter = Meter(SystemClock())
    progress: ApplyProgress | None = None

    comparison: Comparison | None = None

    def state() -> str:
        if comparison is None or progress is None or not progress.is_open:
            return "nothing was changed"
        return f"completed steps are in {comparison.folder / JOURNAL}; {AGAIN}"

    with exit_on_error("apply", arguments, interrupted=state):
        from opsgenie_async.cli.apply_view import ApplyProgress
        from opsgenie_async.cli.plan_view import print_plan

        progress = ApplyProgress(meter, is_quiet=arguments.quiet)
        file = None
        if arguments.folder.is_file():
            file, comparison = load_plan(arguments.folder, arguments)
        elif arguments.snapshot is not None:
            raise WrongUsage(f"--snapshot: {arguments.folder} is not a plan")
        else:
            comparison = Comparison.of(arguments)
        run = _Run(arguments, comparison, file, comparison.load(), meter, progress)
        outcome = asyncio.run(run.play())
    if arguments.json:
        json.dump(_document(outcome, meter), sys.stdout, indent=2)
        print()
    elif outcome.report is None:
        print_plan(outcome.plan)
    else:
        progress.summarize(outcome.report)
    if outcome.report is not None:
        _print_leftovers(outcome.plan, outcome.report)
        if outcome.report.stopped:
            return INTERRUPTED
    return 0 if outcome.complete else FAILED


def _print_leftovers(proposal: Plan, report: ApplyReport) -> None:
    for line in proposal.skipped:
        say(f"skipped: {with_noun(line)}")
    for line in report.appeared:
        say(f"created by Opsgenie with a new team, kept: {with_noun(line)} (--prune deletes it)")
    if not report.complete:
        how = "stopped" if report.stopped else "not everything was done"
        say(f"opsgenie-async apply: {how}; {AGAIN}")
    if any(is_permanent(step.change, step.error) for step in report.failed):
        say("rejected steps are retried when their file changes, or with --retry-refused")


@attrs.frozen
class _Run:
    """One run of the command."""

    arguments: argparse.Namespace
    comparison: Comparison
    file: PlanFile | None
    want: Snapshot
    meter: Meter
    progress: ApplyProgress

    async def play(self) -> Outcome:
        path = self.comparison.folder / JOURNAL
        async with connect(self.arguments, Config(hooks=(log_event, self.meter))) as og:
            if self.file is not None:
                self.file.raise_if_foreign(str(self.arguments.folder), *await identify(og, self.arguments))
            if self.arguments.dry_run:
                refusals = () if self.comparison.retry_refused else await asyncio.to_thread(read_refusals, path)
                return Outcome(await self.plan(og, refusals))
            # First of all: what another run does while this one reads would be done twice.
            async with Journal.open(path, keep=False) as journal:
                await journal.settled()
                refusals = () if self.comparison.retry_refused else journal.refusals
                proposal = await self.plan(og, refusals, journal.new_teams)
                self.ask(proposal)
                return Outcome(proposal, await self.apply(og, proposal, journal), journal.earlier)

    async def plan(self, og: Opsgenie, refusals: Collection[Refusal], new_teams: Collection[str] = ()) -> Plan:
        comparison = self.comparison
        have = await read(og, comparison.reach(self.want), self.arguments, self.meter)
        with files_in(comparison.folder):
            proposal = await asyncio.to_thread(
                plan,
                have,
                self.want,
                only=comparison.only,
                prune=comparison.prune,
                refusals=refusals,
                new_teams=new_teams,
            )
        if self.file is not None:
            files = await asyncio.to_thread(file_digests, self.want, comparison.folder)
            raise_if_outdated(self.arguments.folder, self.file, proposal, files)
        if refused := unsafe_reason(proposal, comparison.max_delete):
            raise Failure(refused)
        return proposal

    def ask(self, proposal: Plan) -> None:
        """Show the plan and ask for confirmation; raises if there is nothing to do."""
        if not proposal.changes or self.arguments.yes or self.file is not None:  # a file was reviewed
            return
        if is_terminal():
            from rich.console import Console

            from opsgenie_async.cli.plan_view import print_plan

            print_plan(proposal, Console(stderr=True))
            if not confirm("Apply these changes?"):
                raise Failure("not confirmed; nothing was changed")
        elif self.comparison.prune and (deletions := summary(proposal)["delete"]):  # else it is what a killed run left
            raise WrongUsage(
                f"this deletes {quantity(deletions, 'thing')}; without a terminal, use --yes; nothing was changed"
            )

    async def apply(self, og: Opsgenie, proposal: Plan, journal: Journal) -> ApplyReport:
        stop = asyncio.Event()
        progress = self.progress
        progress.begin(proposal)
        with progress, _interrupts(stop, progress.say):
            if journal.earlier is not None and not progress.is_quiet:
                progress.say(f"resuming {journal.earlier}")
            if not progress.is_quiet:
                progress.say(f"to do: {sentence(proposal)}")
            return await apply(
                og,
                proposal,
                journal=journal,
                concurrency=self.arguments.concurrency,
                on_progress=progress.show,
                stop=stop,
            )


@contextmanager
def _interrupts(stop: asyncio.Event, say: Callable[[str], None]) -> Iterator[None]:
    """Stop after the requests in flight on the first Ctrl-C, immediately on the second."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def on_signal() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        else:
            stop.set()
            say("stopping after the requests in flight; press Ctrl-C again to stop at once")

    with suppress(NotImplementedError):  # Windows has no such handlers: there, the first one cancels
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on_signal)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _document(outcome: Outcome, meter: Meter) -> dict[str, Json]:
    if outcome.report is None:
        return {"dryRun": True, **plan_document(outcome.plan)}
    return {
        "dryRun": False,
        **outcome.report.to_dict(),
        "complete": outcome.complete,
        "extra": list(outcome.plan.extra),
        "skipped": list(outcome.plan.skipped),
        "resumed": outcome.earlier.to_dict() if outcome.earlier is not None else None,
        "requests": meter.requests,
        "refused": meter.refused,
        "throttleWaits": meter.throttle_waits,
        "retries": meter.retried,
    }
