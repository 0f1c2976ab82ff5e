"""Writes models, and plain values around them, as JSON values."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

import attrs
from cattrs import Converter

from opsgenie_async.models.base import NOTHING_READ, Model, Tagged
from opsgenie_async.wire import UNSET

from .misfit import NaiveMoment
from .names import wire_name
from .reader import BOOKKEEPING, without_none
from .spellings import Spelling

__all__ = ["make_value_writer", "make_writer", "spelling"]

Write = Callable[[Any], Any]
PLAIN = frozenset({str, int, float, bool, type(None)})
REQUIRED = object()  # the default of a field that has none: equal to no value


def spelling(kind: Any) -> Spelling | None:
    """How a field of type *kind* is spelled, when its annotation says."""
    kind, _ = without_none(kind)
    if get_origin(kind) is not Annotated:
        return None
    return next((mark for mark in get_args(kind) if isinstance(mark, Spelling)), None)


def make_value_writer(converter: Converter) -> Write:
    """A function that writes any value: None is null, `UNSET` inside a mapping is left out."""

    def write(value: Any) -> Any:
        kind = value.__class__
        if kind in PLAIN:
            return value
        if isinstance(value, list | tuple | set | frozenset):
            return [_under(index, write, item) for index, item in enumerate(value)]
        if isinstance(value, Mapping):
            return {key: _under(key, write, item) for key, item in value.items() if item is not UNSET}
        if isinstance(value, enum.Enum):
            return value.value
        return converter.get_unstructure_hook(kind)(value)

    return write


def make_writer(cls: type[Model], converter: Converter) -> Write:
    """The cattrs hook factory for models: what was not there and is still at its default stays out."""
    attrs.resolve_types(cls)
    write_value = make_value_writer(converter)
    plan = []
    says_nothing = 0  # in a model that was not read, an empty default is left out; a 0, a word or a flag is a choice
    for index, field in enumerate(f for f in attrs.fields(cls) if f.name not in BOOKKEEPING):
        spelled = spelling(field.type)
        default = field.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
            default = default.factory()
        elif default is attrs.NOTHING:
            default = REQUIRED
        if default in (None, "", [], {}):
            says_nothing |= 1 << index
        plan.append((field.name, wire_name(field), 1 << index, default, spelled.write if spelled else write_value))
    tag = {wire_name(cls.tagged_by): getattr(cls, cls.tagged_by)} if issubclass(cls, Tagged) else {}

    def write(model: Any) -> dict[str, Any]:
        document = dict(tag)
        absent = says_nothing if model._absent == NOTHING_READ else model._absent
        for name, key, bit, default, write_field in plan:
            value = getattr(model, name)
            if value is UNSET or (absent & bit and value == default):
                continue
            document[key] = None if value is None else _under(name, write_field, value)
        for key, value in model.extra.items():
            document.setdefault(key, value)
        return document

    return write


def _under(step: str | int, write: Write, value: Any) -> Any:
    try:
        return write(value)
    except NaiveMoment as error:
        raise error.under(step) from None
