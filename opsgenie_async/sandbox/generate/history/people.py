"""The entities that a history can refer to: users, teams, services and integrations of its account."""

from __future__ import annotations

from dataclasses import dataclass

from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["Cast"]


@dataclass(frozen=True, slots=True)
class Cast:
    """The entities that a history refers to, frozen at its start: it stays the same when the account changes."""

    seed: int
    users: tuple[tuple[str, str], ...]
    """Ids and usernames."""
    teams: tuple[str, ...]
    """Ids."""
    services: tuple[tuple[str, str, str], ...]
    """Ids, names, and the ids of their teams."""
    integrations: tuple[Doc, ...]

    @classmethod
    def of(cls, account: Account, seed: int) -> Cast:
        """The entities of *account*, with a few invented users if it has none."""
        users = tuple((each["id"], each["username"]) for each in account.users.values())
        integrations = tuple(
            {"id": each["id"], "name": each["name"], "type": each["type"]} for each in account.integrations.values()
        )
        services = tuple((each["id"], each["name"], each.get("teamId") or "") for each in account.services.values())
        return cls(seed, users, tuple(account.teams), services, integrations)
