"""Upper bounds for what is read from a folder or an account, far above those of any real one."""

from __future__ import annotations

from opsgenie_async.json_text import Json

__all__ = ["DEEPEST", "LARGEST", "LARGEST_FILE", "LARGEST_MANIFEST", "MOST_FILES", "is_deeper"]

DEEPEST = 64
"""Levels of objects and lists in a document; the API's own have about ten."""
LARGEST_FILE = 16 * 2**20
"""Bytes of an entity's file."""
LARGEST_MANIFEST = 128 * 2**20
"""Bytes of a manifest, and of a journal: some hundred for each thing that is configured."""
LARGEST = 2**30
"""Bytes of all files together."""
MOST_FILES = 500_000
"""Entries of all folders together."""


def is_deeper(value: Json, most: int = DEEPEST) -> bool:
    """Whether *value* is nested more than *most* levels deep; found out without going deeper than that."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
