"""Write models, and plain values around them, as JSON values."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin

import attrs
from cattrs import Converter

from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import holds_models, is_id, spelling, tag_of, without_none
from opsgenie_async.models.base import (
    BOOKKEEPING,
    EMPTY,
    NOTHING_READ,
    Model,
    Unknown,
    absent_of,
    raw_of,
)
from opsgenie_async.models.mismatch import NoNumber, NotJson, Unwritable
from opsgenie_async.unset import UNSET

__all__ = ["make_value_writer", "make_writer"]

Write = Callable[[Any], Any]
TEXT = frozenset({str, bool, type(None)})
LARGEST = 10**4000  # Python prints no number of more than 4300 digits
REQUIRED = object()  # the default of a field that has none: equal to no value


def make_value_writer(converter: Converter, *, finite: bool = False) -> Write:
    """A function that writes any value: None is null, `UNSET` inside a mapping is left out.

    Args:
        converter: Knows the models.
        finite: Whether a number that is none is refused: what an answer had is left to the encoder.
    """

    def write(value: Any) -> Any:
        kind = value.__class__
        if kind in TEXT:
            return value
        if isinstance(value, enum.Enum):
            return write(value.value)
        if isinstance(value, int | float):
            if finite and isinstance(value, float) and not math.isfinite(value):
                raise NoNumber(value)
            return _number(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, Model | Unknown | datetime):
            return converter.get_unstructure_hook(kind)(value)
        if isinstance(value, Mapping):
            return {_name(key): _under(key, write, item) for key, item in value.items() if item is not UNSET}
        if isinstance(value, Sequence | AbstractSet) and not isinstance(value, bytes | bytearray | memoryview):
            return [_under(index, write, item) for index, item in enumerate(value)]
        raise NotJson(value)

    return write


def make_writer(cls: type[Model], converter: Converter) -> Write:
    """The cattrs hook factory for models: what was not there and is still at its default stays out."""
    attrs.resolve_types(cls)
    write_value = make_value_writer(converter)
    plan = []
    empty_defaults = 0  # in a model that was not read, an empty default is left out; a 0, a word or a flag is a choice
    for index, field in enumerate(each for each in attrs.fields(cls) if each.name not in BOOKKEEPING):
        default, write_field = _default(field), _field_writer(field.type, write_value)
        if default in EMPTY:
            empty_defaults |= 1 << index
        write_again = _writer_again(field, converter, write_field, write_value)
        plan.append((field.name, wire_name(field), 1 << index, default, write_field, write_again))
    name_of_tag, word = tag_of(cls)
    tag = {name_of_tag: word} if name_of_tag else {}

    def write(model: Any) -> dict[str, Any]:
        document = dict(tag)
        absent, raw = absent_of(model), raw_of(model)
        if absent == NOTHING_READ:
            absent = empty_defaults
        if raw and tag:
            document = {key: raw.get(key, word) for key, word in tag.items()}
        for name, key, bit, default, write_field, write_again in plan:
            value = getattr(model, name)
            if value is UNSET or (absent & bit and value == default):
                continue
            original: Any = raw.get(key, REQUIRED) if raw else REQUIRED
            if original is not REQUIRED:
                document[key] = write_again(value, original)
            else:
                document[key] = None if value is None else _under(name, write_field, value)
        for key, value in model.extra.items():
            if key not in document:
                document[key] = _under(key, write_value, value)
        return document

    return write


def _default(field: attrs.Attribute[Any]) -> Any:
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        return default.factory()
    return REQUIRED if default is attrs.NOTHING else default


def _field_writer(kind: Any, write_value: Write) -> Write:
    if spelled := spelling(kind):
        return spelled.write
    kind, _ = without_none(kind)
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is not list:
        return write_value

    def write(value: Any) -> Any:
        if isinstance(value, str):  # which is a sequence, too
            raise NotJson(value, "a list")
        return write_value(value)

    return write


def _writer_again(
    field: attrs.Attribute[Any], converter: Converter, write_field: Write, write_value: Write
) -> Callable[[Any, Any], Any]:
    """What writes a field of a model that was read: what is still the same, as it came, and nulls between models."""
    name, read_again, is_of_models = field.name, _reader_again(field, converter), holds_models(field.type)

    def write(value: Any, original: Any) -> Any:
        if is_of_models and _fits(value, original):
            items = iter(_under(name, write_field, value))
            return [None if item is None else next(items) for item in original]
        if _same(value, read_again(original)):
            return write_value(original)
        return None if value is None else _under(name, write_field, value)

    return write


def _reader_again(field: attrs.Attribute[Any], converter: Converter) -> Write:
    """What reads a value as it came, once more: to learn whether a field still holds it."""
    kind, _ = without_none(field.type)
    default: Any = field.default
    if is_id(field):
        return lambda original: default if original is None else str(original)

    def read(original: Any) -> Any:
        if original is None:
            return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
        return converter.get_structure_hook(kind)(original, kind)

    return read


def _fits(items: Any, original: Any) -> bool:
    """Whether *items* are as many as there were, nulls between them not counted."""
    return isinstance(original, list) and isinstance(items, list) and len(items) == len(original) - original.count(None)


def _same(value: Any, original: Any) -> bool:
    """Equality; of moments their letters', which in the hour that comes twice is another one."""
    if isinstance(value, datetime) and isinstance(original, datetime):
        wall = value.replace(tzinfo=None, fold=0) == original.replace(tzinfo=None, fold=0)
        return wall and (original.tzinfo is None or value.utcoffset() == original.utcoffset())
    return bool(value == original)


def _number(value: Any) -> int | float:
    """A number without what marks it as an enumeration's or a library's; an int stays one."""
    if isinstance(value, float):
        return float(value)
    if not -LARGEST < value < LARGEST:
        raise NotJson(value, "a number of at most 4000 digits")
    return int(value)


def _name(key: Any) -> str:
    """The name of a member: text, or a whole number as text."""
    if key.__class__ is str:
        return str(key)
    if isinstance(key, enum.Enum):
        return _name(key.value)
    if isinstance(key, str):
        return str(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise NotJson(key, "a str as the name of a member")


def _under(step: Any, write: Write, value: Any) -> Any:
    try:
        return write(value)
    except Unwritable as error:
        raise error.under(step if isinstance(step, int) else str(step)) from None
