"""Whatever stands in a field: it is read and written back, or a `ProtocolError` that can be printed."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.converters import dx_text, moment_text
from opsgenie_async.converters.names import wire_name
from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.legacy.models import ScheduleTimeline
from opsgenie_async.models import Alert
from tests.corpus.test_every_model import document, each_model, fields
from tests.http.server import Echo

HOSTILE: list[Any] = [
    10**400,
    -1,
    2**63,
    0.5,
    float("inf"),
    True,
    "",
    "\ud800",
    "\x00",
    "../x",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T24:00:00Z",
    "2026-10-25T02:15:00.123456789+02:00:30",
    [],
    [[[]]],
    [None],
    {},
    {"type": []},
    {"restrictions": [7]},
    {"type": "time-of-day", "restrictions": [None]},
]


@each_model
def test_nothing_but_our_own_error_leaves_a_reading(model):
    whole = document(model)
    for field in fields(model):
        for value in HOSTILE:
            changed_document = {**whole, wire_name(field): value}
            try:
                read = model.from_dict(changed_document)
            except ProtocolError as error:
                str(error).encode()
            else:
                assert model.from_dict(read.to_dict()) == read


@pytest.mark.parametrize("edge", [253402300799999, -62135596800000])
def test_a_timeline_at_the_edge_of_time_is_shown_in_utc(edge):
    for zone in ("Asia/Tokyo", "America/New_York"):
        whole = {
            "schedule": {"id": "1", "name": "s", "timezone": zone},
            "timeline": {"startTime": edge, "endTime": edge, "finalSchedule": {"rotations": []}},
        }
        assert ScheduleTimeline.from_dict(whole).to_dict() == whole


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_has_no_date_in_utc(text):
    moment = Alert.from_dict({"id": "1", "createdAt": text}).created_at
    assert moment is not None
    assert moment_text(moment) == text
    with pytest.raises(ValueError, match="years are 1 to 9999"):
        dx_text(moment)


@pytest.mark.parametrize(
    "body", [b'{"data": ' + b"[" * 100_000, b'{"data": [{"id": "1", "count": 1e400}]}', b'{"data": [{"id": "\xff"}]}']
)
async def test_through_the_client(body):
    async with Echo(lambda request: web.Response(body=body)) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(OpsgenieError) as caught:
            await og.alerts.list()
    assert isinstance(caught.value, ProtocolError)
