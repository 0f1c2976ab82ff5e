"""The file format of an entity: its fields in the first section, then one section for each kind of part.

    {"team": {"name": "ops", "members": [...]}, "roles": [...], "routingRules": [...]}

A missing section leaves such parts unchanged; an empty one means that there are none. Ids are in the manifest: parts
are matched to theirs by name and, if renamed, by position.

Booleans may be text, such as `"enabled": "False"`, as in the API. They become booleans when a file is read, so that
validation, comparison and requests treat them alike.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from opsgenie_async.errors import ProtocolError
from opsgenie_async.files import DEEPEST, UnfitFile, is_deeper, read_regular
from opsgenie_async.json_text import Json, dump_readable, load
from opsgenie_async.sync.files.diagnostics import LARGEST_FILE
from opsgenie_async.sync.files.manifest import FileRecord, PartRecord
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import PARTS_OF
from opsgenie_async.sync.model.normalize import Path, types_in
from opsgenie_async.sync.model.snapshot import Entity, base_names, is_label, labels, name_of

__all__ = [
    "counts_of",
    "document_of",
    "entity_of",
    "part_ids",
    "part_records",
    "read_entity",
    "sections",
    "text_of",
    "with_booleans",
]

TOO_DEEP = b"\n" + b" " * (2 * DEEPEST + 1)
"""What a readable document has in it that is nested more deeply than a reader of snapshots goes."""
WORDS: Mapping[str, bool] = {"true": True, "false": False}


def sections(kind: Kind) -> dict[str, Kind]:
    """The kinds in a file of *kind*, by section, its own first."""
    return {each.section: each for each in (kind, *PARTS_OF[kind])}


def text_of(entity: Entity) -> bytes:
    """The text of an entity's file; raises `ProtocolError` if a snapshot cannot represent what the API sent."""
    try:
        text = dump_readable(document_of(entity))
    except RecursionError:
        text = TOO_DEEP
    if TOO_DEEP in text:
        raise ProtocolError(f"{entity.path}: nested too deeply")
    return text


def document_of(entity: Entity) -> dict[str, Json]:
    """The document of an entity's file."""
    document: dict[str, Json] = {entity.kind.section: dict(entity.fields)}
    for kind in PARTS_OF[entity.kind]:
        parts = entity.parts.get(kind.name)
        if parts is None:
            continue
        if not kind.single:
            document[kind.section] = [dict(part.fields) for part in parts]
        elif parts:
            document[kind.section] = dict(parts[0].fields)
    return document


def entity_of(kind: Kind, document: Mapping[str, Json], record: FileRecord | None = None) -> Entity:
    """The entity of a valid document, with the ids and name suffixes of *record*."""
    fields = _fields(document[kind.section])
    name = name_of(kind, fields)
    parts = {}
    for part in PARTS_OF[kind]:
        if part.section in document:
            value = document[part.section]
            parts[part.name] = _parts(part, value if isinstance(value, list) else [value], record)
    if record is None:
        return Entity(kind=kind, name=name, fields=fields, parts=parts)
    if is_label(record.name, name):
        name = record.name
    return Entity(kind=kind, name=name, fields=fields, parts=parts, id=record.id)


def read_entity(path: str | PurePath, kind: Kind, record: FileRecord | None) -> Entity | None:
    """The entity in a file, edited or not; None if it cannot be read."""
    try:
        document = load(read_regular(path, most=LARGEST_FILE))
        if not isinstance(document, dict) or is_deeper(document):
            return None
        return entity_of(kind, document, record)
    except (OSError, UnfitFile, ValueError, RecursionError, LookupError, TypeError):
        return None


def _parts(kind: Kind, documents: list[Json], record: FileRecord | None) -> tuple[Entity, ...]:
    each = [_fields(document) for document in documents]
    names = labels(name_of(kind, one) for one in each)
    ids = part_ids(names, record.parts.get(kind.section, ()) if record is not None else ())
    return tuple(
        Entity(kind=kind, name=name, fields=fields, id=id) for name, fields, id in zip(names, each, ids, strict=True)
    )


def part_ids(names: Sequence[str], records: Sequence[PartRecord]) -> list[str]:
    """The ids of the parts of a section, "" for new ones.

    A name that is once in the file and once in the record identifies a part. Between two of those, equal numbers of
    parts in the file and in the record are the same parts in the same order: renamed, or with equal names.

    Args:
        names: The names of the parts in the file, made unique by `labels`.
        records: The parts as they were pulled.
    """
    if [record.name for record in records] == [*names]:
        return [record.id for record in records]
    ids = [""] * len(names)
    previous, present = base_names([record.name for record in records]), base_names(names)
    anchors = _once(previous) & _once(present)
    unmatched = {
        name: index for index, name in enumerate(record.name for record in records) if previous[index] not in anchors
    }
    positions = dict(zip(previous, range(len(previous)), strict=True))
    for index, name in enumerate(present):
        if name in anchors:
            ids[index] = records[positions[name]].id
    before, after = _gaps(previous, anchors), _gaps(present, anchors)
    for gap, old in before.items():
        new = after.get(gap, [])
        if len(old) == len(new):
            for old_index, new_index in zip(old, new, strict=True):
                ids[new_index] = records[old_index].id
                unmatched.pop(records[old_index].name, None)
    for index, name in enumerate(names):
        if not ids[index] and name in unmatched:
            ids[index] = records[unmatched.pop(name)].id
    return ids


def _once(names: Sequence[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count == 1}


def _gaps(names: Sequence[str], anchors: set[str]) -> dict[tuple[str | None, str | None], list[int]]:
    """The indexes of names that are not *known*, by the known names around them."""
    following: list[str | None] = [None] * len(names)
    follower: str | None = None
    for index in range(len(names) - 1, -1, -1):
        following[index] = follower
        follower = names[index] if names[index] in anchors else follower
    gaps: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    leader: str | None = None
    for index, name in enumerate(names):
        if name in anchors:
            leader = name
        else:
            gaps[leader, following[index]].append(index)
    return gaps


def _fields(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return value


def part_records(entity: Entity) -> dict[str, list[PartRecord]]:
    """The names and ids of an entity's parts, in the form of a manifest."""
    return {
        parts[0].kind.section: [PartRecord(part.name, part.id) for part in parts]
        for parts in entity.parts.values()
        if any(part.id for part in parts)
    }


def counts_of(kind: Kind, document: Mapping[str, Json]) -> Counter[str]:
    """The number of entities in a document by kind, in the form of a manifest."""
    counts: Counter[str] = Counter()
    for section, each in sections(kind).items():
        value = document.get(section)
        if not each.virtual and value is not None:
            counts[each.count] += len(value) if isinstance(value, list) else 1
        for field in each.counted_fields:
            items = value.get(field) if isinstance(value, dict) else None
            counts[field] += len(items) if isinstance(items, list) else 0
    return counts


def with_booleans(kind: Kind, document: Mapping[str, Json]) -> dict[str, Json]:
    """Return the document of a file of *kind* with booleans in place of their text."""
    converted = dict(document)
    for section, each in sections(kind).items():
        value = document.get(section)
        for path in boolean_paths(each):
            value = [_convert(item, path) for item in value] if isinstance(value, list) else _convert(value, path)
        if section in document:
            converted[section] = value
    return converted


@functools.cache
def boolean_paths(kind: Kind) -> Sequence[Path]:
    """The paths of booleans in the model of a kind; "[]" stands for each item of a list."""
    extra = [(name,) for name, each in kind.extra_fields.items() if each is bool]
    return [*dict.fromkeys([*extra, *(path for path, each in types_in(kind.model) if each is bool)])]


def _convert(value: Json, path: Path) -> Json:
    if not path:
        return WORDS.get(value.casefold(), value) if isinstance(value, str) else value
    step, rest = path[0], path[1:]
    if step == "[]":
        return [_convert(each, rest) for each in value] if isinstance(value, list) else value
    if isinstance(value, dict) and step in value:
        return {**value, step: _convert(value[step], rest)}
    return value
