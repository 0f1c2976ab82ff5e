"""What one endpoint asks of a request: how it is reached, what it spends, and what a key needs for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from opsgenie_async.sandbox.http.responses import Dialect

__all__ = ["FORM", "JSON", "Right", "Route"]

JSON = frozenset({"application/json"})
FORM = frozenset({"multipart/form-data"})


class Right(Enum):
    """What a key must be allowed to do."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint, but for the function that answers it."""

    method: str
    path: str
    """With its placeholders: `/v2/teams/{team}`."""
    domain: str | None
    right: Right
    configuration: bool
    dialect: Dialect
    media: frozenset[str]
    """What a body may be declared as."""
    answers: frozenset[str]
    """What an `Accept` header may ask for."""
    names: tuple[str, ...]
    """Of the placeholders, in order."""
