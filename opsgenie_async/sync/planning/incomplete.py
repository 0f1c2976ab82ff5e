"""New entities that lack a field which the API requires: a plan with one is refused, with file, line and field."""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.sync.files.diagnostics import Problem, SnapshotError
from opsgenie_async.sync.model.rules import lacking_fields, missing
from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.sync.planning.changes import Change

__all__ = ["refuse_incomplete"]


def refuse_incomplete(creations: Iterable[Change], want: Snapshot) -> None:
    """Raise `SnapshotError` where a new entity lacks a field that the API requires."""
    problems = []
    for change in creations:
        folder, _, name = change.path.partition("/")
        file = want.files.get((folder, name))
        if file is None or not missing(change.kind, change.fields):
            continue
        for place, text in lacking_fields(change.kind, change.fields, _place(change, want)):
            problems.append(Problem(file, want.locate(file, place), place, text))
    if problems:
        raise SnapshotError(problems)


def _place(change: Change, want: Snapshot) -> str:
    """The path of a change's entity in its file: `team`, or `rotations[2]`."""
    section = change.kind.section
    if not change.kind.parent:
        return section
    owner = next(entity for entity in want if entity.path == change.path)
    names = [part.name for part in owner.parts.get(change.kind.name, ())]
    return f"{section}[{names.index(change.name)}]"
