"""The differences between two snapshots, as a plan: pure, no account needed.

A plan leaves out impossible changes and refuses invalid ones. A comparison shows every difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsgenie_async.sequences import Strings
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, selection
from opsgenie_async.sync.model.snapshot import Snapshot, Target, check_snapshot, rename_references
from opsgenie_async.sync.planning.changes import Change, EntityContext
from opsgenie_async.sync.planning.diff import differences
from opsgenie_async.sync.planning.match import (
    Pair,
    Scope,
    match_states,
    new_names,
    rows_in_other_order,
    with_known_names,
)
from opsgenie_async.sync.planning.orderings import ordering
from opsgenie_async.sync.planning.plan import Plan

__all__ = ["compare"]


def compare(old: Snapshot, new: Snapshot, *, only: Selection | str = EVERYTHING, teams: Strings = ()) -> Plan:
    """Return the differences between two snapshots.

    Args:
        old: The old state.
        new: The new state.
        only: The part to compare; a str is parsed by `Selection.parse`.
        teams: Names or ids of teams, to restrict `only` to them and what they own, in either state.

    Returns:
        The differences as changes of a plan that is not meant to be applied: creates for what only *new* has, deletes
        for what only *old* has. What is unknown in one of them is in `Plan.skipped`.

    Raises:
        SelectionError: `only` or `teams` matches nothing in either state.
    """
    check_snapshot("compare: old", old)
    check_snapshot("compare: new", new)
    new = with_known_names(new, old)
    only = selection(only, teams)
    if not only.is_everything:
        only = only.resolve([*old.entries, *new.entries])
    scope = Scope(old, new, only)
    pairs = match_states(scope)
    names = new_names(pairs)
    changes = [change for pair in pairs for change in _file_changes(pair, names)]
    return Plan(changes=tuple(changes), skipped=tuple(scope.omissions()))


def _file_changes(pair: Pair, names: Mapping[Target, Target]) -> Iterator[Change]:
    """What differs in the files of one entity: its own fields, its parts, and their order."""
    context = EntityContext.of(pair, names)
    if not pair.kind.virtual:
        yield from _changes(pair, context, names)
        if pair.want is None:
            return  # its parts are gone with it
    for part in pair.parts:
        if not pair.is_unmanaged(part.kind):
            yield from _changes(part, context, names)
    if pair.want is not None:
        for row in rows_in_other_order(pair):
            yield context.order_step(ordering(row, stays=lambda _: False))


def _changes(each: Pair, context: EntityContext, names: Mapping[Target, Target]) -> Iterator[Change]:
    """What differs in an entity or a part."""
    if each.have is None or each.want is None:
        yield context.step("delete" if each.want is None else "create", each.either)
        return
    before = rename_references(each.kind, each.have.fields, names, context.before) if names else each.have.fields
    if drift := differences(each.kind, before, each.want.fields):
        yield context.step("update", each.want, drift=drift)
