"""Log files of the account: their names and content."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from opsgenie_async.sandbox.account.state import Doc

__all__ = ["log_file"]


def log_file(moment: datetime, entries: Iterable[Doc]) -> Doc:
    """The log file of *moment*, with one entry per line."""
    stamp = moment.astimezone(UTC)
    return {
        "filename": f"{stamp:%Y-%m-%d-%H-%M-%S}_{stamp.microsecond // 1000:03d}.json",
        "date": int(stamp.timestamp()) * 1000,
        "lines": "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in entries),
    }
