"""The command line as a user starts it: another process, its exit status, stdout and stderr."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from tests.cli.processes import python
from tests.cli.terminal import run, start
from tests.waiting import until

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"


async def test_pull_from_the_embedded_sandbox_needs_no_account(tmp_path: Path) -> None:
    status, stdout, stderr = await start("pull", str(tmp_path), "--sandbox", "--sandbox-teams", "4")
    assert status == 0, stderr
    assert "requests in" in stdout
    assert "4/4 teams" in stderr
    assert len(list((tmp_path / "teams").glob("*.json"))) == 4


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
async def test_an_account_is_reached_through_the_proxy_of_the_environment(tmp_path: Path, name: str) -> None:
    paths: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        paths.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        proxy_address = f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        settings = {
            name: f"http://jo:secret-word@{proxy_address}",
            "no_proxy": "",
            "NO_PROXY": "",
            "OPSGENIE_API_KEY": KEY,
        }
        status, _, stderr = await start("pull", str(tmp_path / "a"), "--base-url", "http://api.invalid", **settings)

    assert status == 1
    assert paths[0].startswith("GET http://api.invalid/v2/")
    assert "secret-word" not in stderr


async def test_a_proxy_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    settings = {"https_proxy": "socks5://jo:secret-word@h:1", "OPSGENIE_API_KEY": KEY}
    status, _, stderr = await start("pull", str(tmp_path / "a"), **settings)
    assert (status, "https_proxy: expected an http or https URL" in stderr) == (2, True)
    assert "secret-word" not in stderr


async def test_a_sandbox_in_this_process_needs_no_proxy(tmp_path: Path) -> None:
    arguments = ("pull", str(tmp_path / "a"), "--sandbox", "--sandbox-teams", "2")
    status, _, stderr = await start(*arguments, http_proxy="http://127.0.0.1:9", no_proxy="", NO_PROXY="")
    assert status == 0, stderr


async def test_pull_for_machines_prints_one_object(tmp_path: Path) -> None:
    status, stdout, _ = await run("pull", str(tmp_path), "--json", "--sandbox", "--sandbox-teams", "3")
    output = json.loads(stdout)
    assert status == 0
    assert (output["complete"], output["counts"]["teams"], output["failures"]) == (True, 3, [])
    assert output["requests"] >= 12
    assert json.loads((tmp_path / "manifest.json").read_bytes())["counts"] == output["counts"]


async def test_what_was_pulled_can_be_pulled_again_from_a_sandbox_that_loads_it(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    await run("pull", str(first), "--sandbox", "--sandbox-teams", "3")
    status, _, stderr = await run("pull", str(second), "--sandbox-load", str(first))
    assert status == 0, stderr
    assert [path.name for path in sorted((first / "teams").iterdir())] == [
        path.name for path in sorted((second / "teams").iterdir())
    ]


async def test_pull_from_an_account_takes_the_key_from_the_environment(tmp_path: Path) -> None:
    async with Sandbox(teams=2) as sandbox:
        environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
        status, stdout, stderr = await run("pull", str(tmp_path), "--verbose", **environment)
    assert status == 0, stderr
    assert "GET v2/teams" in stderr
    assert sandbox.api_key not in stdout + stderr
    assert not any(sandbox.api_key.encode() in path.read_bytes() for path in tmp_path.rglob("*.json"))


async def test_pull_says_which_team_failed_and_exits_with_1(tmp_path: Path) -> None:
    async with Sandbox(teams=3) as sandbox:
        broken = next(iter(sandbox.account.teams.values()))
        sandbox.faults.add(Fault(route=f"GET /v2/teams/{broken['id']}/roles", status=403, code=40301))
        environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
        status, stdout, stderr = await run("pull", str(tmp_path), **environment)
    assert status == 1
    assert f"teams/{broken['name']}" in stderr.replace("\n", " ")
    assert f"failed: teams/{broken['name']}" in stdout
    assert "40301" in stdout
    assert len(list((tmp_path / "teams").glob("*.json"))) == 2


@pytest.mark.parametrize("form", [[], ["--json"]])
async def test_a_terminal_without_the_letters_of_a_name_stops_nothing(tmp_path: Path, form: list[str]) -> None:
    async with Sandbox() as sandbox:
        team = sandbox.add_team("データ基盤")
        sandbox.faults.add(Fault(route="GET /v2/teams/*/roles", status=403))
        environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
        status, stdout, stderr = await start("pull", str(tmp_path), *form, PYTHONIOENCODING="ascii", **environment)
    assert (status, "Traceback" in stderr) == (1, False)
    assert "\\u30c7" in stderr
    assert not form or json.loads(stdout)["failures"][0]["team"] == team["name"]


async def test_pull_with_an_unknown_key_exits_with_1_and_hints_at_the_region(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        status, stdout, stderr = await run(
            "pull", str(tmp_path), OPSGENIE_API_KEY="11111111-wrong", OPSGENIE_BASE_URL=sandbox.url
        )
    assert (status, stdout) == (1, "")
    assert "401" in stderr
    assert "region" in stderr
    assert "11111111-wrong" not in stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["pull"], {}, "DIR"),
        (["pull", "x", "--concurrency", "0"], {}, "1 or more"),
        (["pull", "x"], {}, "OPSGENIE_API_KEY"),
        (["pull", "x", "--region", "mars"], {"OPSGENIE_API_KEY": "k"}, "mars"),
        (["pull", "x"], {"OPSGENIE_API_KEY": "k", "OPSGENIE_REGION": "mars"}, "OPSGENIE_REGION"),
        (["pull", "x", "--base-url", "ftp://x"], {"OPSGENIE_API_KEY": "k"}, "--base-url"),
        (["pull", "x", "--sandbox-load", "nowhere"], {}, "nowhere"),
        (["pull", "x", "--sandbox", "--region", "eu"], {}, "--region"),
        (["frobnicate"], {}, "frobnicate"),
        (["--quiet"], {}, "COMMAND"),
    ],
)
async def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], message: str
) -> None:
    arguments = [str(tmp_path / word) if word in ("x", "nowhere") else word for word in arguments]
    status, stdout, stderr = await run(*arguments, **environment)
    assert (status, stdout) == (2, "")
    assert message in stderr
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == []


async def test_interrupted_it_stops_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    async with Sandbox(teams=30) as sandbox:
        sandbox.faults.add(Fault(route="GET /v2/teams/*", delay=0.02))
        process = await python(
            *("-m", "opsgenie_async", "pull", str(tmp_path), "--concurrency", "2"),
            env=os.environ | {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        await until(lambda: list(tmp_path.glob(".pulling/*")))
        process.send_signal(signal.SIGINT)
        _, stderr = await process.communicate()
    assert process.returncode == 130
    assert b"run the same command again" in stderr
    assert b"Traceback" not in stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["plan", "apply", "dx-sync"])
async def test_ctrl_c_is_130_for_every_command(tmp_path: Path, command: str) -> None:
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/ops.json").write_text('{"team": {"name": "ops"}}')
    async with Sandbox(teams=2) as sandbox:
        sandbox.faults.add(Fault(route="GET *", delay=30))
        more = ["--dx-base-url", sandbox.url] if command == "dx-sync" else [str(tmp_path)]
        process = await python(
            *("-m", "opsgenie_async", command, *more),
            env=os.environ
            | {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url, "DX_TOKEN": sandbox.dx_token},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        await until(lambda: process.returncode is not None or sandbox.requests)
        process.send_signal(signal.SIGINT)
        _, stderr = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert b"interrupted" in stderr
    assert b"Traceback" not in stderr


async def test_the_sandbox_command_says_where_it_is_and_serves_until_interrupted() -> None:
    process = await python(
        *("-m", "opsgenie_async", "sandbox", "--teams", "2", "--api-key", "k-1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    output: dict[str, Any] = json.loads(await process.stdout.readline())
    async with Opsgenie(output["api_key"], base_url=output["url"]) as og:
        assert len(await og.teams.list()) == 2
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert (output["api_key"], process.returncode) == ("k-1", 0)


async def test_a_failure_for_machines_is_an_object_as_well(tmp_path: Path) -> None:
    status, stdout, stderr = await run("pull", str(tmp_path), "--json")
    assert (status, json.loads(stdout)["complete"]) == (2, False)
    assert json.loads(stdout)["error"] in stderr


async def test_a_folder_that_is_a_file_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    status, _, stderr = await run("pull", str(tmp_path / "file"), "--sandbox", "--sandbox-teams", "1")
    assert (status, (tmp_path / "file").read_text()) == (2, "mine")
    assert "is not a folder" in stderr


async def test_version() -> None:
    status, stdout, _ = await start("--version")
    assert status == 0
    assert stdout.startswith("opsgenie-async 0.")
