"""Small snapshots for tests: entities as a pull would make them, and folders that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from opsgenie_async.sync.files.entity_file import text_of
from opsgenie_async.sync.files.manifest import LAST_PULL
from opsgenie_async.sync.files.staging import Staging, record_of
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store
from opsgenie_async.sync.model.file_names import file_names
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.snapshot import Entity, labels, name_of

DEFAULT = {"name": "Default Routing Rule", "isDefault": True, "notify": {"type": "none"}}


def entity(word: str, fields: Mapping[str, Any], id: str = "", **parts: list[dict[str, Any]]) -> Entity:
    """An entity whose parts are given by the word of their kind, with ids of `word-0`, `word-1`..."""
    kind = KIND_BY_NAME[word]
    return Entity(
        kind=kind,
        name=name_of(kind, fields),
        fields=fields,
        id=id,
        parts={each: entities_of(each, documents, id) for each, documents in parts.items()},
    )


def entities_of(word: str, documents: list[dict[str, Any]], owner: str) -> tuple[Entity, ...]:
    kind = KIND_BY_NAME[word]
    names = labels(name_of(kind, each) for each in documents)
    return tuple(
        Entity(kind=kind, name=name, fields=fields, id=f"{owner}/{word}-{index}")
        for index, (name, fields) in enumerate(zip(names, documents, strict=True))
    )


def team(name: str, id: str = "", **fields: Any) -> Entity:
    parts = {"team_role": [], "team_routing_rule": [DEFAULT]}
    return entity("team", {"name": name, **fields}, id or f"id of {name}", **parts)


def user(username: str) -> Entity:
    fields = {"username": username, "fullName": username, "role": {"name": "User"}}
    return entity("user", fields, f"id of {username}", contact=[], notification_rule=[])


def schedule(name: str, owner: str = "") -> Entity:
    rotation = {
        "name": "Weekdays",
        "type": "weekly",
        "startDate": "2026-01-05T08:00:00Z",
        "participants": [{"type": "none"}],
    }
    owned = {"ownerTeam": {"name": owner}} if owner else {}
    fields = {"name": name, "timezone": "Europe/Berlin", **owned}
    return entity("schedule", fields, f"id of {name}", schedule_rotation=[rotation], schedule_override=[])


def write_snapshot(
    folder: Path,
    entities: Iterable[Entity],
    *,
    only: str = "",
    failures: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Path:
    """Write a snapshot as a pull does; returns where it ended up."""
    entities = list(entities)
    staging = Store(folder).begin()
    files: dict[str, FileRecord] = {}
    for path, each in zip(paths_of(entities), entities, strict=True):
        files[path] = stage(staging, path, each)
    manifest = Manifest(
        counts={},
        failures=failures or [],
        files=files,
        tool="test",
        pulled_at="2026-11-21T00:00:00+00:00",
        duration=1.5,
        only=only,
        **more,
    )
    try:
        return staging.finish(manifest)
    finally:
        staging._spool.close()  # as the end of a process does, where a test ends one in the middle


def stage(staging: Staging, path: str, each: Entity) -> FileRecord:
    """Take an entity into a snapshot that is being written."""
    data = text_of(each)
    staging.add(path, data)
    return record_of(each, data)


def paths_of(entities: list[Entity]) -> list[str]:
    paths = {}
    for folder in {each.kind.folder for each in entities}:
        there = [each for each in entities if each.kind.folder == folder]
        names = file_names((each.id, each.name) for each in there)
        paths.update({(folder, each.id): f"{folder}/{names[each.id]}.json" for each in there})
    return [paths[each.kind.folder, each.id] for each in entities]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that belongs to a snapshot, by its path."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != LAST_PULL)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def snapshot_contents(folder: Path) -> dict[str, bytes]:
    """The snapshot that is there, with what is set aside: all but what the next pull removes."""
    return {path: data for path, data in contents(folder).items() if not path.startswith(".pulling")}


def edit(file: Path, old: str, new: str) -> None:
    """Replace one piece of a file's text."""
    text = file.read_text()
    assert text.count(old) == 1, (old, text)
    file.write_text(text.replace(old, new))


def put(folder: Path, path: str, document: object) -> None:
    """Write a file as a person does."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(json.dumps(document, indent=2))


def names(folder: Path, section: str = "teams", **load: Any) -> list[str]:
    return [each.name for each in Store(folder).load(**load).entities.get(section, ())]


def failure(folder: str, name: str) -> dict[str, Any]:
    return {"folder": folder, "name": name, "id": "", "kind": "", "error": "ServiceUnavailable", "message": "no"}
