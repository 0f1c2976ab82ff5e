"""Digests of any number of attachments: stored on the disk, and read back in parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from struct import Struct
from types import TracebackType
from typing import Self

__all__ = ["PARTS", "Digests"]

ENTRY = Struct(">32sQ")
PARTS = "0123456789abcdef"
"""The first letters of digests: each part has those of one letter."""
AT_ONCE = 10_000


class Digests:
    """SHA-256 digests, each with a size, in a temporary file; a context manager."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is as long open as this is

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, sha256: str, size: int) -> None:
        """Add a digest; duplicates are allowed.

        Raises:
            ValueError: The digest or the size is invalid.
        """
        digest = bytes.fromhex(sha256)
        if len(digest) != 32 or type(size) is not int or not 0 <= size < 2**64:
            raise ValueError("expected a SHA-256 digest and the size of a file")
        self._file.write(ENTRY.pack(digest, size))

    def parts(self) -> Iterator[tuple[str, dict[str, int]]]:
        """For each of `PARTS`, the digests with that prefix, without duplicates, with their sizes."""
        for letter in PARTS:
            yield letter, {digest.hex(): size for digest, size in self._entries() if digest[0] >> 4 == int(letter, 16)}

    def _entries(self) -> Iterator[tuple[bytes, int]]:
        self._file.seek(0)
        while content := self._file.read(ENTRY.size * AT_ONCE):
            yield from ENTRY.iter_unpack(content)
