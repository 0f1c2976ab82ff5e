"""Conversion of API documents to entities: without read-only fields, with names in place of ids.

Nulls that nobody can write are left out as well: items of lists, values of maps, and fields that the API requires.

Read-only fields are written only by the server. Some are known by name. The server may add others, and values of one
account must not be desired in another: for an unknown field, name and value show whether it is an id, a time or a URL
of the account.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import tag_of
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import BOOKKEEPING, Tagged, Unknown
from opsgenie_async.models.mismatch import excerpt
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import REFERENCED
from opsgenie_async.sync.model.rules import values_at
from opsgenie_async.sync.model.snapshot import Entity, Target, labels, name_of, text_at, with_names

__all__ = [
    "EVERYWHERE",
    "MAPS",
    "Entities",
    "Path",
    "Tag",
    "id_in",
    "is_read_only",
    "known_fields",
    "tags_of",
    "types_in",
    "without_null_items",
    "writable",
]

EVERYWHERE = frozenset({"links", "isExternal", "insertedAt", "createdAt", "updatedAt"})
"""Read-only wherever they stand: snapshots of earlier versions have some of them."""
MAPS = frozenset({"details", "extraProperties", "headers"})
"""Objects whose members people name."""
SCALAR = (str, int, float, type(None))
Path = tuple[str, ...]
NESTED_OR_NULL = (dict, list, type(None))
"""Tuples, which are made once: every value of an account is looked at, and a union takes ten times as long."""
REFERENCE = frozenset({"type", "name", "username", "of", "id"})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
IDENTIFIER = re.compile(r"[0-9a-f]{24,64}", re.IGNORECASE)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
OF_THE_VENDOR = re.compile(r"(https?://)?([\w-]+\.)*(opsgenie\.com|atlassian\.(com|net))([:/?#]\S*)?", re.IGNORECASE)
NAME_OF_ID = re.compile(r"(^i|I)ds?$|(^u|U|Uu|uu)id$|ARN$|Arn$")
NAME_OF_CHANGE = re.compile(r"^(inserted|created|updated|modified|deleted|lastModified|lastUpdated)([A-Z]|$)")
NAME_OF_VERSION = re.compile(r"^(etag|eTag|revision|version)$")
NAME_NO_SETTING_HAS = re.compile(r"(^|[a-z])([Uu]uid|UUID|[Pp]ermalink|[Hh]ref|[Ss]elf)$")
"""Even of an integration, whose other addresses and ids are settings that people make."""
NAME_OF_MOMENT = re.compile(r"[a-z](At|On|Date|Time|Timestamp)$|^timestamp$")
NAME_OF_ADDRESS = re.compile(r"(^|[a-z])(links?|Links?|hrefs?|Hrefs?|ur[il]s?|Ur[il]s?|UR[IL]s?|self|Self)$")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*|\d{10,19}(\.\d+)?")


class Entities:
    """A converter to entities, which collects the targets of references.

    Attributes:
        targets: The targets of references, by id.
        unknown_fields: Fields that the API sent and no model has, by kind; also those with an unknown type of object.
    """

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.unknown_fields: dict[str, set[str]] = {}

    def note(self, kind: Kind, id: str, name: str, parent: str = "") -> None:
        """Record an entity by id, if its kind can be a target of references."""
        if kind.reference_type in REFERENCED:
            self.targets[id] = Target.to(kind, name, parent)

    def whole(
        self,
        kind: Kind,
        id: str,
        name: str,
        document: dict[str, Json],
        parts: Iterable[tuple[Kind, list[dict[str, Json]]]],
    ) -> Entity:
        """An entity with its own file, with its parts."""
        entities = {part.name: self.parts(part, documents, name) for part, documents in parts}
        if not kind.virtual:
            document = self.fields(kind, _normal(kind, document))
        return Entity(kind=kind, name=name, fields=document, parts=entities, id=id if kind.key == "id" else "")

    def parts(self, kind: Kind, documents: list[dict[str, Json]], parent: str) -> tuple[Entity, ...]:
        """The parts of one kind as entities."""
        if kind.normalize is not None or kind.item_order:
            documents = [_normal(kind, each) for each in documents]
        if kind.normal_order:
            documents.sort(key=lambda each: [text_at(each, path) for path in kind.normal_order])
        return tuple(
            Entity(
                kind=kind, name=name, fields=self.fields(kind, each), id=id_in(kind, each) if kind.key == "id" else ""
            )
            for name, each in zip(self.names(kind, documents, parent), documents, strict=True)
        )

    def names(self, kind: Kind, documents: list[dict[str, Json]], parent: str) -> list[str]:
        """The names of the parts of one kind, recorded if they can be targets of references."""
        names = labels(name_of(kind, each) for each in documents)
        if kind.reference_type in REFERENCED:
            for name, each in zip(names, documents, strict=True):
                self.note(kind, id_in(kind, each), name, parent)
        return names

    def fields(self, kind: Kind, document: dict[str, Json]) -> dict[str, Json]:
        """The fields of a writable document in the form of a snapshot."""
        fields = with_names(kind, document, self.targets) if kind.references else document.copy()
        fields = writable(kind, fields)
        fields.pop("id", None)
        if fields.get("isDefault") is True:
            for absent in kind.default_lacks:
                fields.pop(absent, None)
        for absent in never_null(kind):
            if absent in fields and fields[absent] is None:
                del fields[absent]
        if unknown := {*(fields.keys() - known_fields(kind)), *unknown_tags(kind, fields)}:
            self.unknown_fields.setdefault(kind.name, set()).update(unknown)
        return fields


@functools.cache
def never_null(kind: Kind) -> frozenset[str]:
    """Fields that are left out of a snapshot where an answer has null: nobody can write it."""
    return kind.null_is_absent.union(kind.required_when_new)


def _normal(kind: Kind, document: dict[str, Json]) -> dict[str, Json]:
    """A document in an order and form that is the same in every response."""
    for field, path in kind.item_order.items():
        if isinstance(items := document.get(field), list):
            document = {**document, field: sorted(items, key=lambda each: text_at(each, path))}
    return document if kind.normalize is None else kind.normalize(document)


def id_in(kind: Kind, document: Mapping[str, Json]) -> str:
    """The last segment of an entity's path."""
    id = document.get(kind.key)
    return id if isinstance(id, str) else ""


def is_read_only(kind: Kind, field: str, value: Json) -> bool:
    """Whether only the server writes a field of *kind*, so that it is not part of the desired state."""
    if field in kind.read_only or field.startswith("_") or field in EVERYWHERE:
        return True
    if field in known_fields(kind) or value is None:
        return False
    return _is_of_the_server(field, value, kind.open_fields)


def writable(kind: Kind, document: Mapping[str, Json]) -> dict[str, Json]:
    """A document of *kind* without read-only fields and null items, at any depth; values without them are shared."""
    open_ = kind.open_fields
    listed = document.get("_readOnly") if open_ else None
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    unwritable = {*names} - {"type"}
    own = document.get("id")
    return {
        field: value if isinstance(value, SCALAR) else _map(value) if field in MAPS else _without(value, open_)
        for field, value in document.items()
        if not (
            field in unwritable
            or is_read_only(kind, field, value)
            # The address of an integration in its own account, whatever the type calls it.
            or (open_ and field != "id" and own and isinstance(value, str) and str(own) in value)
        )
    }


def without_null_items(value: Json) -> Json:
    """*value* without nulls in lists, at any depth: earlier versions wrote them as they were answered."""
    if isinstance(value, list):
        return [without_null_items(each) for each in value if each is not None]
    if isinstance(value, dict):
        return {name: without_null_items(each) for name, each in value.items()}
    return value


@functools.cache
def known_fields(kind: Kind) -> frozenset[str]:
    """The known fields of a kind's documents."""
    shape = kind.model
    fields = {wire_name(field) for field in attrs.fields(shape) if field.name not in BOOKKEEPING}
    tag = getattr(shape, "tagged_by", None)
    return frozenset({*fields, *kind.defaults, *([wire_name(tag)] if tag else [])})


def _without(value: Json, open_: bool) -> Json:
    """*value* without such members, at any depth."""
    if isinstance(value, list):
        if not any(isinstance(each, NESTED_OR_NULL) for each in value):
            return value
        return [_without(each, open_) for each in value if each is not None]
    if not isinstance(value, dict):
        return value
    # The id of a reference may be all that is known of whom it means; that of anything else is the account's own.
    reference = "id" not in value or value.keys() - EVERYWHERE <= REFERENCE
    return {
        name: each if isinstance(each, SCALAR) else _map(each) if name in MAPS else _without(each, open_)
        for name, each in value.items()
        if not (
            name.startswith("_")
            or name in EVERYWHERE
            or (name == "id" and not reference)
            or (isinstance(each, dict) and not open_ and name not in MAPS and _is_links(each))
        )
    }


def _map(value: Json) -> Json:
    """The value of a field in `MAPS` without nulls: nothing else of it is the server's."""
    if isinstance(value, list):
        return [_map(each) for each in value if each is not None]
    if not isinstance(value, dict) or not any(isinstance(each, NESTED_OR_NULL) for each in value.values()):
        return value
    return {name: _map(each) for name, each in value.items() if each is not None}


def _is_of_the_server(field: str, value: Json, open_: bool) -> bool:
    if not open_ and (NAME_OF_CHANGE.search(field) or NAME_OF_VERSION.search(field)):
        return True
    if isinstance(value, dict):
        return _is_links(value) or (
            bool(value) and all(_is_of_the_server(name, each, open_) for name, each in value.items())
        )
    if isinstance(value, list):
        return bool(value) and all(_is_of_the_server(field, each, open_) for each in value)
    if isinstance(value, str):
        return _is_address(field, value, open_)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and not open_ and bool(NAME_OF_MOMENT.search(field) or NAME_OF_ID.search(field))


def _is_address(field: str, value: str, open_: bool) -> bool:
    """Whether a text is a URL, an id or a time of the account."""
    if OF_THE_VENDOR.fullmatch(value) or (NAME_OF_CHANGE.search(field) and MOMENT.fullmatch(value)):
        return True
    if open_:
        return bool(NAME_NO_SETTING_HAS.search(field) and (UUID.fullmatch(value) or ADDRESS.match(value)))
    return bool(
        ADDRESS.match(value)
        or UUID.search(value)
        or IDENTIFIER.fullmatch(value)
        or NAME_OF_ID.search(field)
        or NAME_OF_ADDRESS.search(field)
        or (NAME_OF_MOMENT.search(field) and MOMENT.fullmatch(value))
    )


def _is_links(value: Mapping[str, Json]) -> bool:
    """Whether *value* is an object with only URLs."""
    for each in value.values():
        if not (_is_links(each) if isinstance(each, dict) else isinstance(each, str) and ADDRESS.match(each)):
            return False
    return bool(value)


@attrs.frozen
class Tag:
    """A discriminator: the field whose word decides about the shape of the object with it.

    Attributes:
        path: The path of the object, "[]" for each item of a list.
        name: The field.
        words: The known words.
        needed: Whether an object without it has no shape.
    """

    path: Path
    name: str
    words: frozenset[str]
    needed: bool

    @property
    def place(self) -> str:
        """The path of the field itself: `responders[].type`."""
        return _place((*self.path, self.name))

    def is_unknown(self, word: Json) -> bool:
        """Whether there is a word or another value that no model knows; null is the same as none."""
        return word is not None and (not isinstance(word, str) or word not in self.words)

    def error(self, holder: Mapping[str, Json]) -> str:
        """What is wrong with the field of an object, "" if nothing is."""
        word = holder.get(self.name)
        if word is None:
            return "missing" if self.needed else ""
        if not isinstance(word, str):
            return f"expected str, got {excerpt(word)}"
        if word in self.words:
            return ""
        return f"expected {min(self.words)!r}" if len(self.words) == 1 else f"{word!r} is not known here"


@functools.cache
def tags_of(kind: Kind) -> Sequence[Tag]:
    """The discriminators inside the model of a kind; its own is not among them."""
    words: dict[tuple[Path, str], set[str]] = {}
    for path, each in types_in(kind.model):  # every member of a union is one of them
        if isinstance(each, type) and issubclass(each, Tagged):
            name, word = tag_of(each)
            words.setdefault((path, name), set()).add(str(word))
    return [
        Tag(path, name, frozenset(known), name not in kind.ignored_members.get(_place(path), ()))
        for (path, name), known in words.items()
    ]


def _place(path: Path) -> str:
    return ".".join(path).replace(".[]", "[]")


def unknown_tags(kind: Kind, fields: Mapping[str, Json]) -> Iterator[str]:
    """The places of discriminators with words that no model knows."""
    for tag in tags_of(kind):
        if tag.path[0] in fields:
            for _, holder in values_at(fields, tag.path):
                if isinstance(holder, dict) and tag.is_unknown(holder.get(tag.name)):
                    yield tag.place


def types_in(model: Any, at: Path = (), outer: tuple[Any, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """The types of all values in a model with their paths, "[]" for each item of a list."""
    if model in outer:
        return
    attrs.resolve_types(model)
    for field in attrs.fields(model):
        if field.name not in BOOKKEEPING:
            yield from _inside(field.type, (*at, wire_name(field)), (*outer, model))


def _inside(kind: Any, at: Path, outer: tuple[Any, ...]) -> Iterator[tuple[Path, Any]]:
    yield at, kind
    if get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _inside(each, at, outer)
    elif get_origin(kind) is list:
        yield from _inside(get_args(kind)[0], (*at, "[]"), outer)
    elif isinstance(kind, type) and attrs.has(kind) and kind is not Unknown:
        yield from types_in(kind, at, outer)
