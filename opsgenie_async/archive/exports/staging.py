"""Staging: files are written under temporary names, and renamed together when all of them are complete."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from opsgenie_async.files import Replacement, UnfitFile

__all__ = ["Staging"]


class Staging:
    """Files written in a block: renamed at its end, or removed after an exception; a context manager."""

    def __init__(self) -> None:
        """Start without files."""
        self._files: list[Replacement] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for replacement in self._files:
                    replacement.close()
                for replacement in self._files:
                    replacement.rename()
        finally:
            for replacement in self._files:
                replacement.discard()
            for folder in reversed(self._folders):
                with suppress(OSError):
                    folder.rmdir()  # which takes only one that is empty

    def file(self, target: Path) -> Path:
        """The temporary name of *target*: an empty file beside it.

        Raises:
            OSError: Nothing can be written there.
            UnfitFile: *target* is not a regular file.
        """
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise UnfitFile(f"{target}: is not a regular file")
        replacement = Replacement(target)
        self._files.append(replacement)
        return replacement.path

    def folder(self, target: Path) -> Path:
        """Create the folder *target* if necessary; it is removed if it stays empty."""
        missing = []
        for each in (target, *target.parents):
            if each.exists():
                break
            missing.append(each)
        for each in reversed(missing):
            each.mkdir()
            self._folders.append(each)
        if not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        return target
