"""What pydantic asks a class for: how to read and write it (by `from_dict` and `to_dict`), and its JSON schema.

So FastAPI takes a model where it takes one of pydantic. Nobody but pydantic asks: it is imported here alone, by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import attrs

from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import is_id, open_enum, tag_of, without_none
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import BOOKKEEPING, Model, Unknown
from opsgenie_async.models.mismatch import excerpt

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

__all__ = ["core_schema_of", "json_schema_of"]

SCALARS: Mapping[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
Entity = type[Model] | type[Unknown]


def core_schema_of(cls: Entity) -> CoreSchema:
    """The schema by which pydantic validates and serializes *cls*: an instance passes, a document is read."""
    from pydantic_core import PydanticCustomError, core_schema

    def validate(value: Any) -> object:
        if isinstance(value, cls):
            return value
        try:
            return _read(cls, value)
        except ProtocolError as error:
            raise PydanticCustomError("model", "{reason}", {"reason": error.message}) from None

    return core_schema.no_info_plain_validator_function(
        validate,
        ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}",  # by which it has a place of its own in OpenAPI
        serialization=core_schema.plain_serializer_function_ser_schema(lambda model: model.to_dict()),
    )


def _read(cls: Entity, value: Any) -> object:
    if not isinstance(value, Mapping):
        raise ProtocolError(f"{cls.__name__}: expected object, got {excerpt(value)}")
    if not issubclass(cls, Model):
        return Unknown(dict(value))
    tag, word = tag_of(cls)
    if tag and value.get(tag, word) != word:  # it is for another of a union, whose turn comes
        raise ProtocolError(f"{cls.__name__}.{tag}: expected {word}, got {excerpt(value[tag])}")
    return cls.from_dict(value)


def json_schema_of(cls: Entity) -> dict[str, Json]:
    """The JSON schema of *cls*: an object with the API's names. It promises no more than the models do.

    The API may add fields and words, and a field that has a default may be null.
    """
    return _object(cls, ())


def _object(cls: Entity, around: tuple[Entity, ...]) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "object", "title": cls.__name__}
    if cls is Unknown or cls in around or not issubclass(cls, Model):
        return schema
    attrs.resolve_types(cls)
    fields = [field for field in attrs.fields(cls) if field.name not in BOOKKEEPING]
    properties = {wire_name(field): _field(field, (*around, cls)) for field in fields}
    tag, word = tag_of(cls)
    if tag:
        properties = {tag: {"const": str(word)}, **properties}
    required: list[Json] = [wire_name(field) for field in fields if field.default is attrs.NOTHING]
    return {**schema, "properties": {**properties}, **({"required": required} if required else {})}


def _field(field: attrs.Attribute[Any], around: tuple[Entity, ...]) -> dict[str, Json]:
    kind, _ = without_none(field.type)
    schema: dict[str, Json] = {"type": ["string", "integer"]} if is_id(field) else _value(kind, around)
    is_required = field.default is attrs.NOTHING and kind is field.type
    return schema if is_required or not schema else {"anyOf": [schema, {"type": "null"}]}


def _value(kind: Any, around: tuple[Entity, ...]) -> dict[str, Json]:
    if kind is object or get_origin(kind) is Annotated:  # spelled in a way of its own
        return {}
    if kind in SCALARS:
        return {"type": SCALARS[kind]}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    if (words := open_enum(kind)) is not None:
        examples: list[Json] = [each.value for each in words]
        return {"type": "string", "examples": examples}
    if get_origin(kind) is list:
        return {"type": "array", "items": _value(get_args(kind)[0], around)}
    if get_origin(kind) in (Union, UnionType):
        return {"anyOf": [_value(arm, around) for arm in get_args(kind)]}
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _value(get_args(kind)[1], around)}
    return _object(kind, around)
