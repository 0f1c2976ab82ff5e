"""Apply a plan: every step once, with a journal for resuming.

Creates and updates come first, then deletes (last stage first), then reorders, so that a team always has a route for
its alerts. A failure stops the remaining steps of its team (or file, without a team) and those that need the entity
that could not be created; everything else continues.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from types import NoneType

from opsgenie_async.client import Opsgenie, check_client
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentValueError, OpsgenieError, PreconditionRequired
from opsgenie_async.events import Run
from opsgenie_async.signatures import check_argument
from opsgenie_async.sync.applying.companions import Companions
from opsgenie_async.sync.applying.executor import Ids, Steps
from opsgenie_async.sync.applying.journal import Journal
from opsgenie_async.sync.applying.report import Applied, ApplyReport, StepDone, StepFailed, StepNotReached
from opsgenie_async.sync.applying.run_record import RunRecord
from opsgenie_async.sync.model.snapshot import Target
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.plan import Plan

__all__ = ["apply"]

LAGS = (1.0, 2.0, 4.0)
"""Seconds before each retry of deletes that were refused because the entity is still in use."""

STOPPED = "the run was stopped before"

Show = Callable[[Applied], None]


async def apply(
    og: Opsgenie,
    plan: Plan,
    *,
    journal: Journal | None = None,
    concurrency: int = 32,
    on_progress: Show | None = None,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
) -> ApplyReport:
    """Apply all changes of *plan*; failures are in the report, and stop only their own team.

    After a run that was stopped or killed, make a new plan: it contains only what is left to do.

    Args:
        og: The client of the account.
        plan: The plan to apply.
        clock: The source of time.
        journal: An open journal that records every step before it is sent and after it ended; see `Journal.open`.
        concurrency: The maximum number of steps at the same time.
        on_progress: Called after each step.
        stop: When it is set, steps in flight are finished, no others start, and the report lists them. Cancelling the
            call does the same before it ends; cancelling again also ends the steps in flight.

    Returns:
        The outcome of every step, failed ones included.

    Raises:
        OSError: The journal cannot be written.
    """
    check_client("apply", og)
    check_argument("apply: plan", plan, Plan, "a Plan, as `plan` returns it")
    check_argument("apply: journal", journal, (Journal, NoneType), "a Journal")
    if concurrency < 1:
        raise ArgumentValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    with Run(og._transport.announce, "apply", clock.now) as observed:
        report = await _execute(_Run(og, plan, journal, concurrency, on_progress, clock, stop or asyncio.Event()))
        observed.counts.update(step.change.action for step in report.done)
        observed.counts["not reached"] = len(report.not_reached)
        observed.failures = len(report.failed)
    return report


async def _execute(run: _Run) -> ApplyReport:
    """Let *run* come to its end, or to a stop when this task is cancelled."""
    work = asyncio.create_task(run.execute())
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        is_second_cancel, run.stopped = run.stopping, True
        try:
            if not is_second_cancel:
                await asyncio.shield(work)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        raise


class _Run:
    """One run of a plan; its steps are numbered from 1."""

    def __init__(
        self,
        og: Opsgenie,
        plan: Plan,
        journal: Journal | None,
        concurrency: int,
        on_progress: Show | None,
        clock: Clock,
        stop: asyncio.Event,
    ) -> None:
        self.stopped = False
        self._changes = dict(enumerate(plan.changes, 1))
        self._ids = Ids(plan.ids)
        self._steps = Steps(og, self._ids, clock, [each.key for each in plan.automatic if each.decision == "adopt"])
        self._record = RunRecord(journal) if journal is not None else None
        # A step waits for the disk before it is sent: meanwhile another is, so that the disk costs no time.
        self._max_tasks = 2 * concurrency if journal is not None else concurrency
        self._in_flight = asyncio.Semaphore(concurrency)
        self._companions = (
            Companions(plan.automatic, self._steps, self._in_flight, lambda: self.stopping) if plan.automatic else None
        )
        self._on_progress = on_progress
        self._clock = clock
        self._stop = stop
        self._outcomes: dict[int, StepDone | StepFailed | StepNotReached] = {}
        self._failed_groups: dict[str, Change] = {}
        self._missing: set[Target] = set()
        self._refused_deletes: dict[int, PreconditionRequired] = {}

    @property
    def stopping(self) -> bool:
        """Whether no more steps are to start."""
        return self.stopped or self._stop.is_set()

    async def execute(self) -> ApplyReport:
        """Execute the whole plan and return its report."""
        start = self._clock.now()
        if self._record is not None:
            await self._record.begin(self._changes.values())
        making, *others = _phases(self._changes)
        await self._work(making)
        cleaning = await self._find_companions(self._companions) if self._companions is not None else ()
        for phase in (*cleaning, *others):
            await self._work(phase)
            await self._retry_deletes()
        await self._retry_deletes(LAGS)
        for number, error in list(self._refused_deletes.items()):
            self._fail(number, error)
        for number in sorted(self._changes.keys() - self._outcomes.keys()):
            self._skip(number, STOPPED)
        report = self._report(start)
        if self._record is not None:
            await self._record.end(report, tidy=self._is_tidy(report, self._record))
        return report

    async def _work(self, numbers: Iterable[int]) -> None:
        """Execute steps concurrently, until all are finished or the run is to stop."""
        scheduler = Scheduler({number: self._changes[number] for number in numbers})
        running: dict[asyncio.Task[None], int] = {}
        bug: BaseException | None = None
        try:
            while True:
                while len(running) < self._max_tasks and not self.stopping:
                    if (number := scheduler.take()) is None:
                        break
                    running[asyncio.create_task(self._step(number))] = number
                if not running:
                    break
                finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in finished:
                    scheduler.finish(running.pop(task))
                    error = task.exception()  # asked for each: asyncio complains of one that nobody asked for
                    if error is not None:
                        bug, self.stopped = bug or error, True
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        if bug is not None:
            raise bug

    async def _find_companions(self, companions: Companions) -> Iterator[list[int]]:
        """Add the steps that delete what Opsgenie created with the teams of this run; how they go together."""
        deletions = await companions.find(self._finished_steps(), self._changes.values())
        added = dict(enumerate(deletions, len(self._changes) + 1))
        self._changes |= added
        return _phases(added)

    def _is_tidy(self, report: ApplyReport, record: RunRecord) -> bool:
        """Whether no automatic entity of a new team of this run or an earlier one remains."""
        companions = self._companions
        if self.stopping or (companions is not None and companions.uncertain):
            return False
        if report.complete:
            return True
        if record.takes_over_teams:
            return False
        return companions is None or companions.are_settled({step.change.key for step in self._finished_steps()})

    def _finished_steps(self) -> list[StepDone]:
        return [each for each in self._outcomes.values() if isinstance(each, StepDone)]

    async def _retry_deletes(self, lags: Iterable[float] = (0.0,)) -> None:
        """Retry refused deletes for as long as some of them succeed: entities block each other."""
        for lag in lags:
            if lag and self._refused_deletes and not self.stopping:
                await self._clock.sleep_until(self._clock.now() + lag)
            before = len(self._refused_deletes) + 1
            while self._refused_deletes and len(self._refused_deletes) < before and not self.stopping:
                before = len(self._refused_deletes)
                await self._work(sorted(self._refused_deletes))

    async def _step(self, number: int) -> None:
        change = self._changes[number]
        if reason := self._hindrance(change):
            self._skip(number, reason)
            return
        if self._record is not None:
            await self._record.write_start(number, change)
        try:
            async with self._in_flight:
                if self.stopping:
                    self._skip(number, STOPPED)
                    return
                done = await self._steps.take(change)
        except PreconditionRequired as error:
            if change.action == "delete":
                self._refused_deletes[number] = error
                if self._record is not None:
                    self._record.write_delete_refusal(number, error)
            else:
                self._fail(number, error)
        except OpsgenieError as error:
            self._fail(number, error)
        else:
            outcome = StepDone(change=change, id=done.id, request_id=done.request_id, how=done.how)
            if self._record is not None:
                self._record.write_success(number, outcome)
            self._finish(number, outcome, done.how)

    def _hindrance(self, change: Change) -> str:
        """Why a step cannot be executed any more, "" if it can."""
        if (failed := self._failed_groups.get(change.group)) is not None:
            return f"{failed.description} had failed"
        for target in change.needs():
            if target in self._missing:
                return f"needs {target.kind} {target.name!r}, which could not be created"
        return ""

    def _fail(self, number: int, error: OpsgenieError) -> None:
        """Record a failed step: the rest of its group, and what needs its entity, are not reached."""
        change = self._changes[number]
        self._failed_groups.setdefault(change.group, change)
        if self._record is not None:
            self._record.write_failure(number, change, error, self._ids.parent(change))
        self._finish(number, StepFailed(change=change, error=error), "failed", error)

    def _skip(self, number: int, reason: str) -> None:
        change = self._changes[number]
        if self._record is not None:
            self._record.write_unreached_step(number, change, reason)
        self._finish(number, StepNotReached(change=change, reason=reason), "not reached")

    def _finish(
        self,
        number: int,
        outcome: StepDone | StepFailed | StepNotReached,
        how: str,
        failure: OpsgenieError | None = None,
    ) -> None:
        change = self._changes[number]
        self._outcomes[number] = outcome
        self._refused_deletes.pop(number, None)
        if change.action == "create" and not isinstance(outcome, StepDone):
            self._missing.add(change.target)
        if self._on_progress is not None:
            done, total = len(self._outcomes), len(self._changes)
            self._on_progress(Applied(change=change, how=how, done=done, total=total, failure=failure))

    def _report(self, start: float) -> ApplyReport:
        outcomes = [self._outcomes[number] for number in self._changes]
        return ApplyReport(
            done=tuple(each for each in outcomes if isinstance(each, StepDone) and not _is_void(each)),
            failed=tuple(each for each in outcomes if isinstance(each, StepFailed)),
            not_reached=tuple(each for each in outcomes if isinstance(each, StepNotReached)),
            duration=self._clock.now() - start,
            stopped=self.stopping,
            appeared=tuple(sorted(self._companions.appeared)) if self._companions is not None else (),
        )


def _is_void(step: StepDone) -> bool:
    """Whether it deleted an automatic entity that was never created, which is not reported."""
    return step.change.action == "delete" and not step.change.id and step.how == "already"


def _phases(changes: Mapping[int, Change]) -> Iterator[list[int]]:
    """Which steps go together: creates and updates, deletes stage by stage from the last one, orders."""

    def numbers(*actions: str) -> list[int]:
        return sorted((n for n, each in changes.items() if each.action in actions), key=lambda n: changes[n].stage)

    yield numbers("create", "update")
    for _, stage in groupby(reversed(numbers("delete")), key=lambda n: changes[n].stage):
        yield sorted(stage)
    yield numbers("order")


class Scheduler:
    """The order of steps: sequential within a group, groups concurrently, none before the entities that it needs.

    No stage waits for the end of another, only a step for what it really needs: so the requests never thin out while a
    few long groups come to the end of a stage. A step waits for earlier stages alone, so that no two wait for each
    other. Longest groups first.
    """

    def __init__(self, changes: Mapping[int, Change]) -> None:
        """Make one.

        Args:
            changes: By number, each group's in the order in which they are to be done.
        """
        self._changes = changes
        self._lines: defaultdict[str, deque[int]] = defaultdict(deque)
        self._making: dict[Target, int] = {}
        self._waiting: defaultdict[Target, list[str]] = defaultdict(list)
        self._ready: list[tuple[int, int, str]] = []
        for number, change in changes.items():
            self._lines[change.group].append(number)
            if change.action == "create":
                self._making[change.target] = change.stage
        for group in self._lines:
            self._offer(group)

    def take(self) -> int | None:
        """The number of a step that may begin; None while all that are left wait for one that has begun."""
        return heapq.heappop(self._ready)[1] if self._ready else None

    def finish(self, number: int) -> None:
        """Record that a step is finished, successful or not."""
        change = self._changes[number]
        group = change.group
        self._lines[group].popleft()
        if change.action == "create":
            target = change.target
            self._making.pop(target, None)
            for waiting in self._waiting.pop(target, ()):
                self._offer(waiting)
        if self._lines[group]:
            self._offer(group)

    def _offer(self, group: str) -> None:
        """Let the first step of a group begin, or have it wait for the first thing that is missing."""
        line = self._lines[group]
        change = self._changes[line[0]]
        # Entities that the API creates with a team exist before one of that name is created.
        creator = change.creator
        for target in (*change.needs(), *([creator] if creator is not None else [])):
            if self._making.get(target, change.stage) < change.stage:
                self._waiting[target].append(group)
                return
        heapq.heappush(self._ready, (-len(line), line[0], group))
