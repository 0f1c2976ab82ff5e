"""Hypothesis strategies for JSON documents of any model, made from the model's own fields."""

import functools
from datetime import datetime, timedelta
from typing import Any, get_args, get_origin

import attrs
from hypothesis import strategies as st

import opsgenie_async.models
from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import BOOKKEEPING, open_enum, without_none
from opsgenie_async.dx import models as dx
from opsgenie_async.json_text import Json
from opsgenie_async.legacy import models as legacy
from opsgenie_async.models.base import Model, Tagged, Unknown
from opsgenie_async.models.wire_types import (
    ONE_OR_MANY,
    EpochMillis,
    FlagText,
    HourText,
    IdText,
    MinuteText,
    WallTime,
    moment_text,
)

MODELS = sorted(
    {
        value
        for module, names in (
            (opsgenie_async.models, opsgenie_async.models.__all__),
            (legacy, legacy.__all__),
            (dx, dx.__all__),
        )
        for value in (getattr(module, name) for name in names)
        if isinstance(value, type)
        and issubclass(value, Model)
        and value not in (Model, Tagged)
        and (not issubclass(value, Tagged) or hasattr(value, value.tagged_by))  # a base of members is none itself
    },
    key=lambda model: f"{model.__module__}.{model.__name__}",
)
ZONES = st.sampled_from(["Europe/Istanbul", "America/New_York", "Asia/Kathmandu", "UTC", "Europe/Berlin"])
TEXT = st.text(max_size=8)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OFFSETS = st.integers(-12 * 60, 14 * 60).map(timedelta(minutes=1).__mul__)
MOMENTS = st.builds(
    lambda naive, offset: moment_text(datetime.fromisoformat(f"{naive.isoformat()}{_offset_text(offset)}")),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    OFFSETS,
)
WALL_TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map("{:%Y-%m-%d %H:%M}".format)
SPELLED = {
    WallTime: WALL_TIMES,
    EpochMillis: st.integers(0, 4_000_000_000_000),
    HourText: st.integers(0, 24).map(str),
    MinuteText: st.integers(0, 59).map("{:02d}".format),
    IdText: st.integers(0, 2**40).map(str),
    FlagText: st.sampled_from(["true", "false"]),
}
SCALARS = {str: TEXT, int: st.integers(), bool: st.booleans(), float: st.integers() | st.floats(allow_nan=False)}
NEW_NAMES = st.sampled_from(["new", "_new", "newField", "brandNew"])
NEW_TAG = "made-up-later"


def _offset_text(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def values(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    """JSON values for a field of type *kind*; deep ones are small."""
    kind, nullable = without_none(kind)
    if nullable:
        return st.none() | values(kind, depth)
    if kind in SPELLED:
        return SPELLED[kind]
    if ONE_OR_MANY in get_args(kind):
        return values(get_args(kind)[0], depth)
    if kind is Json:
        return JSON_VALUES
    if kind is datetime:
        return MOMENTS
    if kind in SCALARS:
        return SCALARS[kind]
    if words := open_enum(kind):
        return st.sampled_from([word.value for word in words]) | TEXT
    if get_origin(kind) is list:
        return st.lists(values(get_args(kind)[0], depth + 1), max_size=2) if depth < 4 else st.just([])
    if get_origin(kind) is dict:
        return st.dictionaries(TEXT, values(get_args(kind)[1], depth + 1), max_size=2)
    if Unknown in get_args(kind):
        members = [documents(arm, depth + 1) for arm in get_args(kind) if arm is not Unknown]
        return st.one_of(*members, st.fixed_dictionaries({"type": st.just(NEW_TAG)}, optional={"id": TEXT}))
    assert isinstance(kind, type), kind
    assert issubclass(kind, Model), kind
    return documents(kind, depth + 1)


@functools.cache  # Hypothesis looks a new strategy over before it draws from it
def documents(model: type[Model], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects that *model* stands for: optional fields there or not, sometimes fields it does not know."""
    attrs.resolve_types(model)
    required: dict[str, Any] = {}
    optional: dict[str, Any] = {}
    for field in attrs.fields(model):
        if field.name in BOOKKEEPING:
            continue
        strategy = ZONES if field.name == "timezone" else values(field.type, depth)
        (required if field.default is attrs.NOTHING else optional)[wire_name(field)] = strategy
    if issubclass(model, Tagged):
        required[wire_name(model.tagged_by)] = st.just(getattr(model, model.tagged_by))
    known = st.deferred(lambda: st.fixed_dictionaries(required, optional=optional))
    more = st.just({}) | st.dictionaries(NEW_NAMES, JSON_VALUES, max_size=1)
    return st.builds(lambda known, more: {**more, **known}, known, more)
