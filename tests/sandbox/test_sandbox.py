"""The sandbox as an object: where it listens, what it counts, what it leaves behind."""

from __future__ import annotations

import asyncio
import gc

import aiohttp
import pytest

from opsgenie_async.sandbox import Account, Fault, Sandbox
from opsgenie_async.sandbox.account.random import Ids, SeededRandom
from tests.sandbox.conftest import Api
from tests.waiting import LIMIT, until


async def test_a_made_up_account_follows_from_its_seed(session):
    async with Sandbox(teams=3, seed=7) as one, Sandbox(teams=3, seed=7) as two, Sandbox(teams=3, seed=8) as three:
        names = [
            [team["name"] for team in await Api(sandbox, session).get("/v2/teams")] for sandbox in (one, two, three)
        ]

    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 3


def test_new_ids_are_not_those_of_the_made_up_account():
    later, rng = Ids(7), SeededRandom(7)

    assert not {later.new() for _ in range(50)} & {rng.uuid() for _ in range(50)}
    assert Ids(7).new() == Ids(7).new() != Ids(8).new()


async def test_what_is_there_before_the_start_stays():
    sandbox = Sandbox(teams=2, account=Account(name="mine"))
    sandbox.add_team("early")
    async with sandbox:
        assert len(sandbox.account.teams) == 3


async def test_many_run_side_by_side_with_keys_of_their_own(session):
    async with Sandbox() as one, Sandbox() as two:
        one.add_team("only here")
        assert (await Api(one, session)("GET", "/v2/teams")).data
        assert (await Api(two, session)("GET", "/v2/teams")).data == []
        assert (await Api(two, session)("GET", "/v2/teams", key=one.api_key)).status == 401


@pytest.mark.parametrize(
    "value",
    [
        {"teams": -1},
        {"teams": 1, "load": "snapshot"},
        {"port": 70000},
        {"port": -1},
        {"api_key": ""},
        {"api_key": "ключ"},
        {"dx_token": "two words"},
        {"prefix": "a b"},
        {"prefix": "a?b"},
    ],
)
def test_a_setting_that_makes_no_sense_is_named(value):
    with pytest.raises(ValueError, match=f"^{next(iter(value))}: "):
        Sandbox(**value)


@pytest.mark.parametrize("prefix", ["/jsm/ops/integration/", "jsm/ops/integration"])
async def test_a_prefix_is_served_and_nothing_beside_it(session, prefix):
    async with Sandbox(prefix=prefix) as sandbox:
        for number in range(25):
            sandbox.add_user(f"u{number}@corp.example")
        api = Api(sandbox, session)
        assert sandbox.url.endswith("/jsm/ops/integration")
        reply = await api("GET", "/v2/users?limit=20")
        assert reply.json["paging"]["next"].startswith(f"{sandbox.url}/v2/users?")
        headers = {"Authorization": f"GenieKey {sandbox.api_key}"}
        async with session.get(sandbox.url.removesuffix("/jsm/ops/integration") + "/v2/users", headers=headers) as bare:
            assert bare.status == 404


async def test_what_came_in_is_remembered_without_keys(api, sandbox):
    await api("POST", "/v2/teams?a=b%20c", {"name": "x"}, headers={"X-Mine": "1"})
    await api("GET", f"/v2/te%2Fams?apiKey={sandbox.api_key}")
    await api("POST", "/v1/json/schedule", {"apiKey": sandbox.api_key, "name": "x"})

    first, second, third = sandbox.received
    assert (first.method, first.path, first.query, first.json) == ("POST", "/v2/teams", {"a": "b c"}, {"name": "x"})
    assert (first.headers["X-Mine"], first.headers["Authorization"]) == ("1", "***")
    assert (second.path, second.query, second.json) == ("/v2/te%2Fams", {"apiKey": "***"}, None)
    assert third.json["apiKey"] == "***"
    assert sandbox.api_key not in repr(sandbox.received)
    assert (sandbox.requests, sandbox.connections, sandbox.open_connections) == (3, 1, 1)
    sandbox.reset_counters()
    assert (sandbox.requests, sandbox.connections, sandbox.open_connections) == (0, 0, 1)
    assert sandbox.received == []


async def test_connections_are_counted_until_they_close(sandbox):
    for _ in range(3):
        async with aiohttp.ClientSession() as own:
            await Api(sandbox, own)("GET", "/v2/teams")
    await until(lambda: not sandbox.open_connections)

    assert sandbox.connections == 3


async def test_closing_hangs_up_on_everybody_at_once(session):
    sandbox = Sandbox(faults=[Fault(delay=3600)])
    before = asyncio.all_tasks()
    async with sandbox:
        waiting = asyncio.create_task(Api(sandbox, session)("GET", "/v2/teams"))
        await until(lambda: sandbox.requests)
        async with asyncio.timeout(LIMIT):
            await sandbox.close()
        with pytest.raises(aiohttp.ClientError):
            await waiting
        with pytest.raises(aiohttp.ClientError):
            await Api(sandbox, session)("GET", "/v2/teams")
    del waiting
    await asyncio.sleep(0)
    gc.collect()
    assert asyncio.all_tasks() == before


async def test_a_client_that_gave_up_leaves_no_handler_behind():
    before = asyncio.all_tasks()
    async with Sandbox(faults=[Fault(delay=3600)]) as sandbox, aiohttp.ClientSession() as own:
        waiting = asyncio.create_task(Api(sandbox, own)("GET", "/v2/teams"))
        await until(lambda: sandbox.requests)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert asyncio.all_tasks() > before
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_it_starts_once_and_again_after_a_close(session):
    sandbox = Sandbox()
    with pytest.raises(RuntimeError):
        _ = sandbox.url
    async with sandbox:
        with pytest.raises(RuntimeError):
            await sandbox.start()
        sandbox.add_team("ops")
    async with sandbox:
        assert len(await Api(sandbox, session).get("/v2/teams")) == 1


async def test_a_taken_port_is_an_error_and_leaves_nothing(sandbox):
    port = int(sandbox.url.rpartition(":")[2])
    other = Sandbox(port=port)
    with pytest.raises(OSError):
        await other.start()
    await other.close()


async def test_arrangements_are_what_reads_return(api, sandbox):
    rules = sandbox.add_routing_rules("ops", count=250)
    schedule = sandbox.add_schedule("night", team="ops", participants=("ann@corp.example",))

    read = await api.get("/v2/teams/ops/routing-rules?teamIdentifierType=name")
    assert [rule["id"] for rule in read[:-1]] == [rule["id"] for rule in rules]
    assert [rule["order"] for rule in read] == list(range(251))
    assert (await api.get(f"/v2/schedules/{schedule['id']}"))["rotations"][0]["participants"][0]["type"] == "user"


async def test_an_account_is_taken_as_it_is():
    async with Sandbox(account=Account(name="mine", timezone="Europe/Vienna")) as sandbox:
        assert (sandbox.account.name, sandbox.account.timezone) == ("mine", "Europe/Vienna")
