"""Applies a plan: every step once, with a journal to resume from.

Creates and updates come first, then deletes (last stage first), then reorders: an alert must never meet a team without
a route. A failure stops the steps of its own team (or of the file, where there is no team) and those that need the
entity that could not be created; everything else continues.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TypeGuard

from opsgenie_async import __version__
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentValueError, NotFound, OpsgenieError, PreconditionRequired
from opsgenie_async.events import Run
from opsgenie_async.json_text import Json
from opsgenie_async.logs import get_logger
from opsgenie_async.sync.applying.executor import Ids, Steps
from opsgenie_async.sync.applying.journal import Event, Journal
from opsgenie_async.sync.applying.report import (
    Applied,
    ApplyReport,
    StepDone,
    StepFailed,
    StepNotReached,
    change_document,
    error_facts,
    refusal_facts,
)
from opsgenie_async.sync.applying.scheduler import Scheduler
from opsgenie_async.sync.model.kinds.escalation import ESCALATION
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_routing_rule import DEFAULT_RULE, TEAM_ROUTING_RULE
from opsgenie_async.sync.model.references import Target
from opsgenie_async.sync.planning.changes import Automatic, Change, Plan
from opsgenie_async.sync.planning.refusals import is_permanent

__all__ = ["apply"]

log = get_logger(__name__)

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
    """Make all changes of *plan*; what the API refuses is in the report, and stops its own team alone.

    After a run that was stopped or killed, make a new plan: what was done is in the account, and no more in that.

    Args:
        og: The client of the account.
        plan: What to do.
        clock: Says the time.
        journal: An open one, where every step is noted before it is sent and when it is over; see `Journal.open`.
        concurrency: Steps at a time.
        on_progress: Called after each.
        stop: When it is set, what is in flight is finished, nothing else is begun, and the report says what was not
            reached. Cancelling does the same before it ends the call; cancelling when it is about to stop ends what
            is in flight as well.

    Returns:
        The outcome of every step, failed ones included.

    Raises:
        OSError: The journal cannot be written.
    """
    if concurrency < 1:
        raise ArgumentValueError(f"concurrency: expected 1 or more, got {concurrency}")
    clock = clock or SystemClock()
    with Run(og._transport.announce, "apply", clock.now) as observed:
        report = await _execute(_Run(og, plan, journal, concurrency, on_progress, clock, stop or asyncio.Event()))
        observed.counts.update(report.counts)
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
        self._planned = len(self._changes)
        self._automatic = plan.automatic
        self._appeared: list[str] = []
        self._uncertain = False
        self._ids = Ids(plan.ids)
        self._steps = Steps(og, self._ids, clock, [each.key for each in plan.automatic if each.decision == "adopt"])
        self._journal = journal
        # A step waits for the disk before it is sent: meanwhile another is, so that the disk costs no time.
        self._max_tasks = 2 * concurrency if journal is not None else concurrency
        self._in_flight = asyncio.Semaphore(concurrency)
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
        # An empty plan is no run, unless it completes an interrupted one.
        is_run = bool(self._changes) or (self._journal is not None and self._journal.earlier is not None)
        if is_run:
            await self._begin()
        making, *others = _phases(self._changes)
        await self._work(making)
        for phase in (*await self._tidy(), *others):
            await self._work(phase)
            await self._retry_deletes()
        await self._retry_deletes(LAGS)
        for number, error in list(self._refused_deletes.items()):
            self._fail(number, error)
        for number in sorted(self._changes.keys() - self._outcomes.keys()):
            self._skip(number, STOPPED)
        report = self._report(start)
        if is_run:
            await self._note(
                Event.RUN_ENDED,
                complete=report.complete,
                done=len(report.done),
                failed=len(report.failed),
                notReached=len(report.not_reached),
                tidy=self._is_tidy(report),
            )
        return report

    async def _begin(self) -> None:
        """Write the start of the run, with what it takes over from earlier ones."""
        self._write(
            Event.RUN_BEGAN,
            tool=f"opsgenie-async {__version__}",
            changes=len(self._changes),
            fingerprint=_fingerprint(self._changes.values()),
        )
        if self._journal is None:
            return
        steps = {change.description for change in self._changes.values()}
        for refusal in self._journal.refusals:
            if refusal.step not in steps:
                self._write(Event.REFUSAL, **refusal_facts(refusal))
        for team in sorted(self._journal.new_teams):
            self._write(Event.NEW_TEAM, name=team)
        await self._journal.flush()

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

    async def _tidy(self) -> list[list[int]]:
        """Find what Opsgenie created with the teams of this run; report what stays, and plan to delete the rest."""
        done = {step.change.key: step.how for step in self._outcomes.values() if _is_creation(step)}
        companions = [
            each
            for each in self._automatic
            if (TEAM.name, "", each.team) in done and (each.decision != "adopt" or done.get(each.key) == "adopted")
        ]
        async with asyncio.TaskGroup() as group:
            inspections = [group.create_task(self._inspect(each)) for each in companions]
        added = dict(enumerate((change for task in inspections for change in task.result()), len(self._changes) + 1))
        self._changes |= added
        return list(_phases(added))

    def _is_tidy(self, report: ApplyReport) -> bool:
        """Whether no automatic entity of a new team of this run or an earlier one remains."""
        if self._uncertain or self.stopping:
            return False
        if report.complete:
            return True
        done = {step.change.key for step in self._outcomes.values() if isinstance(step, StepDone)}
        cleaning = [change.key for number, change in self._changes.items() if number > self._planned]
        adopted = [each.key for each in self._automatic if each.decision == "adopt" and ("team", "", each.team) in done]
        takes_over = self._journal is not None and bool(self._journal.new_teams)
        return not takes_over and done.issuperset([*cleaning, *adopted])

    async def _inspect(self, each: Automatic) -> list[Change]:
        """The steps that delete an automatic entity, or those of its parts that no file has."""
        if each.decision == "delete":
            rule = each.detachment(TEAM_ROUTING_RULE, DEFAULT_RULE)
            routed = each.kind is not ESCALATION or any(rule.key == change.key for change in self._changes.values())
            return [each.deletion()] if routed else [rule, each.deletion()]
        if self.stopping or (each.decision == "adopt" and not (each.whole and each.kind is SCHEDULE)):
            return []
        try:
            async with self._in_flight:
                if each.decision == "adopt":
                    unknown_parts = await self._steps.unknown_parts(SCHEDULE_ROTATION, each.name)
                    return [each.part_deletion(SCHEDULE_ROTATION, name, id) for id, name in unknown_parts]
                if not await self._steps.by_name(each.kind, each.name):
                    return []
        except OpsgenieError as error:
            log.warning("cannot tell what came with the team %s: %s", each.team, error)
            self._uncertain = True
        self._appeared.append(f"{each.kind.name} {each.name}")
        return []

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
        await self._note(Event.STEP_BEGAN, step=number, **change_document(change))
        try:
            async with self._in_flight:
                if self.stopping:
                    self._skip(number, STOPPED)
                    return
                done = await self._steps.take(change)
        except PreconditionRequired as error:
            if change.action == "delete":
                self._refused_deletes[number] = error
                self._write(Event.STEP_FAILED, step=number, **error_facts(error))
            else:
                self._fail(number, error)
        except OpsgenieError as error:
            self._fail(number, error)
        else:
            self._write(Event.STEP_DONE, step=number, id=done.id, requestId=done.request_id, how=done.how)
            self._finish(
                number, StepDone(change=change, id=done.id, request_id=done.request_id, how=done.how), done.how
            )

    def _hindrance(self, change: Change) -> str:
        """Why a step can no longer be executed, "" where it can."""
        if (failed := self._failed_groups.get(change.group)) is not None:
            return f"{failed.description} had failed"
        for target in change.needs():
            if target in self._missing:
                return f"needs {target.kind} {target.name!r}, which could not be made"
        return ""

    def _fail(self, number: int, error: OpsgenieError) -> None:
        """Record a failed step: the rest of its group, and what needs its entity, are not reached."""
        change = self._changes[number]
        self._failed_groups.setdefault(change.group, change)
        self._write(Event.STEP_FAILED, step=number, **error_facts(error), **self._refusal_key(change, error))
        self._finish(number, StepFailed(change=change, error=error), "failed", error)

    def _refusal_key(self, change: Change, error: OpsgenieError) -> dict[str, Json]:
        """What the next run needs to recognize a step that would be refused again."""
        if not is_permanent(change, error):
            return {}
        facts: dict[str, Json] = {**change_document(change), "fingerprint": change.fingerprint}
        return {**facts, "parentId": self._ids.parent(change)} if isinstance(error, NotFound) else facts

    def _skip(self, number: int, reason: str) -> None:
        change = self._changes[number]
        self._write(Event.NOT_REACHED, step=number, **change_document(change), why=reason)
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

    async def _note(self, event: str, **facts: Json) -> None:
        """Write an event and wait until it is on disk."""
        if self._journal is not None:
            await self._journal.append(event, **facts)

    def _write(self, event: str, **facts: Json) -> None:
        """Write an event with the next batch; a run that is killed before that leaves the step in doubt."""
        if self._journal is not None:
            self._journal.note(event, **facts)

    def _report(self, start: float) -> ApplyReport:
        outcomes = [self._outcomes[number] for number in self._changes]
        return ApplyReport(
            done=tuple(each for each in outcomes if isinstance(each, StepDone) and not _is_void(each)),
            failed=tuple(each for each in outcomes if isinstance(each, StepFailed)),
            not_reached=tuple(each for each in outcomes if isinstance(each, StepNotReached)),
            duration=self._clock.now() - start,
            stopped=self.stopping,
            appeared=tuple(sorted(self._appeared)),
        )


def _is_creation(step: StepDone | StepFailed | StepNotReached) -> TypeGuard[StepDone]:
    return isinstance(step, StepDone) and step.change.action == "create"


def _is_void(step: StepDone) -> bool:
    """Whether it deleted an automatic entity that was never created: not worth reporting."""
    return step.change.action == "delete" and not step.change.id and step.how == "already"


def _phases(changes: Mapping[int, Change]) -> Iterator[list[int]]:
    """Which steps go together: creates and updates, deletes stage by stage from the last one, orders."""

    def numbers(*actions: str) -> list[int]:
        return sorted((n for n, each in changes.items() if each.action in actions), key=lambda n: changes[n].stage)

    yield numbers("create", "update")
    for _, stage in groupby(reversed(numbers("delete")), key=lambda n: changes[n].stage):
        yield sorted(stage)
    yield numbers("order")


def _fingerprint(changes: Iterable[Change]) -> str:
    """The same for the same steps: of names alone, since a field may be a secret."""
    text = "\0".join(change.description for change in changes)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
