"""What the calls of the table are made with: two clients, the account behind them, and what earlier calls were told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from opsgenie_async import Opsgenie
from opsgenie_async.dx import DX
from opsgenie_async.sandbox import Account

__all__ = ["END", "START", "Call", "Calls", "Story"]

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
END = datetime(2026, 6, 8, 8, tzinfo=UTC)


@attrs.define
class Story:
    """`story["team.create"]` is what that call was told: a model, a list of models, the status of a 202."""

    og: Opsgenie
    dx: DX
    account: Account
    results: dict[str, Any] = attrs.field(factory=dict)
    accepted: dict[str, str] = attrs.field(factory=dict)
    """Key of a call that was answered with 202 to the request id."""

    def __getitem__(self, key: str) -> Any:
        return self.results[key]

    @property
    def incident(self) -> str:
        """The id of the incident, which only the status of its creation tells."""
        return str(self["incident.create"].incident_id)


Call = Callable[[Story], Awaitable[object]]
Calls = dict[str, Call]
"""Key of the row to the call; in the order in which they are made."""
