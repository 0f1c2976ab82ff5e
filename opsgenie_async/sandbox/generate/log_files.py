"""Log files of a generated account."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.behaviour.logs import log_file

__all__ = ["populate_log_files"]

_FILES = 24
_MESSAGES = (
    "[{user}] logged in",
    "[{user}] viewed on-call schedules",
    "Notification is sent to [{user}] via [mobile]",
    "Notification is sent to [{user}] via [sms]",
)


def populate_log_files(account: Account, rng: SeededRandom, now: datetime) -> None:
    """Add some log files of the last two days, about the users of the account."""
    users = [user["username"] for user in account.users.values()]
    moment = now - timedelta(days=2)
    for _ in range(_FILES):
        moment += timedelta(milliseconds=rng.randint(60_000, 7_000_000))
        entries = [
            {
                "date": dates.milliseconds(moment - timedelta(seconds=rng.randrange(60))),
                "level": "INFO",
                "log": rng.choice(_MESSAGES).format(user=rng.choice(users)),
            }
            for _ in range(rng.randint(1, 20))
        ]
        file = log_file(moment, entries)
        account.log_files[file["filename"]] = file
