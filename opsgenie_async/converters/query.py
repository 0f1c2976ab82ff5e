"""Query parameters as text, in the formats of the API."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeAlias

from opsgenie_async.http.request import Query
from opsgenie_async.models.identifiers import Alias, ExternalId, Name, PipelineId, TinyId
from opsgenie_async.models.mismatch import NoNumber, NotJson, NotOneOfMany
from opsgenie_async.models.wire_types import aware, moment_text
from opsgenie_async.unset import UNSET, Unset

__all__ = ["QueryValue", "query_of", "query_text"]

Word: TypeAlias = str | int | float | bool | datetime | Name | Alias | TinyId | ExternalId | PipelineId
QueryValue: TypeAlias = "Word | Iterable[Word] | None | Unset"
"""What may stand in a query: None and `UNSET` are left out, several words are joined with commas."""

IDENTIFIERS = (Name, Alias, TinyId, ExternalId, PipelineId)
NO_LIST = (bytes, bytearray, memoryview, Mapping)


def query_of(fields: Mapping[str, QueryValue]) -> Query:
    """Names and values of *fields*, by their names on the wire.

    Raises:
        TypeError: A value has no spelling in a query; names the field.
        ValueError: A datetime has no zone, or a word of several holds a comma; names the field.
    """
    return tuple(
        (name, query_text(name, value)) for name, value in fields.items() if value is not None and value is not UNSET
    )


def query_text(name: str, value: object) -> str:
    """The text of one value; raises what `query_of` raises, naming *name*."""
    if isinstance(value, (str, int, float, datetime, enum.Enum, *IDENTIFIERS)):
        return _word(name, value)
    if isinstance(value, Iterable) and not isinstance(value, NO_LIST):
        # A set comes in another order in every process; the same call is the same request.
        items = sorted(value, key=str) if isinstance(value, AbstractSet) else value
        return ",".join(_one_of_many(f"{name}[{index}]", item) for index, item in enumerate(items))
    raise NotJson(value, "a value that a query can spell", name)


def _word(name: str, value: object) -> str:
    if isinstance(value, enum.Enum):
        return _word(name, value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        raise NoNumber(value).under(name)
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, datetime):
        return moment_text(aware(name, value))
    if isinstance(value, IDENTIFIERS):
        return value.value
    raise NotJson(value, "a word that a query can spell", name)


def _one_of_many(name: str, value: object) -> str:
    word = _word(name, value)
    if not word or "," in word:
        raise NotOneOfMany(word, name)
    return word
