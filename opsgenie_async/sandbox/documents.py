"""The small parts that documents share: references between entities, dates, and the dice that invent them."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime

from opsgenie_async.sandbox.state import Doc

__all__ = ["DAYS", "Dice", "parse_utc", "ref", "target", "user_ref", "utc_text"]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Dice(random.Random):
    """Seeded random choices, with the two that a generated account needs most."""

    def uuid(self) -> str:
        """An id in the shape of the API's own."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.random() < share


def ref(entity: Doc) -> Doc:
    """A team, role or rotation as others mention it."""
    return {"id": entity["id"], "name": entity["name"]}


def user_ref(user: Doc) -> Doc:
    """A user as others mention it."""
    return {"id": user["id"], "username": user["username"]}


def target(kind: str, entity: Doc) -> Doc:
    """A tagged reference, as in `participants`, `recipient` and `notify`."""
    return {"type": kind, **(user_ref(entity) if kind == "user" else ref(entity))}


def utc_text(moment: datetime) -> str:
    """An aware *moment* as v2 answers it: `2017-05-15T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> datetime:
    """The aware moment of a v2 date in any of its spellings; one without an offset counts as UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
