"""Render one difference for people: objects by field, lists by element, nothing truncated.

members
- user ann
+ user bob, role: admin
rules
1 -> 3 escalation night
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.planning.diff import Difference, is_set, meaning

__all__ = ["Detail", "details", "subject_of"]

SECRET = re.compile("password|token|secret|key|headers|credential", re.IGNORECASE)
"""Fields of an integration whose values are secret; each type has its own."""
CONDITION_KEY = "key"
"""The member of a condition that names a detail of an alert: no secret, though the pattern fits."""
HIDDEN = "(hidden)"
REFERENCE = frozenset({"type", "name", "username", "of"})
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
    if SECRET.search(difference.field):
        yield Detail(f"{printable(difference.field)}: {HIDDEN}")
    else:
        yield from _field(kind, difference.field, difference.field, difference.have, difference.want, 0)


def _field(kind: Kind, label: str, at: str, have: Json, want: Json, depth: int) -> Iterator[Detail]:
    """One field that differs; *label* is what people call it, *at* what `meaning` knows it by."""
    if isinstance(have, dict) and isinstance(want, dict) and not (_is_reference(have) or _is_reference(want)):
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
        if _is_secret(name):
            yield Detail(f"{printable(f'{label}.{name}')}: {HIDDEN}", depth=depth)
        else:
            yield from _field(kind, f"{label}.{name}", name, before, after, depth)


def _elements(kind: Kind, at: str, have: Sequence[Json], want: Sequence[Json], depth: int) -> Iterator[Detail]:
    before = [meaning(kind, f"{at}[]", each) for each in have]
    after = [meaning(kind, f"{at}[]", each) for each in want]
    if is_set(kind, at):
        removed = [index for index, each in enumerate(before) if each not in after]
        added = [index for index, each in enumerate(after) if each not in before]
        moves: list[tuple[int, int]] = []
    else:
        removed, added, moves = _moves(before, after)
    ordered = not is_set(kind, at)
    for old, new in _same_subject(have, want, removed, added, ordered=ordered):
        removed.remove(old)
        added.remove(new)
        yield from _changed_element(kind, at, (old, have[old]), (new, want[new]), depth, ordered=ordered)
    yield from (Detail(_words(have[index]), "-", depth) for index in removed)
    yield from (Detail(_words(want[index]), "+", depth) for index in added)
    for old, new in moves:
        if old != new:  # what its neighbours have passed is where it was
            yield Detail(f"{old + 1} -> {new + 1} {subject_of(want[new]) or _words(want[new])}", "~", depth)


def _moves(before: list[Hashable], after: list[Hashable]) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Places of what was removed and what was added, and old and new place of what has another neighbour now."""
    removed: list[int] = []
    added: list[int] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += range(start, end)
            added += range(new_start, new_end)
    moves: list[tuple[int, int]] = []
    for old in list(removed):
        new = next((index for index in added if after[index] == before[old]), None)
        if new is not None:
            removed.remove(old)
            added.remove(new)
            moves.append((old, new))
    return removed, added, moves


def _same_subject(
    have: Sequence[Json], want: Sequence[Json], removed: Sequence[int], added: Sequence[int], *, ordered: bool
) -> list[tuple[int, int]]:
    """Old and new place of objects that are about the same: the same person in another role, a rule with a delay."""
    pairs: list[tuple[int, int]] = []
    unmatched = list(added)
    for old in removed:
        subject = subject_of(have[old])
        new = next((index for index in unmatched if subject and subject_of(want[index]) == subject), None)
        if new is None and ordered and old in unmatched and _is_object(have[old]) and _is_object(want[old]):
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
        yield Detail(_words(have), "-", depth)
        yield Detail(_words(want), "+", depth)
        return
    subject = subject_of(want)
    yield Detail(f"{move}{number}{subject}".rstrip(), "~", depth)
    yield from (attrs.evolve(each, text=each.text.removeprefix(".")) for each in members)


def _pair(label: str, have: Json, want: Json, depth: int) -> Iterator[Detail]:
    """Both values: side by side where they are short, else one below the other; an object by its members."""
    if have is None and _is_object(want):
        yield from _whole(label, want, "+", depth)
        return
    if want is None and _is_object(have):
        yield from _whole(label, have, "-", depth)
        return
    before, after = _text(have), _text(want)
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
            text = HIDDEN if _is_secret(name) else _text(each)
            yield Detail(f"{printable(name)}: {text}", mark, depth + 1)


def _text(value: Json) -> str:
    """A value as JSON; a reference as the name of its target."""
    if value is None:
        return "(none)"
    if isinstance(value, dict) and (name := _name(value)):
        return printable(" ".join([*([str(value["type"])] if "type" in value else []), _quote(name)]))
    return printable(_quote(_redact(value)))


def _words(value: Json) -> str:
    """An element of a list in words: `user ann`, or `user ann, role: admin`."""
    if not isinstance(value, dict):
        return _text(value)
    subject = subject_of(value)
    key = "" if _is_reference(value) else _subject_key(value)
    rest = [] if _is_reference(value) and subject else [each for each in value if each != key]
    members = [
        f"{each}: {HIDDEN if _is_secret(each) else _text(value[each])}" for each in rest if value[each] is not None
    ]
    return ", ".join([*([subject] if subject else []), *map(printable, members)]) or "{}"


def subject_of(value: Json) -> str:
    """What an object is about, as `user ann`; "" where it refers to nothing and has no name."""
    if not isinstance(value, dict):
        return ""
    if _is_reference(value) and (name := _name(value)):
        type_name = str(value.get("type", USER.name if USER.reference_label in value else ""))
        return printable(f"{type_name} {name}".strip())
    key = _subject_key(value)
    if not key:
        return ""
    nested = value[key]
    if not isinstance(nested, dict):
        return printable(str(nested))
    subject = subject_of(nested)
    return subject if "type" in nested or "username" in nested else f"{printable(key)} {subject}"


def _subject_key(value: Mapping[str, Json]) -> str:
    """The member that identifies the subject of an object: its name, else the first that refers to something."""
    if isinstance(value.get("name"), str) and value["name"]:
        return "name"
    return next((key for key, each in value.items() if isinstance(each, dict) and _is_reference(each)), "")


def _name(value: Mapping[str, Json]) -> str:
    name = value.get("username", value.get("name")) if value.keys() <= REFERENCE else None
    return name if isinstance(name, str) else ""


def _is_reference(value: Json) -> bool:
    return isinstance(value, dict) and bool(_name(value))


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and not _is_reference(value)


def _is_secret(name: str) -> bool:
    return name != CONDITION_KEY and SECRET.search(name) is not None


def _redact(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: HIDDEN if _is_secret(name) else _redact(each) for name, each in value.items()}
    return [_redact(each) for each in value] if isinstance(value, list) else value


def _quote(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
