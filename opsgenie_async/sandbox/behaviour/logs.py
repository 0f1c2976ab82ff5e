"""Log files of the account: how they are named and what they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from opsgenie_async.sandbox.account.state import Doc

__all__ = ["log_file"]


def log_file(moment: datetime, entries: Iterable[Doc]) -> Doc:
    """The file of *moment*, an entry a line."""
    stamp = moment.astimezone(UTC)
    return {
        "filename": f"{stamp:%Y-%m-%d-%H-%M-%S}_{stamp.microsecond // 1000:03d}.json",
        "date": int(stamp.timestamp()) * 1000,
        "lines": "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in entries),
    }
