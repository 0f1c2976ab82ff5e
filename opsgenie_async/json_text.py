"""JSON text: by orjson where installed (the `speed` extra), else by the standard library, to the same bytes.

What orjson refuses and JSON allows (half of a surrogate pair; a whole number beyond 64 bits, when it is written) falls
back to the standard library. Read, such a number is a float with orjson: the API has none of them. A number beyond what
a float holds (`1e400`) is refused by both, read or written: it could only come back as another value.
"""

from __future__ import annotations

import json
import math
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn, TypeAlias

__all__ = ["Json", "dump", "dump_readable", "json_type", "load"]

if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
    """A JSON value as Python has it after decoding."""
else:
    Json = object  # a model's field of this type is taken as it comes; the recursive alias is for type checkers

orjson: ModuleType | None
try:
    import orjson
except ImportError:
    orjson = None

# Only what the standard library takes as well: a date without a zone must not slip through.
PLAIN: int = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS if orjson is not None else 0


def load(text: bytes) -> Json:
    """Decode JSON; raises `ValueError` for anything else, `RecursionError` for what is nested without an end."""
    value: Json
    if orjson is not None:
        try:
            value = orjson.loads(text)
        except ValueError:
            value = _decode(text)
    else:
        value = _decode(text)
    return value


def _decode(text: bytes) -> Json:
    value: Json = json.loads(text, parse_float=_float, parse_constant=_refuse)
    return value


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):  # which could not be written back
        _refuse(digits)
    return number


def _refuse(digits: str) -> NoReturn:
    raise ValueError(f"{digits[:40]} is not a number that a float can hold")


def dump(value: object) -> bytes:
    """JSON in UTF-8 and as short as it goes; raises `TypeError` or `ValueError` for what JSON has no word for."""
    if orjson is not None:
        try:
            text = bytes(orjson.dumps(value, option=PLAIN))
        except TypeError:
            pass
        else:
            if b"null" not in text:
                return text
            # orjson writes a number that is none as null, which clears the field it is for: the one below refuses it.
    return _encode(value, indent=None, separators=(",", ":"))


def dump_readable(value: object) -> bytes:
    """JSON in UTF-8 for people and for git: two spaces a level, one member a line, a line's end at the end."""
    if orjson is not None:
        try:
            text = bytes(orjson.dumps(value, option=PLAIN | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        except TypeError:
            pass
        else:
            if b"null" in text:  # see above; this encoder is the fast one, which cannot indent
                json.dumps(value, allow_nan=False)
            return text
    return _encode(value, indent=2, separators=(",", ": ")) + b"\n"


def _encode(value: object, *, indent: int | None, separators: tuple[str, str]) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8, but it has an escape
        return json.dumps(value, allow_nan=False, indent=indent, separators=separators).encode()


def json_type(value: object) -> str:
    """The type of a decoded value in JSON's words, as `a list`."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
