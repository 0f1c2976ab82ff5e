"""The initial content of a sandbox: a generated or loaded account, and a history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from opsgenie_async.sandbox.account import zones
from opsgenie_async.sandbox.account.state import Account

__all__ = ["DEMO_ALERTS", "Contents"]

DEMO_ALERTS = 20
"""The command's default number of alerts: a demo should not be empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The initial content of an account.

    Raises:
        ValueError: A number is invalid; the message names it.
    """

    teams: int = 0
    seed: int = 0
    load: str | Path | None = None
    alerts: int = 0
    incidents: int = 0

    def __post_init__(self) -> None:
        for name, number in (("teams", self.teams), ("alerts", self.alerts), ("incidents", self.incidents)):
            if number < 0:
                raise ValueError(f"{name}: should be 0 or more, not {number}")
        if self.teams and self.load is not None:
            raise ValueError("teams: an account is either generated or loaded")

    @property
    def is_archive(self) -> bool:
        """Whether an archive is loaded, which is read-only."""
        if self.load is None:
            return False
        from opsgenie_async.sandbox.load import is_archive

        return is_archive(Path(self.load))

    def add_to(self, account: Account, now: datetime) -> None:
        """Add everything to *account*; a million alerts take a minute.

        Args:
            account: The account to add it to.
            now: The end of the history, timezone-aware.

        Raises:
            ValueError: The account cannot be loaded, or the system has no time zone data.
        """
        if not zones.load():
            # Schedules and routing rules have one each, and every request about them would be answered 500.
            raise ValueError("a sandbox cannot run without time zones; pip install tzdata brings them")
        if self.load is not None:
            from opsgenie_async.sandbox.load import add_archive, load_account

            if self.is_archive:
                if self.alerts or self.incidents:
                    raise ValueError("alerts, incidents: an archive has a history of its own")
                add_archive(account, self.load)
            else:
                account.absorb(load_account(Path(self.load)))
        elif self.teams > 0:
            from opsgenie_async.sandbox.generate.account import generate

            account.absorb(generate(teams=self.teams, seed=self.seed))
        if self.alerts or self.incidents:
            from opsgenie_async.sandbox.generate.history.populate import populate_history

            populate_history(account, alerts=self.alerts, incidents=self.incidents, seed=self.seed, now=now)
