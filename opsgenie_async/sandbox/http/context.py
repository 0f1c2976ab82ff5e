"""One request in the form for routes, and the state of the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from opsgenie_async.sandbox.account.clock import Clock
from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.http.entitlements import Entitlements
from opsgenie_async.sandbox.http.intake import parse
from opsgenie_async.sandbox.http.keys import Key, Keyring
from opsgenie_async.sandbox.http.limits import Limits
from opsgenie_async.sandbox.http.processing import Processing
from opsgenie_async.sandbox.http.route import Route
from opsgenie_async.sandbox.http.webhooks import Webhooks

__all__ = ["Call", "Preparation", "World"]


class Preparation(Exception):
    """Slow work that a request needs first; afterwards the request is handled again.

    Args:
        steps: The steps, each short enough for other requests to wait.
    """

    def __init__(self, steps: Iterator[None]) -> None:
        super().__init__("something must be prepared")
        self.steps = steps


@dataclass(slots=True)
class World:
    """The state of the server."""

    account: Account
    clock: Clock
    ids: Ids
    limits: Limits
    processing: Processing
    dx_token: str
    keys: Keyring
    webhooks: Webhooks
    entitlements: Entitlements
    url: str = ""
    bare_teams: bool = False
    link_lifetime: float = 300.0
    """Seconds for which a link to a file is valid."""
    download_url: str = ""
    """Where links to files point, instead of this server."""
    on_request: Callable[[str, str], None] | None = None
    """Called with method and path before a request is answered."""
    boundary_included: bool = True
    """Whether `<=` and `>=` of a search include the boundary; not documented."""


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
        """The JSON object in the body; without a body, an empty one."""
        if self._body is None:
            self._body = parse(self.raw)
        return self._body

    def kind(self, parameter: str = "identifierType", kinds: tuple[str, ...] = ("id", "name")) -> str:
        """The kind of identifier in the path: the query's *parameter*, by default the first of *kinds*."""
        kind = self.query.get(parameter, kinds[0])
        if kind not in kinds:
            allowed = ", ".join(kinds)
            raise Refusal(422, f"{parameter} is not valid", errors={parameter: f"should be one of [ {allowed} ]"})
        return kind

    def flag(self, parameter: str) -> bool:
        """Whether a query parameter is `true`."""
        return self.query.get(parameter, "").lower() == "true"

    def sees(self, owner: Doc | None) -> bool:
        """Whether the key may see entities of *owner* (a team reference, or None for the whole account)."""
        return self.key.team is None or (owner is not None and owner["id"] == self.key.team)

    def require(self, owner: Doc | None) -> None:
        """Refuse a team's key for an entity of another team."""
        if not self.sees(owner):
            raise Refusal(403, "You are not authorized to access this entity", code=40301)
