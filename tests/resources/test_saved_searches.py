"""`og.saved_searches`: the requests it makes, and the answers of the documents it reads."""

from datetime import UTC, datetime

import pytest

from opsgenie_async import Name, Opsgenie
from opsgenie_async.models import Reference, SavedSearch, TeamMeta, TeamRef, UserMeta, UserRef
from tests.resources.exchange import exchange

ANN = UserRef(username="ann@corp.example")
WHOLE = {
    "id": "s1",
    "name": "mine",
    "createdAt": "2017-04-12T12:45:51.143Z",
    "updatedAt": "2017-04-12T13:45:51Z",
    "owner": {"id": "u1"},
    "teams": [{"id": "t1"}],
    "description": "of mine",
    "query": "status: open",
}
READ = SavedSearch(
    id="s1",
    name="mine",
    description="of mine",
    query="status: open",
    owner=UserMeta(id="u1"),
    teams=[TeamMeta(id="t1")],
    created_at=datetime(2017, 4, 12, 12, 45, 51, 143000, UTC),
    updated_at=datetime(2017, 4, 12, 13, 45, 51, tzinfo=UTC),
)


async def test_a_search_is_saved():
    answer = await exchange(
        lambda og: og.saved_searches.create(
            name="mine", query="status: open", owner=ANN, description="of mine", teams=[TeamRef(name="ops")]
        ),
        data={"id": "s1", "name": "mine"},
    )

    assert answer.line == "POST /v2/alerts/saved-searches"
    assert answer.body == {
        "name": "mine",
        "query": "status: open",
        "owner": {"type": "user", "username": "ann@corp.example"},
        "description": "of mine",
        "teams": [{"type": "team", "name": "ops"}],
    }
    assert answer.result == Reference(id="s1", name="mine")


@pytest.mark.parametrize(
    ("search", "path", "query"),
    [
        ("s1", "s1", {}),
        (Name("a/b c"), "a%2Fb%20c", {"identifierType": "name"}),
        (SavedSearch(id="s1", name="mine"), "s1", {}),
    ],
)
async def test_a_search_goes_by_id_or_name(search: str | Name | SavedSearch, path: str, query: dict[str, str]):
    answer = await exchange(lambda og: og.saved_searches.get(search), data=WHOLE)
    assert (answer.line, answer.query, answer.result) == (f"GET /v2/alerts/saved-searches/{path}", query, READ)

    answer = await exchange(lambda og: og.saved_searches.delete(search), result="Deleted")
    assert (answer.line, answer.query, answer.result) == (f"DELETE /v2/alerts/saved-searches/{path}", query, None)


@pytest.mark.parametrize(
    ("answer", "result"), [(WHOLE, READ), ({"id": "s1", "name": "n"}, SavedSearch(id="s1", name="n"))]
)
async def test_a_change_answers_all_of_it_or_little(answer: object, result: object):
    reply = await exchange(
        lambda og: og.saved_searches.update("s1", name="n", query="q", owner=ANN, description=None), data=answer
    )

    assert reply.line == "PATCH /v2/alerts/saved-searches/s1"
    assert reply.body == {
        "name": "n",
        "query": "q",
        "owner": {"type": "user", "username": "ann@corp.example"},
        "description": None,
    }
    assert reply.result == result


async def test_a_listing_tells_ids_and_names():
    answer = await exchange(lambda og: og.saved_searches.list(), data=[{"id": "s1", "name": "mine"}])

    assert answer.line == "GET /v2/alerts/saved-searches"
    assert answer.result == [SavedSearch(id="s1", name="mine")]


async def test_both_pages_spend_the_limit_of_alerts():
    async with Opsgenie("key") as og:
        assert (og.saved_searches.domain, og.alerts.domain) == ("alert", "alert")
