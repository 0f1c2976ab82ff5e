"""Which part of an edited file is which part of the pull: by name and, where a part was renamed, by place."""

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
    then, now = base_names([record.name for record in records]), base_names(names)
    known = _once(then) & _once(now)
    rest = {name: place for place, name in enumerate(record.name for record in records) if then[place] not in known}
    places = dict(zip(then, range(len(then)), strict=True))
    for place, name in enumerate(now):
        if name in known:
            ids[place] = records[places[name]].id
    before, after = _gaps(then, known), _gaps(now, known)
    for gap, old in before.items():
        new = after.get(gap, [])
        if len(old) == len(new):
            for one, other in zip(old, new, strict=True):
                ids[other] = records[one].id
                rest.pop(records[one].name, None)
    for place, name in enumerate(names):
        if not ids[place] and name in rest:
            ids[place] = records[rest.pop(name)].id
    return ids


def _once(names: Sequence[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count == 1}


def _gaps(names: Sequence[str], known: set[str]) -> dict[tuple[str | None, str | None], list[int]]:
    """The places of names that are not *known*, by the known names around them."""
    following: list[str | None] = [None] * len(names)
    follower: str | None = None
    for place in range(len(names) - 1, -1, -1):
        following[place] = follower
        follower = names[place] if names[place] in known else follower
    gaps: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    leader: str | None = None
    for place, name in enumerate(names):
        if name in known:
            leader = name
        else:
            gaps[leader, following[place]].append(place)
    return gaps
