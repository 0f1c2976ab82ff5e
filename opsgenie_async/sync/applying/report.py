"""Progress events and the final report of an apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.applying.executor import How
from opsgenie_async.sync.planning.changes import Change

__all__ = [
    "Applied",
    "ApplyReport",
    "StepDone",
    "StepFailed",
    "StepNotReached",
    "change_document",
    "error_document",
]


@attrs.frozen(kw_only=True)
class StepDone:
    """A successful step; how: see `executor.StepResult`."""

    change: Change
    id: str
    request_id: str
    how: How

    def to_dict(self) -> dict[str, Json]:
        return {**change_document(self.change), "id": self.id, "requestId": self.request_id, "how": self.how}


@attrs.frozen(kw_only=True)
class StepFailed:
    """A step that the API rejected, or that had no response."""

    change: Change
    error: OpsgenieError

    @property
    def request_id(self) -> str:
        """The request id for the vendor's support, or ""."""
        return self.error.request_id

    def to_dict(self) -> dict[str, Json]:
        return {**change_document(self.change), **error_document(self.error)}


@attrs.frozen(kw_only=True)
class StepNotReached:
    """A step that was not started, and why."""

    change: Change
    reason: str

    def to_dict(self) -> dict[str, Json]:
        return {**change_document(self.change), "why": self.reason}


@attrs.frozen(kw_only=True)
class Applied:
    """Progress: another step ended, *done* of *total*.

    Attributes:
        how: "done", "adopted", "already", "failed", "not reached".
        failure: The failure of a failed step.
    """

    change: Change
    how: str
    done: int
    total: int
    failure: OpsgenieError | None = None


@attrs.frozen(kw_only=True)
class ApplyReport:
    """The outcome of every step, in plan order; duration in seconds.

    Attributes:
        stopped: Whether the run was stopped.
        appeared: `kind name` of what Opsgenie created automatically with new teams, is in no file, and was kept.
    """

    done: tuple[StepDone, ...]
    failed: tuple[StepFailed, ...]
    not_reached: tuple[StepNotReached, ...]
    duration: float
    stopped: bool = False
    appeared: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all steps were done."""
        return not (self.failed or self.not_reached)

    @property
    def counts(self) -> Mapping[str, int]:
        """Steps done, by action."""
        return Counter(step.change.action for step in self.done)

    def to_dict(self) -> dict[str, Json]:
        """The report as JSON."""
        return {
            "complete": self.complete,
            "stopped": self.stopped,
            "counts": dict(self.counts),
            "done": [step.to_dict() for step in self.done],
            "failed": [step.to_dict() for step in self.failed],
            "notReached": [step.to_dict() for step in self.not_reached],
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
