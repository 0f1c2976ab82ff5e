"""What of two states may be compared: what was chosen, and what both of them could read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from .kinds import FOLDERS
from .snapshot import Entity, Only, Snapshot

__all__ = ["Scope"]


@attrs.frozen(eq=False)
class Scope:
    """The part of two states that a plan is about."""

    have: Snapshot
    want: Snapshot
    only: Only

    def there(self) -> Mapping[str, Sequence[Entity]]:
        """What there is, by folder, whole: something chosen may be there under a name that is not."""
        lost = self.have.unread
        return {
            folder: [each for each in entities if (folder, each.name) not in lost and (folder, "") not in lost]
            for folder, entities in self.have.entities.items()
        }

    def wanted(self) -> Mapping[str, Sequence[Entity]]:
        """What is wanted, and would be seen in the account if it were there."""
        return {
            folder: [each for each in entities if self.covers(folder, each.name)]
            for folder, entities in self.want.entities.items()
        }

    def covers(self, folder: str, name: str) -> bool:
        """Whether both states can tell if there is such an entity, and it was chosen."""
        return self.only.covers(folder, name) and self.have.knows(folder, name) and self.want.knows(folder, name)

    def skipped(self) -> Iterator[str]:
        """What was chosen and cannot be compared, and why."""
        for lost, why in (
            (self.have.unread, "could not be read"),
            (self.want.unread, "is missing in the snapshot: it could not be read when that was pulled"),
        ):
            for folder, name in sorted(lost, key=lambda each: (FOLDERS.index(each[0]), each[1])):
                if self.only.covers(folder, name) if name else self.only.touches(folder):
                    yield f"{folder}/{name}: {why}" if name else f"{folder}: {why}"
