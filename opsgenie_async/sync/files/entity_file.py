"""The file format of an entity: its fields in the first section, then one section for each kind of part.

    {"team": {"name": "ops", "members": [...]}, "roles": [...], "routingRules": [...]}

A section that is not there says nothing about such parts; an empty one says that there are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json, dump_readable
from opsgenie_async.sync.files.bounds import DEEPEST
from opsgenie_async.sync.files.manifest import FileRecord, PartRecord
from opsgenie_async.sync.files.part_ids import part_ids
from opsgenie_async.sync.model.catalog import parts_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.labels import is_label, labels
from opsgenie_async.sync.model.snapshot import Entity

__all__ = ["counts_of", "document_of", "entity_of", "part_records", "sections", "text_of"]

TOO_DEEP = b"\n" + b" " * (2 * DEEPEST + 1)
"""What a readable document has in it that is nested more deeply than a reader of snapshots goes."""


def sections(kind: Kind) -> dict[str, Kind]:
    """The kinds that a file of *kind* holds, by section, its own first."""
    return {each.section: each for each in (kind, *parts_of(kind))}


def text_of(entity: Entity) -> bytes:
    """The text of an entity's file; raises `ProtocolError` where no snapshot can hold what the API sent."""
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
    for kind in parts_of(entity.kind):
        parts = entity.parts.get(kind.name)
        if parts is None:
            continue
        if not kind.single:
            document[kind.section] = [dict(part.fields) for part in parts]
        elif parts:
            document[kind.section] = dict(parts[0].fields)
    return document


def entity_of(kind: Kind, document: Mapping[str, Json], record: FileRecord | None = None) -> Entity:
    """The entity of a document that has the shape of a file; ids, and numbers behind names, are the *record*'s."""
    fields = _fields(document[kind.section])
    name = kind.identity(fields)
    parts = {}
    for part in parts_of(kind):
        if part.section in document:
            value = document[part.section]
            parts[part.name] = _parts(part, value if isinstance(value, list) else [value], record)
    if record is None:
        return Entity(kind=kind, name=name, fields=fields, parts=parts)
    if is_label(record.name, name):
        name = record.name
    return Entity(kind=kind, name=name, fields=fields, parts=parts, id=record.id)


def _parts(kind: Kind, documents: list[Json], record: FileRecord | None) -> tuple[Entity, ...]:
    each = [_fields(document) for document in documents]
    names = labels(map(kind.identity, each))
    ids = part_ids(names, record.parts.get(kind.section, ()) if record is not None else ())
    return tuple(
        Entity(kind=kind, name=name, fields=fields, id=id) for name, fields, id in zip(names, each, ids, strict=True)
    )


def _fields(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return value


def part_records(entity: Entity) -> dict[str, list[PartRecord]]:
    """The names and ids of an entity's parts, as a manifest keeps them."""
    return {
        parts[0].kind.section: [PartRecord(part.name, part.id) for part in parts]
        for parts in entity.parts.values()
        if any(part.id for part in parts)
    }


def counts_of(kind: Kind, document: Mapping[str, Json]) -> Counter[str]:
    """How much of what is in a document, as a manifest counts it."""
    counts: Counter[str] = Counter()
    for section, each in sections(kind).items():
        value = document.get(section)
        if not each.virtual and value is not None:
            counts[each.count] += len(value) if isinstance(value, list) else 1
        for field in each.counted_fields:
            items = value.get(field) if isinstance(value, dict) else None
            counts[field] += len(items) if isinstance(items, list) else 0
    return counts
