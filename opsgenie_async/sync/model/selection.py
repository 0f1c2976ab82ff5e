"""A selection of entities by patterns over folder and name: `teams/ops,schedules/*`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Self

import attrs

from opsgenie_async.sync.model.catalog import FOLDERS

__all__ = ["EVERYTHING", "Selection"]


@attrs.frozen
class Selection:
    """A selection of entities: `teams/ops,schedules/*`.

    Attributes:
        patterns: Shell patterns over folder and name; none for everything.
        within: What it selects from, where that is not everything.
    """

    patterns: tuple[str, ...] = ()
    within: Selection | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a selection as it is written on a command line.

        Args:
            text: Patterns with commas between them.

        Raises:
            ValueError: A pattern has no folder of a snapshot; the message names it.
        """
        patterns = tuple(each.strip() for each in text.split(",") if each.strip())
        for pattern in patterns:
            folder, slash, name = pattern.partition("/")
            if not slash or not name or not any(fnmatchcase(each, folder) for each in FOLDERS):
                raise ValueError(f"only: {pattern!r}: expected FOLDER/NAME with a folder of {', '.join(FOLDERS)}")
        return cls(patterns)

    def __str__(self) -> str:
        return ",".join(self.patterns)

    def covers(self, folder: str, name: str) -> bool:
        """Whether an entity is selected."""
        chosen = not self.patterns or any(fnmatchcase(f"{folder}/{name}", pattern) for pattern in self.patterns)
        return chosen and (self.within is None or self.within.covers(folder, name))

    def touches(self, folder: str) -> bool:
        """Whether anything in *folder* may be selected."""
        chosen = not self.patterns or any(fnmatchcase(folder, each.partition("/")[0]) for each in self.patterns)
        return chosen and (self.within is None or self.within.touches(folder))

    def among(self, other: Selection) -> Selection:
        """What both select."""
        if EVERYTHING in (self, other):
            return other if self == EVERYTHING else self
        return attrs.evolve(self, within=other if self.within is None else self.within.among(other))


EVERYTHING = Selection()
