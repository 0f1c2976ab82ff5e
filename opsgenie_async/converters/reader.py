"""Read JSON objects into models, with one compiled function for each class.

The generated function is what one would write by hand: it tests the type of every value, fills the slots of a new
instance directly (so constructor checks do not run: the server may grow), notes which fields were absent, and keeps
what it does not know in `extra`. For a class with a required name and an optional list of rules it is

    def read(o, _):
        if o.__class__ is not dict: raise Mismatch('object', o)
        s = new(cls); n = 2; absent = 0; raw = None
        try: v = o['name']
        except KeyError: raise missing('name') from None
        if v.__class__ is not str: raise Mismatch('str', v, 'name')
        s.name = v
        if 'rules' in o:
            v = o['rules']
            if v is None: raw = raw or {}; raw['rules'] = None; v = d1()
            else:
                if v.__class__ is not list: raise Mismatch('list', v, 'rules')
                w = v
                try: v = [h1(i, t1) for i in w]
                except Mismatch:
                    try: v = read_around_nulls(w, h1, t1)
                    except Mismatch as mismatch: raise mismatch.under('rules') from None
                    raw = raw or {}; raw['rules'] = w
            s.rules = v
        else:
            s.rules = d1(); absent |= 2; n -= 1
        e = s.extra = Extra() if len(o) == n else Extra((k, v) for k, v in o.items() if k not in known)
        e.absent = absent; e.raw = raw
        return s

`raw` keeps what came in another spelling than it would be written in: a null in a field that has a default, a moment,
an id that is a number. `try` costs nothing while nothing is raised. A type that has no rule below is read by whatever
hook cattrs has for it.
"""

from __future__ import annotations

import enum
import linecache
import threading
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
from cattrs import Converter

from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.unions import Hook, is_tagged_union, union_readers
from opsgenie_async.models.base import BOOKKEEPING, Model, ReadExtra, Tagged, Unknown
from opsgenie_async.models.mismatch import Mismatch, read_around_nulls
from opsgenie_async.models.wire_types import WireType

__all__ = [
    "BOOKKEEPING",
    "holds_models",
    "is_id",
    "make_reader",
    "open_enum",
    "spelling",
    "tag_of",
    "without_none",
]

SCALARS: dict[Any, tuple[str, str]] = {
    str: ("str", "v.__class__ is not str"),
    int: ("int", "v.__class__ is not int"),
    bool: ("bool", "v is not True and v is not False"),
    float: ("float", "v.__class__ is not float and v.__class__ is not int"),
}

_building = threading.RLock()
_unfinished: dict[tuple[int, type[Model]], _OwnReader] = {}


def without_none(kind: Any) -> tuple[Any, bool]:
    """Split `X | None` into X and True; anything else into itself and False."""
    if get_origin(kind) not in (Union, UnionType) or NoneType not in get_args(kind):
        return kind, False
    return Union[tuple(arm for arm in get_args(kind) if arm is not NoneType)], True  # noqa: UP007  # built at run time


def spelling(kind: Any) -> WireType | None:
    """How a field of type *kind* is spelled, when its annotation says."""
    kind, _ = without_none(kind)
    if get_origin(kind) is not Annotated:
        return None
    return next((mark for mark in get_args(kind) if isinstance(mark, WireType)), None)


def is_id(field: attrs.Attribute[Any]) -> bool:
    """Whether a field holds an id: some answers have a number there, which is text to its user."""
    return without_none(field.type)[0] is str and (field.name == "id" or field.name.endswith("_id"))


def open_enum(kind: Any) -> type[enum.StrEnum] | None:
    """The enumeration of `SomeEnum | str`, which keeps words that it does not know."""
    arms = get_args(kind) if get_origin(kind) in (Union, UnionType) else ()
    enums = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, enum.StrEnum)]
    return enums[0] if len(arms) == 2 and len(enums) == 1 and str in arms else None


def make_reader(cls: type[Model], converter: Converter) -> Hook:
    """The cattrs hook factory for models."""
    with _building:
        key = (id(converter), cls)
        if key in _unfinished:  # a class that contains itself
            return _unfinished[key].read
        own = _unfinished[key] = _OwnReader(cls, converter)
        try:
            own.reader = _Reader(cls, converter).compile()
        finally:
            del _unfinished[key]
        return own.reader


class _OwnReader:
    """The reader of a class inside itself.

    cattrs caches it as the reader of the class until the class is finished: other threads may take it until then.
    """

    def __init__(self, cls: type[Model], converter: Converter) -> None:
        self.cls = cls
        self.converter = converter
        self.reader: Hook | None = None

    def read(self, value: Any, kind: Any) -> Any:
        return (self.reader or self._finished_reader())(value, kind)

    def _finished_reader(self) -> Hook:
        with _building:  # who makes it has finished then
            if self.reader is None:  # with an error
                self.reader = make_reader(self.cls, self.converter)
            return self.reader


class _Reader:
    """The text of one reading function and the objects its names stand for."""

    def __init__(self, cls: type[Model], converter: Converter) -> None:
        attrs.resolve_types(cls)
        self.cls = cls
        self.converter = converter
        self.names: dict[str, Any] = {
            "Extra": ReadExtra,
            "Mismatch": Mismatch,
            "cls": cls,
            "read_around_nulls": read_around_nulls,
            "missing": Mismatch.missing,
            "moment": datetime.fromisoformat,
            "new": object.__new__,
        }
        # Frozen classes and checked assignment have a __setattr__ of their own, which is gone around.
        self.plain = cls.__setattr__ is object.__setattr__
        if not self.plain:
            self.names["put"] = object.__setattr__

    def compile(self) -> Hook:
        fields = [field for field in attrs.fields(self.cls) if field.name not in BOOKKEEPING]
        known = {wire_name(field) for field in fields}
        tag, word = tag_of(self.cls)
        if tag:
            known.add(tag)
        self.names["known"] = known
        lines = [
            "def read(o, _):",
            " if o.__class__ is not dict: raise Mismatch('object', o)",
            f" s = new(cls); n = {len(known)}; absent = 0; raw = None",
        ]
        if self.cls._adapt.__func__ is not Model._adapt.__func__:  # type: ignore[attr-defined]  # of a classmethod
            lines.insert(2, " o = adapt(o)")
            self.names["adapt"] = self.cls._adapt
        for index, field in enumerate(fields):
            lines += [f" {line}" for line in self.field(index, field)]
        if tag:
            lines += [f" if {tag!r} not in o: n -= 1", f" elif o[{tag!r}] != {word!r}: {_keep(tag, f'o[{tag!r}]')}"]
        lines.append(" e = Extra() if len(o) == n else Extra((k, v) for k, v in o.items() if k not in known)")
        lines.append(f" e.absent = absent; e.raw = raw; {self.store('extra', 'e')}")
        if self.cls._complete is not Model._complete:
            lines.append(" s._complete()")
        lines.append(" return s")
        source = "\n".join(lines)
        file = f"<reader of {self.cls.__module__}.{self.cls.__qualname__}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # for tracebacks
        exec(compile(source, file, "exec"), self.names)  # noqa: S102  # our own text, made from our own classes
        hook: Hook = self.names["read"]
        return hook

    def field(self, index: int, field: attrs.Attribute[Any]) -> list[str]:
        key = wire_name(field)
        store = self.store(field.name, "v")
        checks = self.checks(index, key, field)
        if field.default is attrs.NOTHING:
            return [f"try: v = o[{key!r}]", f"except KeyError: raise missing({key!r}) from None", *checks, store]
        default = self.default(index, field.default)
        if field.type is not object and not (field.default is None and without_none(field.type)[1]):
            otherwise = f"{_keep(key, 'None')}; v = {default}"
            checks = [f"if v is None: {otherwise}", "else:", *(f" {line}" for line in checks)]
        return [
            f"if {key!r} in o:",
            f" v = o[{key!r}]",
            *(f" {line}" for line in checks),
            f" {store}",
            f"else: {self.store(field.name, default)}; absent |= {1 << index}; n -= 1",
        ]

    def store(self, name: str, value: str) -> str:
        return f"s.{name} = {value}" if self.plain else f"put(s, {name!r}, {value})"

    def default(self, index: int, default: Any) -> str:
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
            self.names[f"d{index}"] = default.factory
            return f"d{index}()"
        self.names[f"d{index}"] = default
        return f"d{index}"

    def checks(self, index: int, key: str, field: attrs.Attribute[Any]) -> list[str]:
        """The lines that turn the raw `v` into the field's value, or raise."""
        kind, nullable = without_none(field.type)
        if kind is object:
            return ["pass"]
        lines = self.scalar(index, key, kind, field) or self.list_of_models(index, key, kind)
        lines = lines or self.tagged_union(index, key, kind) or self.by_hook(index, key, kind)
        return ["if v is not None:", *(f" {line}" for line in lines)] if nullable else lines

    def scalar(self, index: int, key: str, kind: Any, field: attrs.Attribute[Any]) -> list[str]:
        if kind in SCALARS:
            expected, unfit = SCALARS[kind]
            refuse = f"raise Mismatch({expected!r}, v, {key!r})"
            if is_id(field):
                return [f"if {unfit}:", f" if v.__class__ is not int: {refuse}", f" {_keep(key, 'v')}; v = str(v)"]
            return [f"if {unfit}: {refuse}"]
        if words := open_enum(kind):
            self.names[f"e{index}"] = {word.value: word for word in words}.get
            return [f"if v.__class__ is not str: raise Mismatch('str', v, {key!r})", f"v = e{index}(v, v)"]
        return []

    def list_of_models(self, index: int, key: str, kind: Any) -> list[str]:
        if get_origin(kind) is not list or not holds_models(kind):
            return []
        self.hook(index, get_args(kind)[0])
        return [
            f"if v.__class__ is not list: raise Mismatch('list', v, {key!r})",
            "w = v",
            f"try: v = [h{index}(i, t{index}) for i in w]",
            "except Mismatch:",
            f" try: v = read_around_nulls(w, h{index}, t{index})",
            f" except Mismatch as mismatch: raise mismatch.under({key!r}) from None",
            f" {_keep(key, 'w')}",
        ]

    def tagged_union(self, index: int, key: str, kind: Any) -> list[str]:
        """What `make_union_reader` does, without a call of its own."""
        if not is_tagged_union(kind):
            return []
        tag, readers = union_readers(kind, self.converter)
        self.names |= {f"m{index}": readers.get, "Unknown": Unknown}
        return [
            f"if v.__class__ is not dict: raise Mismatch('object', v, {key!r})",
            f"w = v.get({tag!r}); m = m{index}(w) if w.__class__ is str else None",
            "try: v = Unknown(v) if m is None else m(v, None)",
            f"except Mismatch as mismatch: raise mismatch.under({key!r}) from None",
        ]

    def by_hook(self, index: int, key: str, kind: Any) -> list[str]:
        """With the converter's own hook; a value that would be written in another form is kept."""
        self.hook(index, kind)
        hook = [f"try: v = h{index}(w, t{index})", f"except Mismatch as mismatch: raise mismatch.under({key!r})"]
        lines = ["w = v", *hook]
        if kind is datetime:  # most are what the standard library reads, with a zone
            return [
                "w = v",
                "try: v = moment(w) if w.__class__ is str else None",
                "except ValueError: v = None",
                "if v is None or v.tzinfo is None:",
                *(f" {line}" for line in hook),
                _keep(key, "w"),
            ]
        if kind == list[str]:  # most are
            return [
                f"if v.__class__ is not list: raise Mismatch('list', v, {key!r})",
                "w = v; v = w[:]",
                "for i in w:",
                " if i.__class__ is not str:",
                *(f"  {line}" for line in hook),
                f"  {_keep(key, 'w')}",
                "  break",
            ]
        if spelled := spelling(kind):
            self.names[f"w{index}"] = spelled.write
            # Some spellings read an odd value as absent, which has none of its own.
            return [*lines, f"if v is None or w{index}(v) != w: {_keep(key, 'w')}"]
        if get_origin(kind) is Annotated:
            return [*lines, f"if w.__class__ is list and len(w) != len(v): {_keep(key, 'w')}"]
        if _is_plain(kind):
            return [*lines, f"if v != w: {_keep(key, 'w')}"]
        return lines

    def hook(self, index: int, kind: Any) -> None:
        self.names[f"t{index}"] = kind
        self.names[f"h{index}"] = self.converter.get_structure_hook(kind)


def _keep(key: str, value: str) -> str:
    return f"raw = raw or {{}}; raw[{key!r}] = {value}"


def holds_models(kind: Any) -> bool:
    """Whether values of *kind* are lists of models."""
    kind, _ = without_none(kind)
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return get_origin(kind) is list and not _is_plain(kind)


def _is_plain(kind: Any) -> bool:
    """Whether values of *kind* are equal to the JSON they are read from, while nothing is out of order."""
    if get_origin(kind) in (list, dict):
        return _is_plain(get_args(kind)[-1])
    return kind in SCALARS or kind is object or open_enum(kind) is not None


def tag_of(cls: type[Model]) -> tuple[str, object]:
    """The wire name of the field that tells a union's members apart, and the word of this one; "" for no member.

    What members have in common, as `PolicyBase`, is no member: the field is then one that it has no attribute for.
    """
    if issubclass(cls, Tagged) and hasattr(cls, cls.tagged_by):
        return wire_name(cls.tagged_by), getattr(cls, cls.tagged_by)
    return "", None
