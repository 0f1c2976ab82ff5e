"""Conversion of snapshots of format 1 to the present format.

They have teams, schedules and escalations, with documents as sent by the API: with ids, which move to the records of
the manifest, and with read-only fields. All references to users have usernames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.sync.files.entity_file import sections
from opsgenie_async.sync.files.manifest import FileRecord, PartRecord
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER
from opsgenie_async.sync.model.snapshot import Target, labels, name_of, text_at, with_names

__all__ = ["migrate"]

Document = dict[str, Json]


def migrate(documents: Mapping[str, Document], sha256: Mapping[str, str]) -> dict[str, tuple[Document, FileRecord]]:
    """Convert documents of format 1 and their records, by path; other files stay unchanged."""
    targets = {
        text_at(fields, "id"): Target.to(kind, name, parent)
        for path, document in documents.items()
        for kind, name, parent, fields in _entities(path, document)
    }
    return {path: _migrate(path, document, targets, sha256.get(path, "")) for path, document in documents.items()}


def _entities(path: str, document: Document) -> Iterator[tuple[Kind, str, str, Document]]:
    """All entities of a file: kind, name, name of the parent, fields."""
    own = KIND_BY_FOLDER[path.partition("/")[0]]
    parent = ""
    for section, kind in sections(own).items():
        value = document.get(section)
        if kind is own and isinstance(value, dict):
            parent = name_of(kind, value)
            yield kind, parent, "", value
        elif kind is not own and isinstance(value, list):
            parts = [part for part in value if isinstance(part, dict)]
            for name, part in zip(labels(name_of(kind, each) for each in parts), parts, strict=True):
                yield kind, name, parent, part


def _migrate(path: str, document: Document, targets: Mapping[str, Target], sha256: str) -> tuple[Document, FileRecord]:
    kind = KIND_BY_FOLDER[path.partition("/")[0]]
    own = document.get(kind.section)
    parts: dict[str, list[PartRecord]] = {}
    for each, name, _, fields in _entities(path, document):
        if each is not kind:
            id = text_at(fields, each.key if each.key == "alias" else "id")
            parts.setdefault(each.section, []).append(PartRecord(name, id))
    record = FileRecord(
        kind=kind.name,
        name=name_of(kind, own) if isinstance(own, dict) else "",
        id=text_at(own, "id"),
        parts=parts,
        sha256=sha256,
    )
    result: Document = {}
    for section, value in document.items():
        section_kind = sections(kind).get(section)
        if section_kind is None:
            result[section] = value
        elif isinstance(value, list):
            result[section] = [_tidy(section_kind, part, targets) for part in value]
        else:
            result[section] = _tidy(section_kind, value, targets)
    return result, record


def _tidy(kind: Kind, value: Json, targets: Mapping[str, Target]) -> Json:
    """An entity without read-only fields, and with names in place of ids."""
    if not isinstance(value, dict):
        return value
    fields = {
        name: each
        for name, each in value.items()
        if name != "id" and not name.startswith("_") and name not in kind.read_only and each is not None
    }
    return with_names(kind, fields, targets)
