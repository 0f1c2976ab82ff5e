"""What is open in an archive is read again: the short way to see it, and the long one, agree."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.archive.ids import _is_open

STATUSES = ("open", "closed", "resolved", "on hold")
TEXTS = st.sampled_from(["", "disk full", '"status":"closed"', '"status": "open"', '"status"'])


@given(
    status=st.sampled_from(STATUSES),
    message=TEXTS,
    details=st.dictionaries(st.sampled_from(["status", "host"]), st.sampled_from(STATUSES)),
    logs=st.lists(st.fixed_dictionaries({"log": TEXTS}, optional={"status": st.sampled_from(STATUSES)}), max_size=2),
    spaces=st.booleans(),
)
def test_a_record_is_open_by_the_status_of_its_document(
    status: str, message: str, details: dict[str, str], logs: list[dict[str, str]], spaces: bool
) -> None:
    record = {"id": "a1", "document": {"message": message, "details": details, "status": status}, "logs": logs}
    line = json.dumps(record, separators=None if spaces else (",", ":")).encode()

    assert _is_open(line) == (status not in ("closed", "resolved"))
