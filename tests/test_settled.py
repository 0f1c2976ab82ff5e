"""Listings of a set that moves while it is read: noticed, read again, or called doubtful."""

import asyncio
import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from opsgenie_async import Listing, NotFound, Opsgenie, Pager
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.http.transport import Transport
from opsgenie_async.json_text import Json
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.settled import read_settled


class Account(Transport):
    """Users by name, listed *size* a page; *change* is called after every answer."""

    def __init__(self, names: list[str], size: int, change: Callable[["Account"], None] = lambda account: None) -> None:
        self.ids = {name: f"id-{name}" for name in names}
        self.size = size
        self.change = change
        self.answers = 0
        self.totals = True

    async def send(self, request: Request) -> Response:
        offset = int(dict(request.query).get("offset", "0"))
        ordered = sorted(self.ids)
        body: dict[str, object] = {
            "data": [{"id": self.ids[name], "name": name} for name in ordered[offset : offset + self.size]]
        }
        if self.totals:
            body["totalCount"] = len(ordered)
        if offset + self.size < len(ordered):
            body["paging"] = {"next": f"https://api/v2/users?offset={offset + self.size}"}
        self.answers += 1
        self.change(self)
        return Response(status=200, headers=CIMultiDict(), body=json.dumps(body).encode(), request=request)

    def pager(self) -> Pager[Json]:
        return Pager(self, Request(method="GET", path="v2/users"), documents_of)


def names(listing: Listing[Json]) -> list[object]:
    return [user["name"] for user in listing if isinstance(user, dict)]


USERS = [f"user-{number:02}" for number in range(10)]


async def test_a_set_that_stands_still_is_read_twice():
    account = Account(USERS, size=4)

    listing = await account.pager().settled()

    assert (names(listing), listing.doubt, listing.is_settled, account.answers) == (USERS, "", True, 6)


async def test_one_page_is_one_look():
    account = Account(USERS, size=10)

    listing = await account.pager().settled()

    assert (names(listing), listing.is_settled, account.answers) == (USERS, True, 1)


@pytest.mark.parametrize("totals", [True, False], ids=["totals", "no totals"])
async def test_a_deletion_between_two_pages_loses_nobody_else(totals: bool):
    def change(account: Account) -> None:
        if account.answers == 1:
            del account.ids["user-01"]

    account = Account(USERS, size=4, change=change)
    account.totals = totals

    streamed = [user async for user in account.pager()]
    assert "id-user-04" not in str(streamed)  # what a plain reading makes of it

    account.__init__(USERS, 4, change)  # type: ignore[misc]
    account.totals = totals
    listing = await account.pager().settled()

    assert (names(listing), listing.doubt) == ([name for name in USERS if name != "user-01"], "")


async def test_a_deletion_hidden_behind_a_new_one_is_noticed():
    """The totals agree, and nobody comes twice: only the second reading tells."""

    def change(account: Account) -> None:
        if account.answers == 1:
            del account.ids["user-01"]
            account.ids["user-99"] = "id-user-99"

    listing = await Account(USERS, size=4, change=change).pager().settled()

    assert (names(listing), listing.doubt) == ([*(name for name in USERS if name != "user-01"), "user-99"], "")


async def test_an_item_that_comes_twice_is_kept_once():
    def change(account: Account) -> None:
        if account.answers == 1:
            account.ids["a-new-one"] = "id-a-new-one"

    account = Account(USERS, size=4, change=change)
    listing = await account.pager().settled()

    assert (names(listing), listing.doubt) == (["a-new-one", *USERS], "")


async def test_a_set_that_never_stands_still_is_doubtful_and_nothing_of_it_is_lost():
    def change(account: Account) -> None:
        account.ids[f"user-{account.answers:03}"] = f"id-{account.answers}"
        account.ids.pop(f"user-{account.answers - 3:03}", None)

    account = Account(USERS, size=4, change=change)
    listing = await account.pager().settled()

    assert not listing.is_settled
    assert "after 5 readings" in listing.doubt
    assert set(USERS) <= set(names(listing))


async def test_a_total_that_the_items_never_reach_is_doubtful():
    class Forgetful(Account):
        async def send(self, request: Request) -> Response:
            response = await super().send(request)
            response.body = response.body.replace(b'"totalCount": 3', b'"totalCount": 30')
            return response

    account = Forgetful(USERS[:3], size=4)
    listing = await account.pager().settled()

    assert (names(listing), account.answers) == (USERS[:3], 5)
    assert listing.doubt == "the API counts 30 items and lists 3 (after 5 readings)"


async def test_a_listing_from_an_offset_on_is_no_contradiction():
    account = Account(USERS, size=4)
    pager = Pager(account, Request(method="GET", path="v2/users", query=(("offset", "7"),)), documents_of)

    listing = await pager.settled()

    assert (names(listing), listing.doubt) == (USERS[7:], "")


async def test_items_without_an_identity_are_kept():
    account = Account(USERS, size=4)

    listing = await read_settled(account.pager(), lambda item: None)

    assert (names(listing), listing.is_settled) == (USERS, True)


async def test_a_page_that_fails_is_raised(og: Opsgenie, sandbox: Sandbox):
    sandbox.faults.add(Fault(route="GET /v2/teams", status=404, times=1))

    with pytest.raises(NotFound):
        await og.teams.list().settled()
    assert len(await og.teams.list().settled()) == 3


@given(size=st.integers(1, 5), seed=st.integers(), calm=st.integers(1, 12), totals=st.booleans())
def test_what_was_there_all_the_time_is_in_every_settled_listing(size: int, seed: int, calm: int, totals: bool):
    """People come, go and change their names between any two answers."""
    draw = random.Random(seed)
    stable = {f"id-{name}" for name in USERS}

    def change(account: Account) -> None:
        if account.answers > calm:
            return
        for number in range(draw.choice([0, 0, 0, 1, 1, 2, 3])):
            other = draw.choice(sorted(account.ids))
            name = f"user-{draw.randrange(10):02}-{account.answers}-{number}"
            match draw.choice(["comes", "goes", "is renamed"]):
                case "comes":
                    account.ids[name] = f"id-{name}"
                case "goes" if len(account.ids) > 1:
                    stable.discard(account.ids.pop(other))
                case _:
                    account.ids[name] = account.ids.pop(other)

    account = Account(USERS, size, change)
    account.totals = totals
    listing = asyncio.run(account.pager().settled())

    listed = [user["id"] for user in listing if isinstance(user, dict)]
    assert len(listed) == len(set(listed))
    assert not listing.is_settled or stable <= set(listed)
