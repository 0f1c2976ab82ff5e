"""`whoami` as a user starts it, with keys that may do more and less."""

from __future__ import annotations

import json
from typing import Any

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.terminal import run


async def identity(sandbox: Sandbox, *, status: int = 0, key: str = "") -> dict[str, Any]:
    ended, stdout, stderr = await run(
        "whoami", "--json", OPSGENIE_API_KEY=key or sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url
    )
    assert ended == status, stderr
    document: dict[str, Any] = json.loads(stdout)
    return document


def states(document: dict[str, Any]) -> dict[str, str]:
    return {kind: each["state"] for kind, each in document["access"].items()}


async def test_a_key_that_may_do_everything(sandbox: Sandbox) -> None:
    document = await identity(sandbox)

    assert (document["account"], document["users"]) == (sandbox.account.name, len(sandbox.account.users))
    assert (document["plan"], document["baseUrl"]) == ("Enterprise", f"{sandbox.url.rstrip('/')}/")
    assert set(states(document).values()) == {"allowed"}
    assert document["rateLimits"]["configuration"]["X-RateLimit-State"] == "OK"


async def test_a_key_that_may_not_read_the_account(sandbox: Sandbox) -> None:
    """As one of an integration: the rest is said all the same."""
    key = sandbox.add_key(configuration_access=False, forbidden=["GET /v2/account"])
    document = await identity(sandbox, key=key)

    assert (document["account"], document["plan"]) == (None, None)
    assert states(document)["account"] == states(document)["teams"] == "forbidden"
    assert states(document)["alerts"] == "allowed"
    assert "40301" in document["access"]["account"]["reason"]

    _, stdout, _ = await run("whoami", OPSGENIE_API_KEY=key, OPSGENIE_BASE_URL=sandbox.url)
    assert "account:     unknown: this key may not read it" in stdout


async def test_a_key_of_an_account_and_a_small_plan(sandbox: Sandbox) -> None:
    key = sandbox.account_key
    sandbox.plan_denies("incident")
    document = await identity(sandbox, key=key)

    assert states(document)["alerts"] == "forbidden"
    assert states(document)["incidents"] == "not in the plan"
    assert states(document)["teams"] == "allowed"


async def test_users_are_counted_where_the_account_does_not_tell(sandbox: Sandbox) -> None:
    key = sandbox.add_key(forbidden=["GET /v2/account"])
    assert (await identity(sandbox, key=key))["users"] == len(sandbox.account.users)


async def test_a_read_that_fails_is_1(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="GET /v2/heartbeats", status=501))
    document = await identity(sandbox, status=1)
    assert states(document)["heartbeats"] == "failed"
    assert states(document)["teams"] == "allowed"


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("Sat, 28 Nov 2020 00:00:00 GMT", "s ahead of the server's"),
        ("Sat, 28 Nov 2099 00:00:00 GMT", "s behind the server's"),
        ("nonsense", "unknown"),
    ],
)
async def test_the_clock(sandbox: Sandbox, date: str, text: str) -> None:
    sandbox.faults.add(Fault(route="GET *", headers={"Date": date}))
    status, stdout, _ = await run("whoami", OPSGENIE_API_KEY=sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url)
    (line,) = [line for line in stdout.splitlines() if line.startswith("clock:")]
    assert (status, line.endswith(text)) == (0, True), line


async def test_a_clock_in_step() -> None:
    async with Sandbox() as sandbox:
        assert abs((await identity(sandbox))["clockSkewSeconds"]) < 5


async def test_the_region_is_told_by_the_address(unused_tcp_port: int) -> None:
    status, _, stderr = await run(
        *("whoami", "--region", "eu", "--proxy", f"http://127.0.0.1:{unused_tcp_port}"), OPSGENIE_API_KEY="k" * 20
    )
    assert (status, len(stderr.splitlines())) == (1, 1)
