"""Documents with mistakes, and the problems of a folder with such."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync.files.diagnostics import SnapshotError, StoreError
from opsgenie_async.sync.files.store import Store

ROTATION = {
    "name": "Weekdays",
    "type": "weekly",
    "startDate": "2026-01-05T08:00:00Z",
    "participants": [{"type": "user", "username": "a@b"}],
}


OVERRIDE = {
    "alias": "x",
    "user": {"type": "none"},
    "startDate": "2026-01-05T08:00:00Z",
    "endDate": "2026-01-06T08:00:00Z",
}


STEP = {
    "condition": "if-not-acked",
    "notifyType": "default",
    "delay": {"timeAmount": 5},
    "recipient": {"type": "schedule", "name": "night"},
}


def problems(folder: Path, **load: Any) -> list[str]:
    with pytest.raises(SnapshotError) as raised:
        Store(folder).load(**load)
    assert isinstance(raised.value, StoreError)
    assert str(raised.value) == "\n".join(map(str, raised.value.problems))
    return [str(problem) for problem in raised.value.problems]
