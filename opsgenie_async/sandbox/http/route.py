"""Routes: method and path of an endpoint, its rate limit domain, and the permissions it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from opsgenie_async.sandbox.http.responses import Dialect

__all__ = ["FORM", "JSON", "Right", "Route"]

JSON = frozenset({"application/json"})
FORM = frozenset({"multipart/form-data"})


class Right(Enum):
    """A permission of a key."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint, without its function."""

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
