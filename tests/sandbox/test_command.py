"""The sandbox as a command."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import pytest

from opsgenie_async.sandbox.command import main


async def _running(*arguments):
    command = (sys.executable, "-m", "opsgenie_async.sandbox", *arguments)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_serves_until_interrupted(session, tmp_path, number):
    limits, faults = tmp_path / "limits.json", tmp_path / "faults.json"
    limits.write_text('{"search": [{"limit": 1, "periodInSeconds": 60}]}')
    faults.write_text('[{"route": "GET /v2/account", "status": 500}]')
    process = await _running(
        *("--teams", "2", "--seed", "3", "--api-key", "k", "--limits", str(limits), "--faults", str(faults))
    )
    greeting = json.loads(await process.stdout.readline())

    assert set(greeting) == {"url", "api_key", "dx_token"}
    assert greeting["api_key"] == "k"
    headers = {"Authorization": "GenieKey k"}
    statuses = []
    for path in ("/v2/teams", "/v2/account", "/v2/users", "/v2/users"):
        async with session.get(greeting["url"] + path, headers=headers) as response:
            statuses.append(response.status)
    assert statuses == [200, 500, 200, 429]
    process.send_signal(number)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize(
    ("option", "text", "named"),
    [
        ("--limits", '{"alert": [{"limit": -1, "periodInSeconds": 1}]}', "alert[0].limit"),
        ("--limits", "{", "not valid JSON"),
        ("--faults", '[{"status": 500}, {"sttaus": 500}]', "[1].sttaus"),
        ("--faults", "{}", "list of faults"),
    ],
)
def test_a_bad_file_is_2_and_names_the_field(tmp_path, capsys, option, text, named):
    path = tmp_path / "given.json"
    path.write_text(text)

    assert main([option, str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert named in output.err
    assert str(path) in output.err


def test_a_port_that_is_none_is_2(tmp_path, capsys):
    """And it is not the limits' fault."""
    limits = tmp_path / "limits.json"
    limits.write_text("{}")

    assert main(["--port", "70000", "--limits", str(limits)]) == 2
    assert capsys.readouterr().err == "sandbox: port: should be from 0 to 65535, not 70000\n"


def test_a_missing_file_is_2(tmp_path, capsys):
    assert main(["--faults", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_a_folder_that_is_no_snapshot_is_2(tmp_path, capsys):
    assert main(["--load", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


def test_an_unknown_option_is_2(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--weather", "fine"])
    assert caught.value.code == 2
