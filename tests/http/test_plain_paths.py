"""Paths that need no taking apart end as those that are taken apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opsgenie_async import client
from opsgenie_async.http.request import Request

PIECES = st.lists(
    st.sampled_from(["/", "v2", "teams", "a-b_c", ".", "..", "%2e", "?a=b", "#", " ", "ü", "@", ":", "//", "\n"])
)


def outcome(path: str) -> Request | str:
    try:
        return client._target.__wrapped__("GET", path)
    except ValueError as error:
        return str(error)


@given(PIECES.map("".join))
@example("/v2/teams/ops.prod")
@example("v2/teams/.hidden")
@example("//host/v2/teams")
@example("v2/teams/a..b")
@example("v2/../teams")
@example("/v2/teams/..")
def test_the_short_way_and_the_long_way_end_the_same(path: str) -> None:
    short = outcome(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "PLAIN_PATH", re.compile("(?!)"))
        assert outcome(path) == short
