"""Progress events and the final report of an apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.applying.executor import How
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.refusals import Refusal

__all__ = [
    "Applied",
    "ApplyReport",
    "StepDone",
    "StepFailed",
    "StepNotReached",
    "change_document",
    "error_document",
    "error_facts",
    "refusal_facts",
]


@attrs.frozen(kw_only=True)
class StepDone:
    """A successful step; how: see `steps.Done`."""

    change: Change
    id: str
    request_id: str
    how: How

    def document(self) -> dict[str, Json]:
        return {**change_document(self.change), "id": self.id, "requestId": self.request_id, "how": self.how}


@attrs.frozen(kw_only=True)
class StepFailed:
    """A step that the API refused, or that had no response."""

    change: Change
    error: OpsgenieError

    @property
    def request_id(self) -> str:
        """What to tell the vendor's support, else ""."""
        return self.error.request_id

    def document(self) -> dict[str, Json]:
        return {**change_document(self.change), **error_document(self.error)}


@attrs.frozen(kw_only=True)
class StepNotReached:
    """A step that was not started, and why."""

    change: Change
    reason: str

    def document(self) -> dict[str, Json]:
        return {**change_document(self.change), "why": self.reason}


@attrs.frozen(kw_only=True)
class Applied:
    """Progress: one more step is over, *done* of *total* are.

    Attributes:
        how: "done", "adopted", "already", "failed", "not reached".
        failure: Of a step that failed.
    """

    change: Change
    how: str
    done: int
    total: int
    failure: OpsgenieError | None = None


@attrs.frozen(kw_only=True)
class ApplyReport:
    """The outcome of every step, in the order of the plan; duration in seconds.

    Attributes:
        stopped: Whether somebody asked it to stop.
        appeared: `kind name` of what Opsgenie made by itself with new teams, which no file names and which was left
            alone.
    """

    done: tuple[StepDone, ...]
    failed: tuple[StepFailed, ...]
    not_reached: tuple[StepNotReached, ...]
    duration: float
    stopped: bool = False
    appeared: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything was done."""
        return not (self.failed or self.not_reached)

    @property
    def counts(self) -> Mapping[str, int]:
        """Steps done, by action."""
        return Counter(step.change.action for step in self.done)

    def document(self) -> dict[str, Json]:
        """The report for machines."""
        return {
            "complete": self.complete,
            "stopped": self.stopped,
            "counts": dict(self.counts),
            "done": [step.document() for step in self.done],
            "failed": [step.document() for step in self.failed],
            "notReached": [step.document() for step in self.not_reached],
            "appeared": list(self.appeared),
            "durationSeconds": round(self.duration, 3),
        }


def change_document(change: Change) -> dict[str, Json]:
    """Which change it is, without any of its fields."""
    return {
        "action": change.action,
        "kind": change.kind.name,
        "name": change.name,
        "parent": change.parent,
        "path": change.path,
    }


def error_document(error: OpsgenieError) -> dict[str, Json]:
    """What was raised, for machines."""
    return {
        "error": type(error).__name__,
        "message": str(error),
        "status": error.status,
        "requestId": error.request_id,
    }


def error_facts(error: OpsgenieError) -> dict[str, Json]:
    """An error as the journal has it: which fields were refused, but not the words, which may repeat what they held."""
    return {**error_document(error), "message": error.message, "fields": list(error.errors)}


def refusal_facts(refusal: Refusal) -> dict[str, Json]:
    """A refusal as the journal has it; `Journal` reads it again."""
    return {
        "name": refusal.step,
        "fingerprint": refusal.fingerprint,
        "status": refusal.status,
        "message": refusal.message,
        "parentId": refusal.parent_id,
    }
