"""`api` as a user starts it: any endpoint, its answer as JSON, and the key for no other host."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.processes import python
from tests.cli.terminal import Ended, run


async def type_in(sandbox: Sandbox, *words: str) -> Ended:
    return await run("api", *words, OPSGENIE_API_KEY=sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url)


async def test_an_answer_is_printed_whole(sandbox: Sandbox) -> None:
    status, stdout, stderr = await type_in(sandbox, "get", "/v2/teams")
    document = json.loads(stdout)

    assert (status, stderr) == (0, "")
    assert [team["name"] for team in document["data"]] == [team["name"] for team in sandbox.account.teams.values()]
    assert document["requestId"]


async def test_parameters_of_the_query(sandbox: Sandbox) -> None:
    name = next(iter(sandbox.account.teams.values()))["name"]
    words = [f"/v2/teams/{name}", "--param", "identifierType=name"]
    status, stdout, stderr = await type_in(sandbox, "GET", *words)
    assert (status, json.loads(stdout)["data"]["name"]) == (0, name), stderr

    status, stdout, _ = await type_in(sandbox, "GET", "/v2/users?limit=2", "-q", "offset=1")
    users = [user["username"] for user in sandbox.account.users.values()]
    assert (status, len(json.loads(stdout)["data"]), json.loads(stdout)["totalCount"]) == (0, 2, len(users))


async def test_a_body_of_a_file_and_of_stdin(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "team.json").write_text('{"name": "Grün"}')
    status, stdout, stderr = await type_in(sandbox, "POST", "/v2/teams", "--body", str(tmp_path / "team.json"))
    assert (status, json.loads(stdout)["data"]["name"]) == (0, "Grün"), stderr

    process = await python(
        *("-m", "opsgenie_async", "api", "POST", "/v2/teams", "--body", "-"),
        env={"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    stdout_bytes, _ = await process.communicate(b'{"name": "of stdin"}')
    assert (process.returncode, json.loads(stdout_bytes)["result"]) == (0, "Created")
    assert {"Grün", "of stdin"} <= {team["name"] for team in sandbox.account.teams.values()}


async def test_all_pages_are_one_array(sandbox: Sandbox) -> None:
    for number in range(25):
        sandbox.add_user(f"user-{number}@example.com")
    words = ["GET", "/v2/users?limit=10", "--all"]
    status, stdout, stderr = await type_in(sandbox, *words)

    assert (status, stderr) == (0, "")
    assert len(json.loads(stdout)) == len(sandbox.account.users) > 20
    assert sum(call.path == "/v2/users" for call in sandbox.received) >= 3


async def test_an_empty_listing_is_an_empty_array(sandbox: Sandbox) -> None:
    sandbox.account.teams.clear()
    assert await type_in(sandbox, "GET", "/v2/teams", "--all") == (0, "[]\n", "")


async def test_an_array_that_breaks_off_is_none(sandbox: Sandbox) -> None:
    for number in range(25):
        sandbox.add_user(f"user-{number}@example.com")
    sandbox.faults.add(Fault(route="GET /v2/users", status=403, after=1))
    status, stdout, stderr = await type_in(sandbox, "GET", "/v2/users?limit=10", "--all")

    assert (status, "Forbidden: 403" in stderr) == (1, True)
    assert stdout.startswith("[\n")
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(stdout)


async def test_a_refusal_is_a_line_and_1(sandbox: Sandbox) -> None:
    status, stdout, stderr = await type_in(sandbox, "GET", "/v2/nowhere")
    assert (status, stdout) == (1, "")
    assert stderr.startswith("opsgenie-async api: NotFound: 404 ")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["GET", "https://evil.example/v2/teams"], "PATH: expected a path below the base URL"),
        (["GET", "//evil.example/v2/teams"], "PATH: expected a path below the base URL"),
        (["GET", "/v2/../../x"], "PATH: expected a path below the base URL"),
        (["GTE", "/v2/teams"], "METHOD: expected one of GET, POST, PUT, PATCH, DELETE, got 'GTE'; did you mean 'GET'?"),
        (["POST", "/v2/teams", "--all"], "--all: only with GET"),
        (["POST", "/v2/teams", "--body", "nowhere.json"], "--body: nowhere.json: No such file"),
        (["GET", "/v2/teams", "--param", "x"], "expected KEY=VALUE, got 'x'"),
    ],
    ids=" ".join,
)
async def test_wrong_usage_sends_nothing(sandbox: Sandbox, words: list[str], text: str) -> None:
    status, stdout, stderr = await type_in(sandbox, *words)
    assert (status, stdout, text in stderr) == (2, "", True), stderr
    assert list(sandbox.received) == []


async def test_a_body_that_is_no_json(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "team.json").write_text("{name: x}")
    status, _, stderr = await type_in(sandbox, "POST", "/v2/teams", "--body", str(tmp_path / "team.json"))
    assert (status, "not JSON" in stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no such shell")
async def test_a_reader_that_has_enough_is_no_error(sandbox: Sandbox) -> None:
    for number in range(300):
        sandbox.add_user(f"user-{number}@example.com")
    process = await asyncio.create_subprocess_shell(
        f"'{sys.executable}' -m opsgenie_async api GET /v2/users --all | head -2",
        env={"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert await process.communicate() == (b"[\n  {\n", b"")
