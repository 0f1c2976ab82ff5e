"""The scope of a plan: what is selected, and known of both states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from opsgenie_async.sync.model.catalog import FOLDERS
from opsgenie_async.sync.model.selection import Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot

__all__ = ["Scope"]

MISSING = "is missing in the snapshot: it could not be read when that was pulled"


@attrs.frozen(eq=False)
class Scope:
    """The part of two states that a plan is about."""

    have: Snapshot
    want: Snapshot
    only: Selection

    def existing(self) -> Mapping[str, Sequence[Entity]]:
        """What there is, by folder, whole: something chosen may be there under a name that is not."""
        unread = self.have.unread
        return {
            folder: [each for each in entities if (folder, each.name) not in unread and (folder, "") not in unread]
            for folder, entities in self.have.entities.items()
        }

    def desired(self) -> Mapping[str, Sequence[Entity]]:
        """The desired entities that would be visible in the account if they existed."""
        return {
            folder: [each for each in entities if self.covers(folder, each.name, each.team)]
            for folder, entities in self.want.entities.items()
        }

    def covers(self, folder: str, name: str, team: str = "") -> bool:
        """Whether such an entity is selected, and its existence known in both states."""
        return all(state(folder, name, team) for state in (self.only.covers, self.have.knows, self.want.knows))

    def unchosen(self) -> frozenset[tuple[str, str]]:
        """By folder, names and ids of desired entities outside of the selection."""
        if self.only.is_everything and not self.want.index:
            return frozenset()
        chosen = {
            (folder, word)
            for folder, each in self.desired().items()
            for entity in each
            for word in (entity.name, entity.id)
        }
        entries = {(each.folder, word) for each in self.want.entries for word in (each.name, each.id) if word}
        return frozenset(entries - chosen)

    def skipped(self) -> Iterator[str]:
        """What was chosen and cannot be compared, and why."""
        for folder in FOLDERS:
            if not self.only.touches(folder):
                continue
            desired, existing = self.want.entities.get(folder), self.have.entities.get(folder)
            if (folder, "") in self.have.unread:
                if desired or self.want.knows(folder, ""):
                    yield f"{folder}: could not be read"
            elif (folder, "") in self.want.unread:
                if existing:
                    yield f"{folder}: {MISSING}"
            else:
                for name in sorted(self._unread_names(self.have, folder)):
                    yield f"{folder}/{name}: could not be read"
                for name in sorted(self._unread_names(self.want, folder) - self._unread_names(self.have, folder)):
                    yield f"{folder}/{name}: {MISSING}"

    def _unread_names(self, state: Snapshot, folder: str) -> set[str]:
        """The names in a folder that were chosen and could not be read."""
        return {name for place, name in state.unread if place == folder and self.only.covers(folder, name)}
