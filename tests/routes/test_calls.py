"""Every row of the table as a real call: the client asks, the sandbox answers, and the answer is read whole."""

from __future__ import annotations

import re
from operator import attrgetter

import pytest

from opsgenie_async.models import Model, RequestStatus
from tests.resources.reading import unread_fields
from tests.routes.calls import CALLS
from tests.routes.runner import Outcome
from tests.routes.table import PLACEHOLDER, TABLE, Row
from tests.tables import each_row

every_row = each_row("row", TABLE, ids=attrgetter("key"))


def outcome_of(row: Row, outcomes: dict[str, Outcome]) -> Outcome:
    """What came of the row's call; the test fails with what the call failed with."""
    if row.key not in outcomes:
        pytest.fail(f"nothing calls {row.key}")
    outcome = outcomes[row.key]
    if outcome.error is not None:
        pytest.fail(f"{type(outcome.error).__name__}: {outcome.error}")
    return outcome


def test_every_row_is_called():
    assert len(CALLS) == 235
    assert set(CALLS) == {row.key for row in TABLE}


@every_row
def test_the_call_goes_where_the_row_says(row: Row, outcomes: dict[str, Outcome]):
    outcome = outcome_of(row, outcomes)
    path = re.compile("[^/]+".join(map(re.escape, PLACEHOLDER.split(row.path))))

    assert [
        exchange.status
        for exchange in outcome.exchanges
        if exchange.method == row.method and path.fullmatch(exchange.path)
    ][:1] == [int(row.status)]
    assert ("dx" if row.domain == "none" else row.domain) in outcome.domains


@every_row
def test_the_answer_is_read_into_models_whole(row: Row, outcomes: dict[str, Outcome]):
    result = outcome_of(row, outcomes).result

    assert list(unread_fields(result)) == []
    if row.processed == "yes":
        assert isinstance(result, RequestStatus)
        assert result.is_success
    elif row.data == "none" or row.method == "DELETE":
        assert result is None
    elif row.data in ("ics", "text"):
        assert isinstance(result, bytes if row.data == "ics" else str)
        assert result
    elif row.resource == "dx_incident":
        assert result == {}  # the page lists nothing beside `ok`
    elif row.key == "alert.count":
        assert result == 1
    elif isinstance(result, list):
        assert all(isinstance(one, Model | str) for one in result)
        assert result  # an empty list would prove nothing
    else:
        assert isinstance(result, Model)
        assert row.data == "object"
