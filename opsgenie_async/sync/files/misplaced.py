"""JSON files that look like part of a snapshot but are not read, such as `team/ops.json`.

A snapshot may be a checkout with other files: hidden files, saved plans and the JSON of other programs are fine. Files
below the folder of a kind or a similarly named folder are misplaced, and so are files with an entity.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from opsgenie_async.files import UnfitFile, is_deeper, read_regular
from opsgenie_async.json_text import load
from opsgenie_async.suggestion import closest
from opsgenie_async.sync.files.manifest import PARTIAL
from opsgenie_async.sync.files.obstacles import OWN_FILES
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER

__all__ = ["MisplacedFile", "misplaced_files"]

CLOSENESS = 0.75
"""Of the name of a folder to that of a kind: `team` is as good as `teams`, `scripts` is no `services`."""
LARGEST = 2**20
"""Bytes of a file that is looked into."""
MOST = 1000
"""Entries of a folder that are looked at: it may be anybody's home."""


@attrs.frozen
class MisplacedFile:
    """A file that is not read.

    Attributes:
        path: Its path, as in `team/ops.json`.
        place: The path where it would be read, "" if that does not follow from its content.
    """

    path: str
    place: str


def misplaced_files(folder: Path) -> Iterator[MisplacedFile]:
    """The files of a folder that are not read although they look like part of the snapshot, unordered."""
    for entry in _entries(folder):
        if entry.name in FOLDERS:
            yield from _in_folder_of_kind(Path(entry), entry.name)
        elif entry.name in OWN_FILES or entry.name == PARTIAL:
            continue
        elif not entry.is_dir(follow_symlinks=False):
            yield from _with_entity([entry], "")
        elif kind_folder := _near(entry):
            for file in _entries(entry):
                if _is_json(file):
                    yield MisplacedFile(f"{entry.name}/{file.name}", f"{kind_folder}/{_stem(file)}.json")
        else:
            yield from _with_entity(_entries(entry), f"{entry.name}/")


def _in_folder_of_kind(folder: Path, name: str) -> Iterator[MisplacedFile]:
    """Files deeper than those of a kind, or with another suffix."""
    for entry in _entries(folder, most=None):
        if entry.is_dir(follow_symlinks=False):
            for file in itertools.islice(Path(entry).rglob("*.json"), MOST):
                yield MisplacedFile(f"{name}/{file.relative_to(folder).as_posix()}", "")
        elif _is_json(entry) and not entry.name.endswith(".json"):
            yield MisplacedFile(f"{name}/{entry.name}", f"{name}/{_stem(entry)}.json")


def _with_entity(files: Iterable[os.DirEntry[str]], prefix: str) -> Iterator[MisplacedFile]:
    for file in files:
        if _is_json(file) and (kind_folder := _folder_of_entity(file)):
            yield MisplacedFile(f"{prefix}{file.name}", f"{kind_folder}/{_stem(file)}.json")


def _folder_of_entity(file: os.DirEntry[str]) -> str:
    """The folder for the entity in *file*, "" if there is none."""
    try:
        document = load(read_regular(file, most=LARGEST))
    except (OSError, UnfitFile, ValueError, RecursionError):
        return ""
    if not isinstance(document, dict) or is_deeper(document):
        return ""
    for name in FOLDERS:
        kind = KIND_BY_FOLDER[name]
        entity = document.get(kind.section)
        if isinstance(entity, dict) and kind.label in entity:
            return name
    return ""


def _entries(folder: str | os.PathLike[str], *, most: int | None = MOST) -> list[os.DirEntry[str]]:
    """The visible entries of a folder; empty if it is unreadable, which loading reports."""
    try:
        with os.scandir(folder) as entries:
            return [each for each in itertools.islice(entries, most) if not each.name.startswith(".")]
    except OSError:
        return []


def _near(entry: os.DirEntry[str]) -> str:
    """The folder of a kind with a similar name, "" if it differs only in case on a case-insensitive system."""
    name = closest(entry.name.casefold(), FOLDERS, CLOSENESS)
    if not name:
        return ""
    place = Path(entry).with_name(name)
    return "" if place.exists() and place.samefile(entry) else name


def _is_json(entry: os.DirEntry[str]) -> bool:
    return entry.name.casefold().endswith(".json") and entry.is_file(follow_symlinks=False)


def _stem(entry: os.DirEntry[str]) -> str:
    return Path(entry.name).stem
