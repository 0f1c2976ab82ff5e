"""New entities that lack a field that the API requires."""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.sync.files.diagnostics import Problem, SnapshotError
from opsgenie_async.sync.model.rules import missing
from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.sync.planning.changes import Change

__all__ = ["refuse_incomplete"]


def refuse_incomplete(changes: Iterable[Change], want: Snapshot) -> None:
    """Raise `SnapshotError` where a new entity lacks a field that the API requires."""
    problems = []
    for change in changes:
        folder, _, name = change.path.partition("/")
        file = want.files.get((folder, name))
        if change.action != "create" or file is None:
            continue
        for field in missing(change.kind, change.fields):
            place = f"{_place(change, want)}.{field}"
            text = f"missing: a new {change.kind.noun} needs it"
            problems.append(Problem(file, want.locate(file, place), place, text))
    if problems:
        raise SnapshotError(problems)


def _place(change: Change, want: Snapshot) -> str:
    """Where the entity of a change stands in its file: `team`, or `rotations[2]`."""
    section = change.kind.section
    if not change.kind.parent:
        return section
    owner = next(entity for entity in want if entity.path == change.path)
    names = [part.name for part in owner.parts.get(change.kind.name, ())]
    return f"{section}[{names.index(change.name)}]"
