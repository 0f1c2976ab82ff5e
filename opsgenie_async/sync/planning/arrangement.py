"""Keep the order of earlier files, so that an unchanged account gives unchanged files.

The API does not guarantee the order of sets, such as tags, responders and conditions. The next listing may have another
order, also of the members of an object.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.diff import ignored_members, is_set, meaning, member_key
from opsgenie_async.sync.planning.words import subject_of

__all__ = ["arrange"]


def arrange(entity: Entity, earlier: Entity) -> Entity:
    """Return *entity* with members of objects and elements of sets in the order of *earlier*, and new ones last.

    Nothing else changes: lists whose order acts are as they are in *entity*, and so are its parts.

    Args:
        entity: The entity as read.
        earlier: The same entity as before.
    """
    return attrs.evolve(
        entity,
        fields=_fields(entity, earlier),
        parts={
            name: tuple(
                attrs.evolve(part, fields=_fields(part, before)) if before is not None else part
                for part, before in _same_parts(parts, earlier.parts.get(name, ()))
            )
            for name, parts in entity.parts.items()
        },
    )


def _same_parts(parts: Sequence[Entity], earlier: Sequence[Entity]) -> Iterator[tuple[Entity, Entity | None]]:
    """Each part with what it was: by its id, where it has another name by now."""
    ids = {part.id: part for part in earlier if part.id}
    names = {part.name: part for part in earlier}
    for part in parts:
        yield part, ids.get(part.id) or names.get(part.name)


def _fields(entity: Entity, earlier: Entity) -> dict[str, Json]:
    before = earlier.fields
    fields = {
        name: _value(entity.kind, name, each, before[name]) if name in before else each
        for name, each in entity.fields.items()
    }
    return _in_order_of(before, fields)


def _value(kind: Kind, at: str, value: Json, earlier: Json) -> Json:
    """The value in the field *at*, which `meaning` knows by the same name."""
    if isinstance(value, dict) and isinstance(earlier, dict):
        members = {
            name: _value(kind, member_key(at, name), each, earlier[name]) if name in earlier else each
            for name, each in value.items()
        }
        return _in_order_of(earlier, members)
    if isinstance(value, list) and isinstance(earlier, list):
        return _set(kind, at, value, earlier) if is_set(kind, at) else _list(kind, at, value, earlier)
    return value


def _in_order_of(earlier: Mapping[str, Json], members: dict[str, Json]) -> dict[str, Json]:
    places = {name: place for place, name in enumerate(earlier)}
    names = [*members]
    return {names[index]: members[names[index]] for index in _order([places.get(name) for name in names])}


def _list(kind: Kind, at: str, value: Sequence[Json], earlier: Sequence[Json]) -> list[Json]:
    """A list whose order acts: an element means what it meant, or stands where there was another one."""
    pairs = _pairs(kind, at, value, earlier)
    unmatched = set(range(len(earlier))) - {*pairs.values()}
    pairs |= {index: index for index in range(len(value)) if index not in pairs and index in unmatched}
    return [
        _value(kind, f"{at}[]", each, earlier[pairs[index]]) if index in pairs else each
        for index, each in enumerate(value)
    ]


def _set(kind: Kind, at: str, value: Sequence[Json], earlier: Sequence[Json]) -> list[Json]:
    pairs = _pairs(kind, at, value, earlier)
    is_same = len(pairs) == len(value) == len(earlier)
    if not is_same:  # somebody in another role is the same one
        pairs |= _same_subjects(value, earlier, pairs)
    elements = [
        _element(kind, f"{at}[]", each, earlier[pairs[index]], is_same=is_same) if index in pairs else each
        for index, each in enumerate(value)
    ]
    return [elements[index] for index in _order([pairs.get(index) for index in range(len(elements))])]


def _element(kind: Kind, at: str, value: Json, earlier: Json, *, is_same: bool) -> Json:
    element = _value(kind, at, value, earlier)
    if is_same and isinstance(element, dict) and isinstance(earlier, dict):
        # The number of its place in the response is not that of its place in the file.
        element |= {name: earlier[name] for name in ignored_members(kind, at) & element.keys() & earlier.keys()}
    return element


def _pairs(kind: Kind, at: str, value: Sequence[Json], earlier: Sequence[Json]) -> dict[int, int]:
    """By the place of an element, the place of the earlier one that means the same; each of them once."""
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, each in enumerate(earlier):
        places[meaning(kind, f"{at}[]", each)].append(place)
    pairs = {}
    for index, each in enumerate(value):
        if free := places.get(meaning(kind, f"{at}[]", each)):
            pairs[index] = free.popleft()
    return pairs


def _same_subjects(value: Sequence[Json], earlier: Sequence[Json], pairs: Mapping[int, int]) -> dict[int, int]:
    """The same for those elements that no longer mean the same, and are about the same."""
    unmatched = set(range(len(earlier))) - {*pairs.values()}
    places = {subject: place for place in unmatched if (subject := subject_of(earlier[place]))}
    return {
        index: places.pop(subject)
        for index, each in enumerate(value)
        if index not in pairs and (subject := subject_of(each)) in places
    }


def _order(places: Sequence[int | None]) -> Sequence[int]:
    """The order for elements with these places before, None for new ones, which come last.

    Where all others stand in the order that they had, new ones between them are no reason to move any.
    """
    former = [place for place in places if place is not None]
    if former == sorted(former):
        return range(len(places))
    return sorted(range(len(places)), key=lambda index: (places[index] is None, places[index] or 0))
