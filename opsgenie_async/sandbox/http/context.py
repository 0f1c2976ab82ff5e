"""One request as a route sees it, and the world it acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.http.intake import parse
from opsgenie_async.sandbox.http.keys import Key, Keyring
from opsgenie_async.sandbox.http.responses import Refusal
from opsgenie_async.sandbox.http.router import Route

if TYPE_CHECKING:
    from opsgenie_async.sandbox.http.limits import Limits
    from opsgenie_async.sandbox.http.processing import Processing
    from opsgenie_async.sandbox.http.webhooks import Webhooks

__all__ = ["Call", "Ids", "Now", "World"]


class Now(Protocol):
    """The part of a clock that the sandbox reads."""

    def now(self) -> float: ...

    def utc(self) -> datetime: ...


class Ids:
    """Seeded ids: the same seed and the same requests give the same ids, none of which a made-up account has."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"created later {seed}")

    def new(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def number(self) -> int:
        """An id for the few things that are numbered."""
        return self._random.randrange(10**12, 10**13)


@dataclass(slots=True)
class World:
    """What lives as long as the server does."""

    account: Account
    clock: Now
    ids: Ids
    limits: Limits
    processing: Processing
    dx_token: str
    keys: Keyring
    webhooks: Webhooks
    url: str = ""
    bare_teams: bool = False
    boundary_included: bool = True
    """Whether `<=` and `>=` of a search take the boundary itself; nobody could tell."""


@dataclass(slots=True)
class Call:
    """A routed, authenticated request."""

    world: World
    route: Route
    key: Key
    request_id: str
    raw_path: str
    values: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    remote: str = ""
    """The address that the request came from."""

    _body: Doc | None = field(default=None, repr=False)

    @property
    def account(self) -> Account:
        return self.world.account

    @property
    def body(self) -> Doc:
        """The JSON object that was sent; no body at all counts as an empty one."""
        if self._body is None:
            self._body = parse(self.raw)
        return self._body

    def kind(self, parameter: str = "identifierType", kinds: tuple[str, ...] = ("id", "name")) -> str:
        """Which kind of identifier the path carries: *parameter*, by default the first of *kinds*."""
        kind = self.query.get(parameter, kinds[0])
        if kind not in kinds:
            allowed = ", ".join(kinds)
            raise Refusal(422, f"{parameter} is not valid", errors={parameter: f"should be one of [ {allowed} ]"})
        return kind

    def flag(self, parameter: str) -> bool:
        """A query parameter that is `true` or not."""
        return self.query.get(parameter, "").lower() == "true"

    def sees(self, owner: Doc | None) -> bool:
        """Whether the key may see what *owner* (a team reference, or none for account-wide things) owns."""
        return self.key.team is None or (owner is not None and owner["id"] == self.key.team)

    def require(self, owner: Doc | None) -> None:
        """Refuse a team-bound key that touches what another team owns."""
        if not self.sees(owner):
            raise Refusal(403, "You are not authorized to access this entity", code=40301)
