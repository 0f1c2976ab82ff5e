"""`og.user_saved_searches`: its requests, and the answers of the Go SDK."""

import pytest

from opsgenie_async import Name, NotFound, Opsgenie
from opsgenie_async.models import UserSavedSearch
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

STORED = {"id": "s1", "name": "all blocked", "description": "d", "ownerId": "u1", "query": "blocked: true"}


async def test_a_listing_tells_names():
    answer = await exchange(lambda og: og.user_saved_searches.list(), data=[{"id": "s1", "name": "all blocked"}])

    assert answer.line == "GET /v2/users/saved-searches"
    assert answer.result == [UserSavedSearch(id="s1", name="all blocked")]


async def test_one_search_by_name():
    answer = await exchange(lambda og: og.user_saved_searches.get(Name("all blocked")), data=STORED)

    assert (answer.line, answer.query) == ("GET /v2/users/saved-searches/all%20blocked", {"identifierType": "name"})
    assert answer.result == UserSavedSearch(
        id="s1", name="all blocked", description="d", owner_id="u1", query="blocked: true"
    )


async def test_a_deleted_search_answers_nothing():
    answer = await exchange(lambda og: og.user_saved_searches.delete("s1"), result="Deleted")

    assert (answer.line, answer.query, answer.result) == ("DELETE /v2/users/saved-searches/s1", {}, None)


async def test_the_sandbox_agrees(og: Opsgenie, sandbox: Sandbox):
    sandbox.account.user_saved_searches["s1"] = STORED

    (listed,) = (each for each in await og.user_saved_searches.list() if each.id == "s1")
    there = await og.user_saved_searches.get(listed)
    assert there.query == "blocked: true"
    assert list(unread_fields([listed, there])) == []
    await og.user_saved_searches.delete(Name("all blocked"))
    with pytest.raises(NotFound):
        await og.user_saved_searches.get(listed)
