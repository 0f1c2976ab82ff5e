"""The kinds of data in an archive."""

from __future__ import annotations

from collections.abc import Iterable

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.quantity import quantity

__all__ = [
    "ACCOUNT_LOGS",
    "ALERTS",
    "ALL",
    "CONFIGURATION",
    "DEPLOYMENTS",
    "FULL",
    "HISTORIES",
    "INCIDENTS",
    "LIST",
    "ON_CALLS",
    "SCHEDULES",
    "SERVICES",
    "SNAPSHOTS",
    "TEAM_LOGS",
    "TEMPLATES",
    "USERS",
    "number_of",
    "parse_kinds",
]

ALERTS, INCIDENTS = "alerts", "incidents"
SCHEDULES, ON_CALLS, TEAM_LOGS, ACCOUNT_LOGS = "schedules", "on_calls", "team_logs", "account_logs"
SERVICES, DEPLOYMENTS, TEMPLATES, USERS = "services", "deployments", "templates", "users"
CONFIGURATION = "configuration"
ALL = (
    ALERTS,
    INCIDENTS,
    SCHEDULES,
    ON_CALLS,
    TEAM_LOGS,
    ACCOUNT_LOGS,
    SERVICES,
    DEPLOYMENTS,
    TEMPLATES,
    USERS,
    CONFIGURATION,
)
"""Every kind, in the sequence in which they are named."""
HISTORIES = (ALERTS, INCIDENTS)
"""What is read in slices of time; the newest record of each id counts. Of the others the last run's count."""
SNAPSHOTS = tuple(kind for kind in ALL if kind not in (*HISTORIES, CONFIGURATION))
"""What is read in its current state, but for the configuration, which is pulled."""
LIST, FULL = "list", "full"
"""How deep: what a listing says, or each one with all of its parts."""


def number_of(kind: str, number: int) -> str:
    """Return *number* of a kind in words: `1 team log`, `2 team logs`."""
    words = kind.replace("_", " ")
    return quantity(number, words.removesuffix("s"), words)


def parse_kinds(kinds: str | Iterable[str]) -> tuple[str, ...]:
    """Parse *kinds*, a comma-separated str or several words; returns them in the order of `ALL`.

    Raises:
        ValueError: A kind does not exist, or there is none.
    """
    words = kinds.split(",") if isinstance(kinds, str) else [*kinds]
    names = [word.strip().replace("-", "_") for word in words if word.strip()]
    for name in names:
        if name not in ALL:
            raise ArgumentValueError(f"only: {name!r}: expected some of {', '.join(ALL)}")
    if not names:
        raise ArgumentValueError(f"only: expected some of {', '.join(ALL)}")
    return tuple(kind for kind in ALL if kind in names)
