"""camelCase on the wire, snake_case in Python."""

from __future__ import annotations

import functools
from typing import Any

import attrs

__all__ = ["camel", "wire_name"]


@functools.cache
def camel(name: str) -> str:
    """`owner_team` as `ownerTeam`; an underscore behind (`not_`) only keeps Python happy."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def wire_name(field: attrs.Attribute[Any] | str) -> str:
    """The field's name on the wire: what its metadata says, else camelCase."""
    if isinstance(field, str):
        return camel(field)
    name: str = field.metadata.get("on_wire") or camel(field.name)
    return name
