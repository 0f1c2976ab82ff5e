"""What DX was told, kept in a file, so that the next run tells only what changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import UnfitFile, lock, open_regular, read_regular
from opsgenie_async.json_text import Json, dump_readable

__all__ = ["Checkpoint", "CheckpointError"]

FORMAT = 1
"""The version of the file; a newer one is refused."""

LEAST = 100
"""Incidents told between two writes of the file, at the least: a run that is killed tells these again."""
SHARE = 20
"""Of a large file, one part in so many must be new before it is written again."""


LARGEST = 256 * 2**20
"""Bytes of a file that is read: two million incidents."""


class CheckpointError(OpsgenieError, ValueError):
    """The file is no checkpoint that this run can go on from, or another run works on it; it is left as it is."""


class Checkpoint:
    """Incident id to a digest of what DX was told last; in the file whole or not at all.

    target: the address of the DX instance, which another instance's checkpoint must not be taken for.
    """

    def __init__(self, path: str | os.PathLike[str], target: str) -> None:
        self.path = Path(path)
        self._target = target
        self._told: dict[str, str] = {}
        self._new = 0
        self._is_locked = False
        self._held: int | None = None

    def read(self) -> None:
        """Take up what the file says, if there is one; raises `CheckpointError` naming what is wrong with it."""
        try:
            document = json.loads(read_regular(self.path, most=LARGEST))
        except FileNotFoundError:
            return
        except UnfitFile as error:
            raise CheckpointError(f"{error}; take another file") from error
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
        """Put *document* in the place of the file; raises `CheckpointError` where another run does the same."""
        content = dump_readable(document)
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        descriptor = self._alone(temporary, os.O_RDWR | os.O_CREAT)
        try:
            if self._held is None and self.path.exists() and self._is_locked:
                raise self._in_use()  # it was not there when this run began
            os.truncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            if os.name == "nt":  # where an open file cannot be replaced, nor can another take its place
                self._hold(None)
                os.close(descriptor)
                temporary.replace(self.path)
                descriptor = self._alone(self.path, os.O_RDONLY)
            else:
                temporary.replace(self.path)  # its lock goes with it
        except BaseException:
            os.close(descriptor)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self._hold(descriptor)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs off the file; raises `CheckpointError` where one is at work on it.

        The lock is on the file itself, and goes over to the one that takes its place: nothing is left behind, also
        where a run is killed.
        """
        self._is_locked = True
        with suppress(FileNotFoundError):  # the first one to write it has it
            self._hold(self._alone(self.path, os.O_RDONLY))
        try:
            yield
        finally:
            self._is_locked = False
            self._hold(None)

    def _hold(self, descriptor: int | None) -> None:
        """Have the lock on the open file in place of that on the one before."""
        before, self._held = self._held, descriptor if self._is_locked else None
        for each in {before, descriptor} - {self._held, None}:
            os.close(each)  # type: ignore[arg-type]  # None is not among them

    def _alone(self, place: Path, flags: int) -> int:
        """Open and lock the file there, which others may be replacing."""
        while True:
            try:
                descriptor = open_regular(place, flags)
            except UnfitFile as error:
                raise CheckpointError(f"{error}; take another checkpoint") from error
            try:
                if not lock(descriptor):
                    raise self._in_use()
                if _is_at(place, descriptor):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _in_use(self) -> CheckpointError:
        return CheckpointError(
            f"{self.path}: another run is at work on it; wait for its end, or give each its own checkpoint"
        )

    def _refused(self, why: str) -> CheckpointError:
        return CheckpointError(f"{self.path}: {why}; take another file, or remove it to tell DX everything again")


def _is_at(place: Path, descriptor: int) -> bool:
    """Whether the open file is the one that others find there."""
    try:
        return os.path.samestat(place.stat(follow_symlinks=False), os.fstat(descriptor))
    except FileNotFoundError:
        return False
