"""Events of reading an account: entities, failures, progress."""

from __future__ import annotations

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind

__all__ = ["EntityRef", "Failure", "MovingAccount", "PullEvent"]


class MovingAccount(OpsgenieError, ValueError):
    """The account changed while it was read, so that what was read of it may lack something; read again."""


@attrs.define(eq=False)
class EntityRef:
    """An entity that exists, as its listing has it.

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
    """Something that could not be read, and what was raised.

    Attributes:
        kind: The name of its kind.
        folder: Where its file would be.
        name: As `Entity.name`; "" where the whole folder could not be listed.
        id: As `EntityRef.id`.
        team: The name of its team, "" for none.
        error: What was raised.
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
        """The failure as a manifest has it: the same every time, where the same fails."""
        record = {**self.document(), "message": self.error.message}
        del record["requestId"]
        return record

    def document(self) -> dict[str, Json]:
        """The failure for machines."""
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
        folder: Of the entity.
        name: Of the entity, "" for a folder.
        team: The name of its team, "" for none.
        done: Entities that are done.
        total: All of them.
        teams_done: Teams of which everything is done.
        teams_total: All of them.
        failure: Why it could not be read, None where it was.
    """

    folder: str
    name: str
    team: str
    done: int
    total: int
    teams_done: int
    teams_total: int
    failure: Failure | None = None
