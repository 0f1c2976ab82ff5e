"""A file with a digest of each incident in DX, so that the next run sends only what changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import Replacement, UnfitFile, is_at, lock, open_regular, read_regular
from opsgenie_async.json_text import Json, dump_readable

__all__ = ["Checkpoint", "CheckpointError"]

FORMAT = 2
"""The version of the file; a newer one is an error. In version 1 the digests were under another key."""

MIN_CHANGES = 100
"""The minimum number of incidents between two writes: a run that is killed sends at most about these again."""
CHANGE_RATIO = 20
"""A large file is written when one in this number of its incidents has changed."""

MAX_SIZE = 256 * 2**20
"""The maximum size of the file in bytes: two million incidents."""


class CheckpointError(OpsgenieError, ValueError):
    """The file is not a checkpoint of this DX instance, or another run uses it. The file is unchanged."""


class Checkpoint:
    """The digests of the payloads that DX has, by incident id. The file is replaced atomically.

    Args:
        path: The path of the file.
        target: The base URL of the DX instance; a checkpoint of another instance is an error.
    """

    def __init__(self, path: str | os.PathLike[str], target: str) -> None:
        self.path = Path(path)
        self._target = target
        self._digests: dict[str, str] = {}
        self._changes = 0
        self._is_locked = False
        self._descriptor: int | None = None

    def read(self) -> None:
        """Read the file, if it exists.

        Raises:
            CheckpointError: The file is not a checkpoint of this instance; the message says why.
        """
        try:
            document = json.loads(read_regular(self.path, most=MAX_SIZE))
        except FileNotFoundError:
            return
        except UnfitFile as error:
            raise CheckpointError(f"{error}; use another file") from error
        except (ValueError, RecursionError) as error:
            raise self._error(f"not JSON ({error})") from error
        version = document.get("format") if isinstance(document, dict) else None
        if not isinstance(version, int) or isinstance(version, bool):
            raise self._error("not a checkpoint")
        if version > FORMAT:
            raise self._error(f"format {version} is newer than this version understands ({FORMAT})")
        key = "told" if version < 2 else "digests"
        digests = document.get(key)
        if not isinstance(digests, dict) or not all(isinstance(digest, str) for digest in digests.values()):
            raise self._error(f"{key}: expected an object of incident ids and digests")
        if document.get("target") != self._target:
            raise self._error(f"it belongs to {document.get('target')!r}, not to {self._target!r}")
        self._digests = digests

    def matches(self, id: str, digest: str) -> bool:
        """Whether the last payload that was sent has this digest."""
        return self._digests.get(id) == digest

    def record(self, id: str, digest: str) -> None:
        """Record the digest of a payload that was sent."""
        self._digests[id] = digest
        self._changes += 1

    @property
    def due(self) -> bool:
        """Whether enough has changed for the file to be written."""
        return self._changes >= max(MIN_CHANGES, len(self._digests) // CHANGE_RATIO)

    def snapshot(self) -> dict[str, Json]:
        """Return the content to write; later records count as changes."""
        self._changes = 0
        return {"format": FORMAT, "target": self._target, "digests": dict(self._digests)}

    def write(self, document: dict[str, Json]) -> None:
        """Replace the file.

        Raises:
            CheckpointError: Another run does the same.
        """
        content = dump_readable(document)
        with Replacement(self.path, opener=self._open_locked) as replacement:
            if self._descriptor is None and self.path.exists() and self._is_locked:
                raise self._in_use()  # another run made it after this one had started
            replacement.file.write(content)
            if os.name == "nt":  # where an open file can neither be replaced nor replace another
                self._keep(None)
                replacement.close()
                replacement.rename()
                self._keep(self._open_locked(self.path, os.O_RDONLY))
            else:
                replacement.flush()
                replacement.rename()
                self._keep(os.dup(replacement.file.fileno()))  # its lock goes with it

    @contextmanager
    def hold_lock(self) -> Iterator[None]:
        """Lock the file against other runs.

        The lock is on the file itself and moves to the file that replaces it, so a killed run leaves no lock behind.

        Raises:
            CheckpointError: Another run uses the file.
        """
        self._is_locked = True
        with suppress(FileNotFoundError):  # the first run to write it locks it
            self._keep(self._open_locked(self.path, os.O_RDONLY))
        try:
            yield
        finally:
            self._is_locked = False
            self._keep(None)

    def _keep(self, descriptor: int | None) -> None:
        """Keep the lock of the open file, and release the previous one."""
        previous, self._descriptor = self._descriptor, descriptor if self._is_locked else None
        for each in {previous, descriptor} - {self._descriptor, None}:
            os.close(each)  # type: ignore[arg-type]  # None is not among them

    def _open_locked(self, path: Path, flags: int) -> int:
        """Open and lock the file at *path*, which other runs may be replacing."""
        while True:
            try:
                descriptor = open_regular(path, flags)
            except UnfitFile as error:
                raise CheckpointError(f"{error}; use another checkpoint") from error
            try:
                if not lock(descriptor):
                    raise self._in_use()
                if is_at(path, descriptor):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _in_use(self) -> CheckpointError:
        return CheckpointError(
            f"{self.path}: another run is using it; wait until it has finished, or use another checkpoint"
        )

    def _error(self, reason: str) -> CheckpointError:
        return CheckpointError(f"{self.path}: {reason}; use another file, or remove it to send everything again")
