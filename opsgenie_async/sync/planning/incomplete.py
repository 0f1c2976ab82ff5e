"""New entities that a file leaves too much out of."""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.sync.files.diagnostics import Problem, SnapshotError
from opsgenie_async.sync.model.rules import missing
from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.sync.planning.changes import Change

__all__ = ["refuse_incomplete"]


def refuse_incomplete(changes: Iterable[Change], want: Snapshot) -> None:
    """Raise `SnapshotError` where a file lacks what the API needs to make something new; of what is there, it may."""
    problems = []
    for change in changes:
        folder, _, name = change.path.partition("/")
        file = want.places.get((folder, name))
        if change.action == "create" and file is not None:
            where = f"{change.kind.section}: {change.name}: " if change.kind.parent else f"{change.kind.section}."
            text = f"missing: a new {change.kind.name.replace('_', ' ')} needs it"
            problems += [Problem(file, 1, f"{where}{field}", text) for field in missing(change.kind, change.fields)]
    if problems:
        raise SnapshotError(problems)
