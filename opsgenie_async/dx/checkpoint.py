"""What DX was told, kept in a file, so that the next run tells only what changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..json_text import Json, dump_readable

__all__ = ["Checkpoint", "CheckpointError"]

FORMAT = 1
"""The version of the file; a newer one is refused."""

LEAST = 100
"""Incidents told between two writes of the file, at the least: a run that is killed tells these again."""
SHARE = 20
"""Of a large file, one part in so many must be new before it is written again."""


class CheckpointError(ValueError):
    """The file is no checkpoint that this run can go on from; it is left as it is."""


class Checkpoint:
    """Incident id to a digest of what DX was told last; in the file whole or not at all.

    target: the address of the DX instance, which another instance's checkpoint must not be taken for.
    """

    def __init__(self, path: str | os.PathLike[str], target: str) -> None:
        self.path = Path(path)
        self._target = target
        self._told: dict[str, str] = {}
        self._new = 0

    def read(self) -> None:
        """Take up what the file says, if there is one; raises `CheckpointError` naming what is wrong with it."""
        try:
            document = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return
        except (ValueError, RecursionError) as error:
            raise self._refused(f"not JSON ({error})") from error
        version = document.get("format") if isinstance(document, dict) else None
        if not isinstance(version, int) or isinstance(version, bool):
            raise self._refused("not a checkpoint")
        if version > FORMAT:
            raise self._refused(f"format {version} is newer than this version understands ({FORMAT})")
        told = document.get("told")
        if not isinstance(told, dict) or not all(isinstance(digest, str) for digest in told.values()):
            raise self._refused("told: expected an object of incident ids and digests")
        if document.get("target") != self._target:
            raise self._refused(f"it is of {document.get('target')!r}, not of {self._target!r}")
        self._told = told

    def holds(self, id: str, digest: str) -> bool:
        """Whether DX was told exactly this last."""
        return self._told.get(id) == digest

    def note(self, id: str, digest: str) -> None:
        """Remember what DX was told."""
        self._told[id] = digest
        self._new += 1

    @property
    def due(self) -> bool:
        """Whether so much is new that the file should be written."""
        return self._new >= max(LEAST, len(self._told) // SHARE)

    def take(self) -> dict[str, Json]:
        """What the file should hold now; what is noted from here on counts as new."""
        self._new = 0
        return {"format": FORMAT, "target": self._target, "told": dict(self._told)}

    def write(self, document: dict[str, Json]) -> None:
        """Put *document* in the place of the file."""
        content = dump_readable(document)
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _refused(self, why: str) -> CheckpointError:
        return CheckpointError(f"{self.path}: {why}; take another file, or remove it to tell DX everything again")
