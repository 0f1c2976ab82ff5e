"""Read unions by their discriminator field; an unknown word keeps its whole document."""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import Any, Union, get_args, get_origin

from cattrs import Converter

from opsgenie_async.converters.names import wire_name
from opsgenie_async.models.base import Tagged, Unknown
from opsgenie_async.models.mismatch import Mismatch

__all__ = ["Hook", "is_tagged_union", "make_union_reader", "union_readers"]

Hook = Callable[[Any, Any], Any]
"""A structure hook of cattrs: reads JSON as a type."""


def is_tagged_union(kind: Any) -> bool:
    """Whether *kind* is a union of tagged models and `Unknown`."""
    if get_origin(kind) not in (Union, UnionType):
        return False
    arms = get_args(kind)
    return Unknown in arms and all(
        arm is Unknown or (isinstance(arm, type) and issubclass(arm, Tagged)) for arm in arms
    )


def union_readers(kind: Any, converter: Converter) -> tuple[str, dict[str, Hook]]:
    """The field that tells the members of a tagged union apart, and what reads each of them, by its word there."""
    members = [arm for arm in get_args(kind) if arm is not Unknown]
    (attribute,) = {member.tagged_by for member in members}
    return wire_name(attribute), {
        getattr(member, attribute): converter.get_structure_hook(member) for member in members
    }


def make_union_reader(kind: Any, converter: Converter) -> Hook:
    """The cattrs hook factory for tagged unions: one look in a table of words."""
    key, readers = union_readers(kind, converter)
    reader_of = readers.get

    def read(document: Any, _: object) -> Any:
        if document.__class__ is not dict:
            raise Mismatch("object", document)
        word = document.get(key)
        reader = reader_of(word) if word.__class__ is str else None
        return Unknown(document) if reader is None else reader(document, None)

    return read
