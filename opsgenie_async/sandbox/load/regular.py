"""Files in folders of unknown origin: only regular files, up to a maximum size."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISREG

__all__ = ["MOST", "read"]

MOST = 2**26
"""Bytes of a file at most."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: Path) -> bytes:
    """Read the file at *path*.

    Raises:
        ValueError: It is a link, a device, a pipe or a folder, or larger than `MOST`.
        OSError: It cannot be read.
    """
    if path.is_symlink():
        raise ValueError("is a link, not a regular file")
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        if not S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("is not a regular file")
        content = file.read(MOST + 1)
    if len(content) > MOST:
        raise ValueError(f"is larger than {MOST} bytes")
    return content
