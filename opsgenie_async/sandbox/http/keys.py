"""API keys: their place in a request, and their permissions."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http.route import Right, Route
from opsgenie_async.sandbox.http.route_patterns import check_pattern, matches

__all__ = ["Key", "Keyring", "key_of"]

_NEITHER_TEAM_NOR_ALERT = ("/v2/request-limits",)


@dataclass(frozen=True, slots=True)
class Key:
    """One API key.

    The default may do everything, as no key of Opsgenie may: those of API key management (`account_level`) are refused
    everything about alerts, those of API integrations configuration, unless allowed.
    """

    secret: str = field(repr=False)
    read_only: bool = False
    configuration_access: bool = True
    team: str | None = None
    disabled: bool = False
    account_level: bool = False
    forbidden: tuple[str, ...] = ()
    """Shell patterns over `METHOD /path` of what is refused besides."""

    def __post_init__(self) -> None:
        for pattern in self.forbidden:
            check_pattern("forbidden", pattern)

    def authorize(self, route: Route, path: str) -> None:
        """Refuse with 40301 what this key has no permission for, as in the API Access Management page."""
        if any(matches(pattern, route.method, path) for pattern in self.forbidden):
            raise Refusal(403, "You are not authorized to access this entity", code=40301)
        if self.read_only and route.right is not Right.READ:
            raise Refusal(403, "API Key is not granted with create/update or delete access", code=40301)
        if route.configuration and not self.configuration_access:
            raise Refusal(403, "API Key is not granted with configuration access", code=40301)
        if self.account_level and route.path.startswith("/v2/alerts"):
            raise Refusal(403, "To perform this action, use an API key from an API integration.", code=40301)
        if self.team is not None and route.path in _NEITHER_TEAM_NOR_ALERT:
            raise Refusal(403, "A team's API Key cannot access account settings", code=40301)


class Keyring:
    """The keys of this account; a key of another region is unknown here."""

    def __init__(self, *keys: Key) -> None:
        self._keys = {key.secret: key for key in keys}

    def add(self, key: Key) -> None:
        self._keys[key.secret] = key

    def revoke(self, secret: str) -> None:
        """Revoke the key with this secret."""
        self._keys.pop(secret, None)

    def revoke_team(self, team: str) -> None:
        """Revoke all keys of the team with this id."""
        self._keys = {secret: key for secret, key in self._keys.items() if key.team != team}

    def authenticate(self, secret: str | None) -> Key:
        """The active key with this secret, otherwise 401."""
        key = self._keys.get(secret) if secret else None
        if key is None or key.disabled:
            raise Refusal(401, "Could not authenticate", headers={"X-Opsgenie-Errortype": "Unauthorized"})
        return key


def key_of(headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """The secret in a v2 request: `GenieKey`, `basic`, or `apiKey` in the query."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "geniekey":
        return secret.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(secret, validate=True).decode().rstrip(":")
        except ValueError:  # neither Base64 nor UTF-8
            return None
    return query.get("apiKey")
