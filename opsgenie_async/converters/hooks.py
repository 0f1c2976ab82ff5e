"""The cattrs converter of the package: every hook in one list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin

from cattrs import Converter

from opsgenie_async.converters.reader import SCALARS, make_reader, open_enum, spelling, without_none
from opsgenie_async.converters.unions import Hook, is_tagged_union, make_union_reader
from opsgenie_async.converters.writer import make_writer
from opsgenie_async.models.base import Model, Unknown
from opsgenie_async.models.mismatch import Mismatch, read_around_nulls
from opsgenie_async.models.wire_types import ONE_OR_MANY, moment_text, read_moment

__all__ = ["build_converter"]


def build_converter() -> Converter:
    """A cattrs converter that never coerces, keeps what it does not know, and writes back what it read."""
    converter = Converter(detailed_validation=True)
    for kind in SCALARS:
        converter.register_structure_hook(kind, _strict(kind))
    converter.register_structure_hook(datetime, read_moment)
    converter.register_unstructure_hook(datetime, moment_text)
    # cattrs asks the hook registered last first.
    converter.register_structure_hook_factory(_is_container(list), _make_list_reader)
    converter.register_structure_hook_factory(_is_container(dict), _make_dict_reader)
    converter.register_structure_hook_factory(lambda kind: without_none(kind)[1], _make_nullable_reader)
    converter.register_structure_hook_factory(lambda kind: open_enum(kind) is not None, _make_enum_reader)
    converter.register_structure_hook_factory(is_tagged_union, make_union_reader)
    converter.register_structure_hook_factory(lambda kind: _spelling_of(kind) is not None, _spelling_reader)
    converter.register_structure_hook_factory(_is_one_or_many, _make_one_or_many_reader)
    converter.register_structure_hook_factory(_is_model, make_reader)
    converter.register_unstructure_hook_factory(_is_model, make_writer)
    converter.register_unstructure_hook(Unknown, lambda unknown: unknown.document)
    return converter


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


def _is_container(container: type) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is container


def _spelling_of(kind: Any) -> Any:
    return spelling(kind) if get_origin(kind) is Annotated else None


def _spelling_reader(kind: Any) -> Hook:
    read: Hook = _spelling_of(kind).read
    return read


def _is_one_or_many(kind: Any) -> bool:
    return get_origin(kind) is Annotated and ONE_OR_MANY in get_args(kind)


def _make_one_or_many_reader(kind: Any, converter: Converter) -> Hook:
    many = get_args(kind)[0]
    read_many = converter.get_structure_hook(many)
    return lambda value, _: read_many([value] if value.__class__ is dict else value, many)


def _strict(kind: type) -> Hook:
    expected, unfit = SCALARS[kind]
    is_unfit: Callable[[Any], bool] = eval(f"lambda v: {unfit}")  # noqa: S307  # the same words as in generated readers

    def read(value: Any, _: object) -> Any:
        if is_unfit(value):
            raise Mismatch(expected, value)
        return value

    return read


def _make_list_reader(kind: Any, converter: Converter) -> Hook:
    (item,) = get_args(kind)
    read_item = converter.get_structure_hook(item)

    def read(value: Any, _: object) -> list[Any]:
        if value.__class__ is not list:
            raise Mismatch("list", value)
        try:
            return [read_item(element, item) for element in value]
        except Mismatch:
            return read_around_nulls(value, read_item, item)

    return read


def _make_dict_reader(kind: Any, converter: Converter) -> Hook:
    _, item = get_args(kind)
    read_item = converter.get_structure_hook(item)

    def read(value: Any, _: object) -> dict[str, Any]:
        if value.__class__ is not dict:
            raise Mismatch("object", value)
        document = {}
        for key, element in value.items():
            try:
                document[key] = read_item(element, item)
            except Mismatch as mismatch:
                if element is not None:
                    raise mismatch.under(key) from None
        return document

    return read


def _make_nullable_reader(kind: Any, converter: Converter) -> Hook:
    inner, _ = without_none(kind)
    read_inner = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else read_inner(value, inner)


def _make_enum_reader(kind: Any) -> Hook:
    words = {word.value: word for word in open_enum(kind) or ()}

    def read(value: Any, _: object) -> str:
        if value.__class__ is not str:
            raise Mismatch("str", value)
        return words[value] if value in words else str(value)

    return read
