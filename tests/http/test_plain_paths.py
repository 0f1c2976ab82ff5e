"""Paths that need no taking apart end as those that are taken apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from opsgenie_async import Name, Opsgenie, client
from opsgenie_async.http.pool import url_of_parts
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


@pytest.mark.parametrize("query_string", ["", "identifierType=name&query=a%20b%2Cc"])
@pytest.mark.parametrize("path", ["/v2/alerts", "/jsm/ops/integration/v2/teams/a%2Fb", "/v2/teams/%2E%2E"])
def test_the_parts_of_a_url_stay_as_they_are_kept_or_not(path: str, query_string: str) -> None:
    parts = ("https", "api.opsgenie.com:8443", path, query_string)
    assert url_of_parts(*parts) is url_of_parts(*parts)
    assert url_of_parts(*parts) == url_of_parts.__wrapped__(*parts)
    text = f"https://api.opsgenie.com:8443{path}{'?' if query_string else ''}{query_string}"
    assert str(url_of_parts(*parts)) == text == str(URL(text, encoded=True))


async def test_no_url_with_a_key_is_kept(og: Opsgenie) -> None:
    url_of_parts.cache_clear()
    await og.legacy.schedules.list()
    assert url_of_parts.cache_info().currsize == 0
    await og.teams.create(name="ops")
    await og.teams.get(Name("ops"))
    await og.teams.get(Name("ops"))
    assert (url_of_parts.cache_info().currsize, url_of_parts.cache_info().hits) == (2, 1)
