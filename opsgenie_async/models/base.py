"""What every model is made of: its fields, the fields we have no name for, and what the server left out."""

from __future__ import annotations

import difflib
import enum
import functools
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.models.mismatch import Unwritable
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.json_text import Json
else:
    Json = object  # a field of this type is taken as it comes; the recursive alias is for type checkers

__all__ = ["Json", "Model", "Tagged", "Unknown", "on_wire"]

BOOKKEEPING = frozenset({"extra"})
"""The attributes of a model that are no fields of the API."""
EMPTY: tuple[object, ...] = (None, "", [], {})
"""Defaults that are not written of a model that was made by a caller: each says nothing."""
NOTHING_READ = -1  # made by a caller: there is no answer to compare with


class ReadExtra(dict[str, Json]):
    """The fields of an answer that have no attribute, and what the answer was like.

    It stands in the place of a plain dict, as `attrs.evolve`, `copy` and `pickle` take it along, and `attrs.asdict`
    shows a dict.

    Attributes:
        absent: A bit for each field that the server left out.
        raw: What came in another spelling than it would be written in.
    """

    __slots__ = ("absent", "raw")

    absent: int
    raw: dict[str, Json] | None


@attrs.define(kw_only=True)
class Model:
    """A JSON object of the API as Python has it.

    A field the server left out has its default, and stays out when the model is written back. A field it sent comes
    back, also when its value is the default; set to None it is written as null. null in a field that has a default
    reads as that default, and is written as null until you set the field; a moment, or an id that came as a number, is
    written as it came. Of a model that you make yourself everything is written but fields still at an empty default
    (None, "", no items). `has` tells a value that the answer left out from an empty one.

    Attributes:
        extra: The fields this version has no attribute for, by their names on the wire; sent back on write. Change
            its items: another dict in its place makes it a model of yours, of which no answer is known.
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

    @classmethod
    def from_dict(cls, document: Mapping[str, Json]) -> Self:
        """Read a JSON object, as the API sends it or `to_dict` gave it.

        Args:
            document: The object, with the names of the wire.

        Raises:
            ProtocolError: A value does not fit; names its place, which begins with the name of the class.
        """
        from opsgenie_async.converters import read

        value: object = document
        return read(dict(document) if isinstance(value, Mapping) else value, cls, at=cls.__name__)

    def to_dict(self) -> dict[str, Json]:
        """Write the model as a JSON object: the names of the wire, every value ready for `json.dumps`.

        What was read and not changed comes back as it came: `Team.from_dict(document).to_dict() == document`.

        Raises:
            ArgumentValueError: A datetime has no time zone; names its place.
            ArgumentTypeError: A value has no place in JSON; names its place.
        """
        from opsgenie_async.converters import write

        try:
            document: Any = write(self)
        except Unwritable as error:
            kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
            raise kind(str(error)) from None
        return cast("dict[str, Json]", document)

    def to_json(self) -> str:
        """Write the model as JSON text, on one line.

        Raises:
            ArgumentValueError: A datetime has no time zone, or a number is none.
            ArgumentTypeError: A value has no place in JSON; names its place.
        """
        from opsgenie_async.json_text import dump

        document = self.to_dict()
        try:
            return dump(document).decode()
        except ValueError as error:
            raise ArgumentValueError(f"{type(self).__name__}: {error}") from None

    def has(self, field: str) -> bool:
        """Whether the model holds a value for a field, rather than the default of one that the answer left out.

        A listing of teams has no members: `team.members` is then `[]`, as it is for a team of nobody, and
        `team.has("members")` tells one from the other. It is True exactly for what `to_dict` writes: what the API sent,
        null and empty lists included, and what you set to something else than the default.

        Args:
            field: Name of the attribute, as `"members"`.

        Raises:
            AttributeError: The model has no such field.
        """
        return self._holds(field, *_place(type(self), field))

    @property
    def absent_fields(self) -> frozenset[str]:
        """Names of the attributes that `has` is False for: they show a default, and the API said nothing of them."""
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
    def _adapted(cls, document: dict[str, Any]) -> dict[str, Any]:
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
        close = difflib.get_close_matches(name, places, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise AttributeError(f"{cls.__name__} has no field {name!r}{hint}")
    return places[name]


@attrs.define(kw_only=True)
class Tagged(Model):
    """A member of a union that one field of the object tells apart.

    Attributes:
        tagged_by: The attribute that holds the member's word.
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
        """The word that we do not know, "" when there was none."""
        word = self.document.get("type")
        return word if isinstance(word, str) else ""

    def to_dict(self) -> dict[str, Json]:
        """The document, as it came."""
        return dict(self.document)


def on_wire(name: str) -> dict[str, object]:
    """Field metadata: the name on the wire where it is not the attribute's name in camelCase."""
    return {"on_wire": name}
