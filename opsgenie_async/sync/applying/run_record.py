"""The record of a run in the journal: the run, the outcomes of its steps, and the facts from earlier runs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from opsgenie_async import __version__
from opsgenie_async.errors import NotFound, OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.applying.journal import Event, Journal
from opsgenie_async.sync.applying.report import ApplyReport, StepDone, change_document, error_document
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.refusals import Refusal, is_permanent

__all__ = ["RunRecord"]


class RunRecord:
    """The record of one run in a journal; its steps are numbered from 1.

    An empty plan leaves no line, unless it completes an interrupted run.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._is_run = False

    @property
    def takes_over_teams(self) -> bool:
        """Whether an earlier run left teams to tidy up after."""
        return bool(self._journal.new_teams)

    async def begin(self, changes: Collection[Change]) -> None:
        """Write the start of the run, with what it takes over from earlier ones."""
        self._is_run = bool(changes) or self._journal.earlier is not None
        if not self._is_run:
            return
        self._journal.note(
            Event.RUN_BEGAN,
            tool=f"opsgenie-async {__version__}",
            changes=len(changes),
            fingerprint=_fingerprint(changes),
        )
        steps = {change.description for change in changes}
        for refusal in self._journal.refusals:
            if refusal.step not in steps:
                self._journal.note(Event.REFUSAL, **_refusal_facts(refusal))
        for team in sorted(self._journal.new_teams):
            self._journal.note(Event.NEW_TEAM, name=team)
        await self._journal.flush()

    async def write_start(self, number: int, change: Change) -> None:
        """Write that a step is about to be sent, and wait until that is on disk."""
        await self._journal.append(Event.STEP_BEGAN, step=number, **change_document(change))

    # The rest is written with the next batch; a run that is killed before that leaves the step in doubt.

    def write_success(self, number: int, step: StepDone) -> None:
        """Write that a step is done."""
        self._journal.note(Event.STEP_DONE, step=number, id=step.id, requestId=step.request_id, how=step.how)

    def write_delete_refusal(self, number: int, error: OpsgenieError) -> None:
        """Write that a delete failed, which will be tried again."""
        self._journal.note(Event.STEP_FAILED, step=number, **_error_facts(error))

    def write_failure(self, number: int, change: Change, error: OpsgenieError, parent_id: str) -> None:
        """Write that a step failed for good.

        Args:
            number: Of the step.
            change: The step.
            error: Its failure.
            parent_id: The id of what the change's entity is a part of.
        """
        facts = {**_error_facts(error), **_refusal_key(change, error, parent_id)}
        self._journal.note(Event.STEP_FAILED, step=number, **facts)

    def write_unreached_step(self, number: int, change: Change, reason: str) -> None:
        """Write that a step was not started, and why."""
        self._journal.note(Event.NOT_REACHED, step=number, **change_document(change), why=reason)

    async def end(self, report: ApplyReport, *, tidy: bool) -> None:
        """Write the end of the run, and wait until that is on disk.

        Args:
            report: Of the run.
            tidy: Whether nothing remains of what Opsgenie created with new teams.
        """
        if self._is_run:
            await self._journal.append(
                Event.RUN_ENDED,
                complete=report.complete,
                done=len(report.done),
                failed=len(report.failed),
                notReached=len(report.not_reached),
                tidy=tidy,
            )


def _fingerprint(changes: Iterable[Change]) -> str:
    """A fingerprint of the steps, from names only, since a field may be a secret."""
    text = "\0".join(change.description for change in changes)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _error_facts(error: OpsgenieError) -> dict[str, Json]:
    """An error with the names of refused fields, but without the message, which may repeat their values."""
    return {**error_document(error), "message": error.message, "fields": list(error.errors)}


def _refusal_key(change: Change, error: OpsgenieError, parent_id: str) -> dict[str, Json]:
    """The facts that the next run needs to recognize a step that would be refused again."""
    if not is_permanent(change, error):
        return {}
    facts: dict[str, Json] = {**change_document(change), "fingerprint": change.fingerprint}
    return {**facts, "parentId": parent_id} if isinstance(error, NotFound) else facts


def _refusal_facts(refusal: Refusal) -> dict[str, Json]:
    """A refusal; `Journal` reads it again."""
    return {
        "name": refusal.step,
        "fingerprint": refusal.fingerprint,
        "status": refusal.status,
        "message": refusal.message,
        "parentId": refusal.parent_id,
    }
