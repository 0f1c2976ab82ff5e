"""Finds the ids of parts in an edited file: by name and, for renamed parts, by position."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from opsgenie_async.sync.files.manifest import PartRecord
from opsgenie_async.sync.model.labels import base_names

__all__ = ["part_ids"]


def part_ids(names: Sequence[str], records: Sequence[PartRecord]) -> list[str]:
    """The ids of the parts of a section, "" for new ones.

    A name that stands once in the file and once in the record says which part it is. Between two of those, as many
    parts in the file as in the record are the same ones in the same order: those were renamed, or are namesakes.

    Args:
        names: Of the parts in the file, namesakes told apart by `labels`.
        records: The parts as they were pulled.
    """
    if [record.name for record in records] == [*names]:
        return [record.id for record in records]
    ids = [""] * len(names)
    previous, present = base_names([record.name for record in records]), base_names(names)
    anchors = _once(previous) & _once(present)
    unmatched = {
        name: index for index, name in enumerate(record.name for record in records) if previous[index] not in anchors
    }
    positions = dict(zip(previous, range(len(previous)), strict=True))
    for index, name in enumerate(present):
        if name in anchors:
            ids[index] = records[positions[name]].id
    before, after = _gaps(previous, anchors), _gaps(present, anchors)
    for gap, old in before.items():
        new = after.get(gap, [])
        if len(old) == len(new):
            for old_index, new_index in zip(old, new, strict=True):
                ids[new_index] = records[old_index].id
                unmatched.pop(records[old_index].name, None)
    for index, name in enumerate(names):
        if not ids[index] and name in unmatched:
            ids[index] = records[unmatched.pop(name)].id
    return ids


def _once(names: Sequence[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count == 1}


def _gaps(names: Sequence[str], anchors: set[str]) -> dict[tuple[str | None, str | None], list[int]]:
    """The places of names that are not *known*, by the known names around them."""
    following: list[str | None] = [None] * len(names)
    follower: str | None = None
    for index in range(len(names) - 1, -1, -1):
        following[index] = follower
        follower = names[index] if names[index] in anchors else follower
    gaps: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    leader: str | None = None
    for index, name in enumerate(names):
        if name in anchors:
            leader = name
        else:
            gaps[leader, following[index]].append(index)
    return gaps
