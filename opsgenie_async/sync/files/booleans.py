"""Booleans written as text in a file, such as `"enabled": "False"`: the API accepts them, and so do we.

They become booleans when a file is read. Then the check, the comparison and the request all mean the same by them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from opsgenie_async.converters.names import wire_name
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import BOOKKEEPING
from opsgenie_async.sync.files.entity_file import sections
from opsgenie_async.sync.model.kind import Kind

__all__ = ["with_booleans"]

WORDS: Mapping[str, bool] = {"true": True, "false": False}
Path = tuple[str, ...]


def with_booleans(kind: Kind, document: Mapping[str, Json]) -> dict[str, Json]:
    """Return the document of a file of *kind* with a boolean for each text that stands for one."""
    converted = dict(document)
    for section, each in sections(kind).items():
        value = document.get(section)
        for path in boolean_paths(each):
            value = [_converted(item, path) for item in value] if isinstance(value, list) else _converted(value, path)
        if section in document:
            converted[section] = value
    return converted


@functools.cache
def boolean_paths(kind: Kind) -> Sequence[Path]:
    """Where the model of a kind has booleans; "[]" stands for each item of a list."""
    extra = [(name,) for name, each in kind.extra_fields.items() if each is bool]
    return [*dict.fromkeys([*extra, *_model_paths(kind.model, (), ())])]


def _model_paths(model: Any, at: Path, outer: tuple[Any, ...]) -> Iterator[Path]:
    if model in outer:
        return
    attrs.resolve_types(model)
    for field in attrs.fields(model):
        if field.name not in BOOKKEEPING:
            yield from _type_paths(field.type, (*at, wire_name(field)), (*outer, model))


def _type_paths(kind: Any, at: Path, outer: tuple[Any, ...]) -> Iterator[Path]:
    if kind is bool:
        yield at
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _type_paths(each, at, outer)
    elif get_origin(kind) is list:
        yield from _type_paths(get_args(kind)[0], (*at, "[]"), outer)
    elif isinstance(kind, type) and attrs.has(kind):
        yield from _model_paths(kind, at, outer)


def _converted(value: Json, path: Path) -> Json:
    if not path:
        return WORDS.get(value.casefold(), value) if isinstance(value, str) else value
    step, rest = path[0], path[1:]
    if step == "[]":
        return [_converted(each, rest) for each in value] if isinstance(value, list) else value
    if isinstance(value, dict) and step in value:
        return {**value, step: _converted(value[step], rest)}
    return value
