"""The base of all models: their fields, unknown fields, and fields that the server omitted."""

from __future__ import annotations

import enum
import functools
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, cast

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import Unwritable
from opsgenie_async.suggestion import closest
from opsgenie_async.unset import UNSET

__all__ = ["Model", "Tagged", "Unknown", "on_wire"]

BOOKKEEPING = frozenset({"extra"})
"""The attributes of a model that are no fields of the API."""
EMPTY: tuple[object, ...] = (None, "", [], {})
"""Defaults that are not written of a model that was made by a caller: each says nothing."""
NOTHING_READ = -1  # made by a caller: there is no answer to compare with


class ReadExtra(dict[str, Json]):
    """The fields of a response without an attribute, and the original form of the response.

    It is a dict, so that `attrs.evolve`, `copy` and `pickle` keep it, and `attrs.asdict` shows a dict.

    Attributes:
        absent: A bit for each field that the server omitted.
        raw: Values that came in another form than they would be written in.
    """

    __slots__ = ("absent", "raw")

    absent: int
    raw: dict[str, Json] | None


@attrs.define(kw_only=True)
class Model:
    """A JSON object of the API as a Python object.

    A field that the server omitted has its default, and is omitted when the model is written. A field that it sent is
    written, even with its default value; None is written as null. null in a field with a default is read as that
    default, and written as null until you set the field; a datetime, or an id that was a number, is written as it came.
    A model that you create is written without fields that have an empty default (None, "", no items). `has`
    distinguishes omitted from empty values.

    Attributes:
        extra: Fields that this version has no attribute for, by the API's names; written back. Change its items: with
            another dict in its place, the model counts as created by you.
    """

    extra: dict[str, Json] = attrs.field(factory=dict, repr=False)

    def __init_subclass__(cls) -> None:
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Model.__repr__  # type: ignore[method-assign]  # attrs makes one only where there is none

    def __repr__(self) -> str:
        """One line: the fields that differ from their defaults, moments as in ISO 8601."""
        cls: type = type(self)
        fields = (
            f"{name}={_readable(getattr(self, name))}"
            for name, default in _repr_defaults(cls)
            if getattr(self, name) != default
        )
        return f"{cls.__name__}({', '.join(fields)})"

    if not TYPE_CHECKING:  # which know its fields

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "model")

    @classmethod
    def from_dict(cls, document: Mapping[str, Json]) -> Self:
        """Read a JSON object, as sent by the API or returned by `to_dict`.

        Args:
            document: The object, with the API's names.

        Raises:
            ProtocolError: A value is invalid; the message has its path, which begins with the class name.
        """
        from opsgenie_async.converters import read

        value: object = document
        return read(dict(document) if isinstance(value, Mapping) else value, cls, at=cls.__name__)

    def to_dict(self) -> dict[str, Json]:
        """Return the model as a JSON object with the API's names, ready for `json.dumps`.

        Unchanged values are returned as they were read: `Team.from_dict(document).to_dict() == document`.

        Raises:
            ArgumentValueError: A datetime has no time zone; the message has its path.
            ArgumentTypeError: A value cannot be written as JSON; the message has its path.
        """
        from opsgenie_async.converters import write

        try:
            document: Any = write(self)
        except Unwritable as error:
            kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
            raise kind(str(error)) from None
        return cast("dict[str, Json]", document)

    def to_json(self) -> str:
        """Return the model as JSON on one line.

        Raises:
            ArgumentValueError: A datetime has no time zone, or a number is not finite.
            ArgumentTypeError: A value cannot be written as JSON; the message has its path.
        """
        from opsgenie_async.json_text import dump

        document = self.to_dict()
        try:
            return dump(document).decode()
        except ValueError as error:
            raise ArgumentValueError(f"{type(self).__name__}: {error}") from None

    def has(self, field: str) -> bool:
        """Whether a field has a value, rather than the default for a field that the response omitted.

        A listing of teams has no members: `team.members` is then `[]`, as for a team without members;
        `team.has("members")` distinguishes them. It is True exactly for the fields in `to_dict`: those that the API
        sent, including null and empty lists, and those set to something other than the default.

        Args:
            field: The name of the attribute, such as `"members"`.

        Raises:
            AttributeError: The model has no such field.
        """
        return self._holds(field, *_place(type(self), field))

    @property
    def absent_fields(self) -> frozenset[str]:
        """Names of the attributes for which `has` is False: the API omitted them, and they have a default."""
        cls: type = type(self)
        places = _places(cls)
        return frozenset(name for name, place in places.items() if not self._holds(name, *place))

    def _holds(self, field: str, bit: int, default: object) -> bool:
        value = getattr(self, field)
        if value is UNSET:
            return False
        absent = absent_of(self)
        if absent == NOTHING_READ:
            return value != default or default not in EMPTY
        return not (absent & bit and value == default)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        from opsgenie_async.converters.pydantic_schema import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Json]:
        from opsgenie_async.converters.pydantic_schema import json_schema_of

        return json_schema_of(cls)

    @classmethod
    def _adapt(cls, document: dict[str, Any]) -> dict[str, Any]:
        """The document in the form that the fields stand for, where answers have several."""
        return document

    def _complete(self) -> None:
        """Finish a model that was just read: for fields that need each other. `__init__` does not run on reading."""


def absent_of(model: Model) -> int:
    """A bit for each field that the answer left out, `NOTHING_READ` where there was no answer."""
    extra: object = model.extra
    return extra.absent if isinstance(extra, ReadExtra) else NOTHING_READ


def raw_of(model: Model) -> dict[str, Json] | None:
    """The values that came in another spelling than they would be written in, by their names on the wire."""
    extra: object = model.extra
    return extra.raw if isinstance(extra, ReadExtra) else None


@functools.cache
def _repr_defaults(cls: type) -> tuple[tuple[str, object], ...]:
    """The fields that a repr shows, and their defaults."""
    return tuple((field.name, _default(field)) for field in attrs.fields(cls) if field.repr is True)


def _readable(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case enum.StrEnum():
            return repr(value.value)
        case list():
            return f"[{', '.join(map(_readable, value))}]"
        case _:
            return repr(value)


@functools.cache
def _places(cls: type) -> dict[str, tuple[int, object]]:
    """Of each field its bit in `_absent` and its default, `attrs.NOTHING` where it has none."""
    fields = [field for field in attrs.fields(cls) if field.name not in BOOKKEEPING]
    return {field.name: (1 << index, _default(field)) for index, field in enumerate(fields)}


def _default(field: attrs.Attribute[Any]) -> object:
    default: Any = field.default
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]  # a class at run time


def _place(cls: type, name: str) -> tuple[int, object]:
    places = _places(cls)
    if name not in places:
        close = closest(name, places)
        hint = f"; did you mean {close!r}?" if close else ""
        raise AttributeError(f"{cls.__name__} has no field {name!r}{hint}")
    return places[name]


@attrs.define(kw_only=True)
class Tagged(Model):
    """A member of a union, identified by a field of the object.

    Attributes:
        tagged_by: The attribute with the tag.
    """

    tagged_by: ClassVar[str] = "type"


@attrs.define
class Unknown:
    """A member of a tagged union that this version does not know, kept whole and written back unchanged."""

    document: dict[str, Json]

    def __repr__(self) -> str:
        # What the values mean nobody here knows: they may be secrets.
        return f"Unknown(type={self.type!r}, fields={sorted(map(str, self.document))})"

    @property
    def type(self) -> str:
        """The unknown tag, "" if there was none."""
        word = self.document.get("type")
        return word if isinstance(word, str) else ""

    def to_dict(self) -> dict[str, Json]:
        """The JSON object as it came."""
        return dict(self.document)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        from opsgenie_async.converters.pydantic_schema import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Json]:
        return {"type": "object", "title": cls.__name__}


def on_wire(name: str) -> dict[str, object]:
    """Field metadata: the name on the wire where it is not the attribute's name in camelCase."""
    return {"on_wire": name}
