"""The order of siblings that are entities of their own, such as routing rules, and what people call nameless ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.snapshot import Entity, labels, name_of
from opsgenie_async.sync.planning.diff import Difference, hidden_fields
from opsgenie_async.sync.planning.match import Pair, Row
from opsgenie_async.sync.planning.reorder import reorder
from opsgenie_async.sync.planning.words import subject_of, words

__all__ = ["Ordering", "labels_of_nameless", "ordering"]

LONGEST = 100
"""Characters of what a nameless entity is called."""


@attrs.frozen
class Ordering:
    """The order that a row of siblings is to get.

    Attributes:
        kind: The kind of the siblings.
        row: Which of several rows of the kind it is, "" where there is one.
        names: The names of the desired ones, in the desired order.
        difference: The whole row before and after, undesired ones included, in names for people.
    """

    kind: Kind
    row: str
    names: list[Json]
    difference: Difference


def ordering(row: Row, stays: Callable[[Pair], bool]) -> Ordering:
    """The order for a row.

    Args:
        row: The siblings.
        stays: Whether an undesired one is kept.
    """
    parts = row.complete
    numbers = {id(part): str(number) for number, part in enumerate(parts)}
    remaining = [numbers[id(part)] for part in parts if part.want is not None or stays(part)]
    after = [parts[int(number)] for number in reorder(remaining, [numbers[id(part)] for part in row.desired])]
    names = _names(row.kind, parts)
    difference = Difference("order", [names[id(part)] for part in row.existing], [names[id(part)] for part in after])
    return Ordering(row.kind, row.name, [part.either.name for part in row.desired], difference)


def _names(kind: Kind, parts: Sequence[Pair]) -> dict[int, str]:
    """The names of siblings for people, each once, by the `id()` of the pair."""
    nameless = _nameless(kind, parts)
    texts = labels(nameless.get(id(part), part.either.name) for part in parts)
    return {id(part): text for part, text in zip(parts, texts, strict=True)}


def labels_of_nameless(pair: Pair) -> dict[int, str]:
    """What people call the nameless parts of a pair, by the `id()` of their existing and desired entities."""
    result: dict[int, str] = {}
    for kind in {part.kind for part in pair.parts if part.kind.optional_name}:
        parts = [part for part in pair.parts if part.kind is kind]
        texts = _nameless(kind, parts)
        for part in parts:
            result |= {id(each): texts[id(part)] for each in (part.have, part.want) if each and id(part) in texts}
    return result


def _nameless(kind: Kind, parts: Sequence[Pair]) -> dict[int, str]:
    """Texts for nameless parts by what they are, `(escalation night)`: the shortest that tells them apart."""
    if not kind.optional_name:
        return {}
    nameless = [part for part in parts if not name_of(kind, part.either.fields)]
    fields = [_own_fields(part.have or part.either) for part in nameless]
    subjects = Counter(map(subject_of, fields))
    texts = labels(
        _shorten(subject_of(each) if subjects[subject_of(each)] == 1 and subject_of(each) else words(each))
        for each in fields
    )
    return {id(part): f"({text})" for part, text in zip(nameless, texts, strict=True)}


def _own_fields(entity: Entity) -> Json:
    """The fields that tell an entity from a default one."""
    kind = entity.kind
    excluded = hidden_fields(kind) | {"name"}
    fields = {name: value for name, value in entity.fields.items() if name not in excluded and value is not None}
    own_fields = {name: value for name, value in fields.items() if value != kind.defaults.get(name)}
    return {**(own_fields or fields)}


def _shorten(text: str) -> str:
    text = text.replace('"', "'")  # it stands in quotation marks among names
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
