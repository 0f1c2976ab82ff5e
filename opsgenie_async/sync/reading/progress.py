"""What a reading of an account comes across: things that are there, failures, and how far it is."""

from __future__ import annotations

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind

__all__ = ["EntityRef", "Failure", "MovingAccount", "PullEvent"]


class MovingAccount(OpsgenieError):
    """The account changed while it was read, so that what was read of it may lack something; read again."""


@attrs.define(eq=False)
class EntityRef:
    """An entity that there is.

    id: what its path ends with: its id or, for kinds without, its name. owner: the id of its team, "" for nobody's.
    document: the listing's, None where that is short.
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

    kind: its word. name: "" where it is not known what all is in the folder. team: whose it is, "" for nobody's.
    """

    kind: str
    folder: str
    name: str
    id: str
    team: str
    error: OpsgenieError

    def __str__(self) -> str:
        return f"{self.folder}/{self.name or '*'}: {self.error}"

    def document(self) -> dict[str, Json]:
        """The failure as a manifest has it."""
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
    """Progress: an entity is through, or a folder that could not be listed, with a name of "".

    *done* of *total* entities are through, and all that is theirs for *teams_done* of *teams_total* teams.
    """

    folder: str
    name: str
    team: str
    done: int
    total: int
    teams_done: int
    teams_total: int
    failure: Failure | None = None
