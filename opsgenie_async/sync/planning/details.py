"""Render one difference for people: objects by field, lists by element, nothing truncated.

    members
    - user ann
    + user bob, role: "admin"
    participants
    - user ann at 2
    + team Ads at 4
    1 -> 3 user bob

In lists whose order acts, "at" stands before the place: of what is removed the old one, of what is added the new one.
What is not shown keeps its order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.planning.diff import Difference, is_set, meaning
from opsgenie_async.sync.planning.list_changes import changes_of_list, changes_of_set
from opsgenie_async.sync.planning.words import (
    HIDDEN,
    is_object,
    is_reference,
    is_secret,
    is_secret_field,
    subject_of,
    text_of,
    words,
)

__all__ = ["Detail", "details"]

SHORT = 60
"""Letters of two values that stand on one line together."""


@attrs.frozen
class Detail:
    """One line about a field.

    Attributes:
        text: The line, printable.
        mark: "+" for what is added, "-" for what is removed, "~" for what changes, "" for a heading.
        depth: 0 for a field, one more for each list or object that it is in.
    """

    text: str
    mark: str = ""
    depth: int = 0


def details(kind: Kind, difference: Difference) -> Iterator[Detail]:
    """The lines of one difference.

    Args:
        kind: Of the entity that differs; it defines which lists are sets, and which values mean the same.
        difference: The field with both values.
    """
    if is_secret_field(difference.field):
        yield Detail(f"{printable(difference.field)}: {HIDDEN}")
    else:
        yield from _field(kind, difference.field, difference.field, difference.have, difference.want, 0)


def _field(kind: Kind, label: str, at: str, have: Json, want: Json, depth: int) -> Iterator[Detail]:
    """One field that differs; *label* is what people call it, *at* what `meaning` knows it by."""
    if isinstance(have, dict) and isinstance(want, dict) and not (is_reference(have) or is_reference(want)):
        members = list(_members(kind, label, at, have, want, depth))
        yield from members or _pair(label, have, want, depth)
    elif isinstance(have, list | None) and isinstance(want, list | None) and (have or want):
        elements = list(_elements(kind, at, have or [], want or [], depth + 1))
        if elements:
            yield Detail(printable(label), depth=depth)
        yield from elements or _pair(label, have, want, depth)
    else:
        yield from _pair(label, have, want, depth)


def _members(
    kind: Kind, label: str, at: str, have: Mapping[str, Json], want: Mapping[str, Json], depth: int
) -> Iterator[Detail]:
    for name in {**want, **have}:
        before, after = have.get(name), want.get(name)
        if before == after or meaning(kind, name, before) == meaning(kind, name, after):
            continue
        if is_secret(name):
            yield Detail(f"{printable(f'{label}.{name}')}: {HIDDEN}", depth=depth)
        else:
            yield from _field(kind, f"{label}.{name}", name, before, after, depth)


def _elements(kind: Kind, at: str, have: Sequence[Json], want: Sequence[Json], depth: int) -> Iterator[Detail]:
    before = [meaning(kind, f"{at}[]", each) for each in have]
    after = [meaning(kind, f"{at}[]", each) for each in want]
    ordered = not is_set(kind, at)
    changes = changes_of_list(before, after) if ordered else changes_of_set(before, after)
    pairs = _same_subject(have, want, changes.removed, changes.added, ordered=ordered)
    old_places, new_places = {old for old, _ in pairs}, {new for _, new in pairs}
    for old, new in pairs:
        yield from _changed_element(kind, at, (old, have[old]), (new, want[new]), depth, ordered=ordered)
    for mark, elements, places in (
        ("-", have, [each for each in changes.removed if each not in old_places]),
        ("+", want, [each for each in changes.added if each not in new_places]),
    ):
        yield from (Detail(words(elements[each], each + 1 if ordered else None), mark, depth) for each in places)
    for old, new in changes.moved:
        yield Detail(f"{old + 1} -> {new + 1} {subject_of(want[new]) or words(want[new])}", "~", depth)


def _same_subject(
    have: Sequence[Json], want: Sequence[Json], removed: Sequence[int], added: Sequence[int], *, ordered: bool
) -> list[tuple[int, int]]:
    """Old and new place of objects that are about the same: the same person in another role, a rule with a delay."""
    pairs: list[tuple[int, int]] = []
    unmatched = list(added)
    for old in removed:
        subject = subject_of(have[old])
        new = next((index for index in unmatched if subject and subject_of(want[index]) == subject), None)
        if new is None and ordered and old in unmatched and is_object(have[old]) and is_object(want[old]):
            new = old
        if new is not None:
            unmatched.remove(new)
            pairs.append((old, new))
    return pairs


def _changed_element(
    kind: Kind, at: str, old: tuple[int, Json], new: tuple[int, Json], depth: int, *, ordered: bool
) -> Iterator[Detail]:
    """An element that stays and has changed."""
    (position, have), (new_position, want) = old, new
    if not isinstance(have, dict) or not isinstance(want, dict):
        return
    move = f"{position + 1} -> {new_position + 1} " if ordered and position != new_position else ""
    number = f"{new_position + 1} " if ordered and not move else ""
    members = list(_members(kind, "", f"{at}[]", have, want, depth + 1))
    if not members:
        yield Detail(words(have, position + 1 if ordered else None), "-", depth)
        yield Detail(words(want, new_position + 1 if ordered else None), "+", depth)
        return
    subject = subject_of(want)
    yield Detail(f"{move}{number}{subject}".rstrip(), "~", depth)
    yield from (attrs.evolve(each, text=each.text.removeprefix(".")) for each in members)


def _pair(label: str, have: Json, want: Json, depth: int) -> Iterator[Detail]:
    """Both values: side by side where they are short, else one below the other; an object by its members."""
    if have is None and is_object(want):
        yield from _whole(label, want, "+", depth)
        return
    if want is None and is_object(have):
        yield from _whole(label, have, "-", depth)
        return
    before, after = text_of(have), text_of(want)
    if len(before) + len(after) <= SHORT:
        yield Detail(f"{printable(label)}: {before} -> {after}", "~", depth)
        return
    yield Detail(printable(label), depth=depth)
    yield Detail(before, "-", depth + 1)
    yield Detail(after, "+", depth + 1)


def _whole(label: str, value: Json, mark: str, depth: int) -> Iterator[Detail]:
    """An added or removed object."""
    yield Detail(printable(label), mark, depth)
    if isinstance(value, dict):
        for name, each in value.items():
            text = HIDDEN if is_secret(name) else text_of(each)
            yield Detail(f"{printable(name)}: {text}", mark, depth + 1)
