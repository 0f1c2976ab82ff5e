"""A choice of entities by patterns over folder and name: `teams/ops,schedules/*`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Self

import attrs

from opsgenie_async.sync.model.catalog import FOLDERS

__all__ = ["EVERYTHING", "Selection"]


@attrs.frozen
class Selection:
    """A choice of entities: `teams/ops,schedules/*`; shell patterns over folder and name, none for everything.

    within: what it is a choice of, where that is not everything.
    """

    patterns: tuple[str, ...] = ()
    within: Selection | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a choice; raises `ValueError` naming the pattern whose folder does not exist."""
        patterns = tuple(each.strip() for each in text.split(",") if each.strip())
        for pattern in patterns:
            folder, slash, name = pattern.partition("/")
            if not slash or not name or not any(fnmatchcase(each, folder) for each in FOLDERS):
                raise ValueError(f"only: {pattern!r}: expected FOLDER/NAME with a folder of {', '.join(FOLDERS)}")
        return cls(patterns)

    def __str__(self) -> str:
        return ",".join(self.patterns)

    def covers(self, folder: str, name: str) -> bool:
        """Whether an entity is chosen."""
        chosen = not self.patterns or any(fnmatchcase(f"{folder}/{name}", pattern) for pattern in self.patterns)
        return chosen and (self.within is None or self.within.covers(folder, name))

    def touches(self, folder: str) -> bool:
        """Whether anything in *folder* may be chosen."""
        chosen = not self.patterns or any(fnmatchcase(folder, each.partition("/")[0]) for each in self.patterns)
        return chosen and (self.within is None or self.within.touches(folder))

    def among(self, other: Selection) -> Selection:
        """What both choose."""
        if EVERYTHING in (self, other):
            return other if self == EVERYTHING else self
        return attrs.evolve(self, within=other if self.within is None else self.within.among(other))


EVERYTHING = Selection()
