"""The log of a team."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.http.context import Call

__all__ = ["log"]

OWNER = "Opsgenie API"


def log(call: Call, team: Doc, text: str) -> None:
    """Add a line to the log of *team*."""
    row = {"log": text, "owner": OWNER, "createdDate": dates.milliseconds(call.world.clock.utc())}
    call.account.team_logs.setdefault(team["id"], []).append(row)
