"""Events of reading an account: entities, failures, progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind

__all__ = ["EntityRef", "Failure", "MovingAccount", "Progress", "PullEvent"]


class MovingAccount(OpsgenieError, ValueError):
    """The account changed while it was read, so the result may be incomplete; read it again."""


@attrs.define(eq=False)
class EntityRef:
    """An existing entity, as in its listing.

    Attributes:
        kind: What it is one of.
        id: What its path ends with: its id or, for kinds without, its name.
        name: As `Entity.name`.
        owner: The id of its team, "" for none.
        document: The listing's, None where that is a summary.
    """

    kind: Kind
    id: str
    name: str
    owner: str = ""
    document: dict[str, Json] | None = attrs.field(default=None, repr=False)

    @property
    def path(self) -> str:
        """`teams/ops`, as `Entity.path`."""
        return f"{self.kind.folder}/{self.name}"


@attrs.frozen(kw_only=True)
class Failure:
    """An entity or listing that could not be read, with the error.

    Attributes:
        kind: The name of its kind.
        folder: The folder of its file.
        name: As `Entity.name`; "" if the whole folder could not be listed.
        id: As `EntityRef.id`.
        team: The name of its team, "" for none.
        error: The exception.
    """

    kind: str
    folder: str
    name: str
    id: str
    team: str
    error: OpsgenieError

    def __str__(self) -> str:
        return f"{self.folder}/{self.name or '*'}: {self.error}"

    def record(self) -> dict[str, Json]:
        """The failure as in a manifest: equal for equal failures."""
        record = {**self.to_dict(), "message": self.error.message}
        del record["requestId"]
        return record

    def to_dict(self) -> dict[str, Json]:
        """The failure as JSON."""
        return {
            "folder": self.folder,
            "name": self.name,
            "id": self.id,
            "kind": self.kind,
            "team": self.team,
            "error": type(self.error).__name__,
            "message": str(self.error),
            "status": self.error.status,
            "requestId": self.error.request_id,
        }


@attrs.frozen(kw_only=True)
class PullEvent:
    """Progress of a pull: one entity is done, or a folder could not be listed.

    Attributes:
        folder: The folder of the entity.
        name: The name of the entity, "" for a folder.
        team: The name of its team, "" for none.
        done: The number of entities done.
        total: The total number.
        teams_done: The number of teams that are complete.
        teams_total: The total number.
        failure: The failure, None if it was read.
    """

    folder: str
    name: str
    team: str
    done: int
    total: int
    teams_done: int
    teams_total: int
    failure: Failure | None = None


class Progress:
    """A counter of finished entities, which calls back."""

    def __init__(self, on_progress: Callable[[PullEvent], None]) -> None:
        self._on_progress = on_progress
        self._remaining: Counter[str] = Counter()
        self._done = self._total = self._teams_done = 0

    def expect(self, refs: Collection[EntityRef]) -> None:
        """Add entities to read."""
        self._total += len(refs)
        self._remaining.update(each.owner for each in refs if each.owner)

    def finish(self, ref: EntityRef) -> None:
        """Count an entity as done."""
        self._done += 1
        if ref.owner:
            self._remaining[ref.owner] -= 1
            self._teams_done += not self._remaining[ref.owner]

    def report(self, ref: EntityRef, team: str, failure: Failure | None) -> None:
        """Call back.

        Args:
            ref: What it is about.
            team: The name of its team, "" for none.
            failure: What went wrong.
        """
        self._on_progress(
            PullEvent(
                folder=ref.kind.folder,
                name=ref.name,
                team=team,
                done=self._done,
                total=self._total,
                teams_done=self._teams_done,
                teams_total=len(self._remaining),
                failure=failure,
            )
        )
