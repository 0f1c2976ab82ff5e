"""Log files: how they are named, what they hold, and the ones of a made-up account."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.generate.random import SeededRandom

__all__ = ["fill_logs", "log_file"]

_FILES = 24
_MESSAGES = (
    "[{user}] logged in",
    "[{user}] viewed on-call schedules",
    "Notification is sent to [{user}] via [mobile]",
    "Notification is sent to [{user}] via [sms]",
)


def log_file(moment: datetime, entries: Iterable[Doc]) -> Doc:
    """The file of *moment*, an entry a line."""
    stamp = moment.astimezone(UTC)
    return {
        "filename": f"{stamp:%Y-%m-%d-%H-%M-%S}_{stamp.microsecond // 1000:03d}.json",
        "date": int(stamp.timestamp()) * 1000,
        "lines": "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in entries),
    }


def fill_logs(account: Account, dice: SeededRandom, now: datetime) -> None:
    """Some files of the last two days, about the users that there are."""
    users = [user["username"] for user in account.users.values()]
    moment = now - timedelta(days=2)
    for _ in range(_FILES):
        moment += timedelta(milliseconds=dice.randint(60_000, 7_000_000))
        entries = [
            {
                "date": dates.milliseconds(moment - timedelta(seconds=dice.randrange(60))),
                "level": "INFO",
                "log": dice.choice(_MESSAGES).format(user=dice.choice(users)),
            }
            for _ in range(dice.randint(1, 20))
        ]
        file = log_file(moment, entries)
        account.log_files[file["filename"]] = file
