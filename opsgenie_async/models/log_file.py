"""Log files of the account (Logs API page)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.wire_types import EpochMillis

__all__ = ["LogFile"]


@attrs.define(kw_only=True)
class LogFile(Model):
    """A JSON Lines file for download; size in bytes."""

    filename: str
    date: EpochMillis
    size: int = 0
