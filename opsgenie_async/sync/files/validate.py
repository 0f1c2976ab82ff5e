"""Validation of edited documents before anything is sent: all fields, with all errors at once.

The models define what is valid. References in a snapshot have names, where a model may require an id: they are
validated here, and replaced by ids for the model.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

import attrs

from opsgenie_async.converters import read
from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import without_none
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import BOOKKEEPING, Model, Tagged
from opsgenie_async.suggestion import closest
from opsgenie_async.sync.files.entity_file import sections, with_booleans
from opsgenie_async.sync.model.kind import Choice, Complaint, Kind, Reference
from opsgenie_async.sync.model.kinds import KINDS_BY_TYPE, TYPED
from opsgenie_async.sync.model.normalize import EVERYWHERE, tags_of
from opsgenie_async.sync.model.rules import breaches, steps, values_at
from opsgenie_async.sync.model.snapshot import name_of, text_at

__all__ = ["complaints_of"]

TEXT = re.compile(r"(.*?): ((?:expected |missing).*)", re.DOTALL)
INDEX = re.compile(r"\[\d+\]")


def complaints_of(kind: Kind, document: Json, known: Mapping[str, Collection[str]]) -> list[Complaint]:
    """All errors in the document of a file of *kind*; *known* is `Manifest.unknown_fields`."""
    if isinstance(document, dict):
        document = with_booleans(kind, document)
    return list(dict.fromkeys(_document(kind, document, known)))


def _document(kind: Kind, document: Json, known: Mapping[str, Collection[str]]) -> Iterator[Complaint]:
    if not isinstance(document, dict):
        yield "", f"expected an object, got {_name_of(document)}"
        return
    kinds = sections(kind)
    for section in document.keys() - kinds.keys():
        yield section, _unknown_name("section", section, kinds)
    if kind.section not in document:
        yield "", f"has no section {kind.section!r}"
    for section, each in kinds.items():
        value = document.get(section)
        if section not in document:
            continue
        if each is kind or each.single:
            yield from _entity(each, value, section, known.get(each.name, ()))
        elif not isinstance(value, list):
            yield section, f"expected a list, got {_name_of(value)}"
        else:
            for index, item in enumerate(value):
                yield from _entity(each, item, f"{section}[{index}]", known.get(each.name, ()))
            siblings = [item if isinstance(item, dict) else {} for item in value]
            if each.check_siblings is not None:
                yield from each.check_siblings(section, siblings)
    for path, choice in kind.choices.items():
        yield from _choice(kind, path, choice, document)


def _choice(kind: Kind, path: str, choice: Choice, document: Mapping[str, Json]) -> Iterator[Complaint]:
    """Errors of a field that is neither one of its words nor the name of a part in the file."""
    parts = document.get(choice.section)
    names = {text_at(part, "name") for part in parts} if isinstance(parts, list) else set()
    for place, value in values_at(document, steps(f"{kind.section}.{path}")):
        if not isinstance(value, str) or value in names or value in choice.words:
            continue
        error = f"the {kind.noun} has no {path.rpartition('.')[2]} {value!r}"
        if (word := value.casefold()) in choice.words:
            yield place, f"{error}, is {word!r} meant?"
        elif isinstance(parts, list):
            yield place, error


def _entity(kind: Kind, value: Json, at: str, known: Collection[str]) -> Iterator[Complaint]:
    """Errors in the fields of one entity."""
    if not isinstance(value, dict):
        yield at, f"expected an object, got {_name_of(value)}"
        return
    fields: dict[str, Json] = {}
    for key, each in value.items():
        if key in EVERYWHERE:
            continue
        if key == "id" or key.startswith("_") or key in kind.read_only:
            yield f"{at}.{key}", "has no place in a snapshot: the server alone writes it"
        elif each is not None:  # null is as good as absent
            fields[key] = copy.deepcopy(each)
    complaints = [
        complaint for reference in kind.references for complaint in _references(reference, reference.path, fields, at)
    ]
    # A kind that the API does not know has nothing but a reference.
    complaints += _virtual(kind, fields, at) if kind.virtual else _fields(kind, fields, at)
    label = f"{at}.{kind.label}"
    nameless = not (kind.optional_name or kind.single or name_of(kind, value).strip())
    if nameless:
        complaints.append((label, "missing"))
    nulls = [*_nulls(kind, value, at)]
    complaints = [*nulls, *(each for each in complaints if not any(_within(each[0], place) for place, _ in nulls))]
    present = {key: each for key, each in value.items() if each is not None}
    violations = breaches(kind, present, at)
    complaints += [each for each in violations if not any(_within(place, each[0]) for place, _ in complaints)]
    for place, text in complaints:
        if not _is_known(place.removeprefix(f"{at}."), known):
            yield place, text


def _nulls(kind: Kind, fields: Mapping[str, Json], at: str) -> Iterator[Complaint]:
    """Nulls where the API takes none: fields that it requires, and items of lists."""
    for field in kind.required_when_new:
        if field in fields and fields[field] is None:
            yield f"{at}.{field}", "null: give it a value, or leave it out"
    for field, value in fields.items():
        yield from _null_items(value, f"{at}.{field}")


def _null_items(value: Json, at: str) -> Iterator[Complaint]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if item is None:
                yield f"{at}[{index}]", "null: take it out of the list"
            else:
                yield from _null_items(item, f"{at}[{index}]")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _null_items(each, f"{at}.{name}")


def _within(place: str, whole: str) -> bool:
    """Whether there is an error at that path already."""
    return place == whole or place.startswith((f"{whole}.", f"{whole}["))


def _is_known(place: str, known: Collection[str]) -> bool:
    """Whether the API has sent that field itself: recorded by its path, with or without list markers."""
    path = INDEX.sub("[]", place)
    return bool(known) and bool({path, path.replace("[]", ""), path.rpartition(".")[2]} & set(known))


def _virtual(kind: Kind, fields: Mapping[str, Json], at: str) -> Iterator[Complaint]:
    owners = {reference.path[0] for reference in kind.references}
    for key in fields.keys() - owners:
        yield f"{at}.{key}", _unknown_name("field", key, owners)


def _fields(kind: Kind, fields: dict[str, Json], at: str) -> Iterator[Complaint]:
    """Errors by the model of *kind*; all references are ids already."""
    shape: Any = kind.model
    members = _members(shape)
    extra_fields = kind.extra_fields
    for key, member in members.items():
        if key in fields:
            yield from _member(fields[key], member.type, f"{at}.{key}")
        elif member.default is attrs.NOTHING and key != "id":
            yield f"{at}.{key}", "missing"
    tag = shape.tagged_by if issubclass(shape, Tagged) else ""
    if tag and fields.get(tag) != getattr(shape, tag):
        yield f"{at}.{tag}", f"expected {getattr(shape, tag)!r}" if tag in fields else "missing"
    for key, value in fields.items():
        if key in extra_fields:
            yield from _member(value, extra_fields[key], f"{at}.{key}")
        elif key not in members and key != tag and not kind.open_fields:
            yield f"{at}.{key}", _unknown_name("field", key, [*members, *extra_fields])
    for discriminator in tags_of(kind):
        for place, holder in values_at(fields, discriminator.path, at):
            if isinstance(holder, dict) and (error := discriminator.error(holder)):
                yield f"{place}.{discriminator.name}", error


@functools.cache
def _members(shape: Any) -> Mapping[str, attrs.Attribute[Any]]:
    """The fields of a model by wire name."""
    attrs.resolve_types(shape)
    return {wire_name(field): field for field in attrs.fields(shape) if field.name not in BOOKKEEPING}


def _member(value: Json, kind: Any, at: str) -> Iterator[Complaint]:
    """Errors in one field: the first invalid value, or all unknown fields; for lists, in each item."""
    inner, _ = without_none(kind)
    if get_origin(inner) is list and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _member(item, get_args(inner)[0], f"{at}[{index}]")
        return
    try:
        model = read(value, kind, at)
    except ProtocolError as error:
        match = TEXT.fullmatch(error.message)
        yield match.groups() if match is not None else (at, error.message)  # type: ignore[misc]  # two groups
    else:
        yield from _extras(model, at)


def _extras(value: object, at: str) -> Iterator[Complaint]:
    """The unknown fields that a model has kept."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _extras(item, f"{at}[{index}]")
    elif isinstance(value, Model):
        shape: Any = type(value)
        members = _members(shape)
        for key in value.extra:
            yield f"{at}.{key}", _unknown_name("field", key, members)
        for key, member in members.items():
            yield from _extras(getattr(value, member.name), f"{at}.{key}")


def _references(reference: Reference, path: Sequence[str], holder: Any, at: str) -> Iterator[Complaint]:
    """Errors in references by name below *holder*; valid ones are replaced by ids."""
    step, *rest = path
    keys: Iterable[Any] = ()
    container: Any = holder
    if step == "[]":
        keys = range(len(holder)) if isinstance(holder, list) else ()
    elif isinstance(holder, dict) and step in holder:
        keys = (step,)
    for key in keys:
        value = container[key]
        place = f"{at}[{key}]" if step == "[]" else f"{at}.{key}"
        if rest:
            yield from _references(reference, rest, value, place)
        elif reference.bare and value == "":
            yield place, "empty"
        elif isinstance(value, dict) and (reference.to or text_at(value, "type") in TYPED):
            yield from _reference(reference, value, place)
            container[key] = (
                "" if reference.bare else {**({"type": value["type"]} if not reference.to else {}), "id": "-"}
            )


def _reference(reference: Reference, value: Mapping[str, Json], at: str) -> Iterator[Complaint]:
    word = reference.to or value["type"]
    target = KINDS_BY_TYPE[str(word)][0]
    label = target.reference_label
    allowed = [label, *([] if reference.to else ["type"]), *([] if reference.bare else ["id"])]
    if target.parent and target.typed:
        allowed.append("of")
    for key, each in value.items():
        if key not in allowed:
            yield f"{at}.{key}", _unknown_name("field", key, allowed)
        elif not isinstance(each, str):
            yield f"{at}.{key}", f"expected str, got {_name_of(each)}"
        elif not each and key != "of":
            yield f"{at}.{key}", "empty"
    if not {label, "id"} & value.keys():
        yield f"{at}.{label}", "missing"


def _unknown_name(noun: str, name: str, known: Iterable[str]) -> str:
    near = closest(name, known)
    return f"unknown {noun}" + (f", is {near!r} meant?" if near else "")


def _name_of(value: Json) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return "null" if value is None else f"{value!r}"
