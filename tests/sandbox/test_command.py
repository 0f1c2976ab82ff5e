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
        ("--limits", '{"alert": [{"limit": 1' + "0" * 400 + ', "periodInSeconds": 1}]}', "alert[0].limit"),
        ("--limits", '{"alert": [{"limit": 1e400, "periodInSeconds": 1}]}', "alert[0].limit"),
        ("--limits", '{"alert": [{"limit": 1, "periodInSeconds": 5e-324}]}', "alert[0].periodInSeconds"),
        ("--limits", '{"alert": [[1]]}', "alert[0]"),
        ("--limits", '{"alert": [{"limit": 1, "periodInSeconds": 1, "kind": ["x"]}]}', "alert[0].kind"),
        ("--limits", '{"a\\nb": []}', "a\\nb: no such domain"),
        ("--limits", '["alert"]', "limits: should be"),
        ("--limits", "[" * 100_000, "nested too deep"),
        ("--limits", "\ud800", "not valid JSON"),
        ("--faults", "[" * 100_000, "nested too deep"),
        ("--faults", '[{"delay": 1' + "0" * 400 + "}]", "[0].delay"),
        ("--faults", '[{"delay": NaN}]', "[0].delay"),
        ("--faults", '[{"share": [1]}]', "[0].share"),
        ("--faults", '[{"size": 1000000000000}]', "[0].size"),
        ("--faults", '[{"headers": {"a b": "c"}}]', "[0].headers"),
        ("--faults", '[{"headers": {"a": "\\ud800"}}]', "[0].headers"),
        ("--faults", '[{"headers": {"a": 5}}]', "[0].headers"),
        ("--faults", '[{"status": "\\u001b[2J"}]', "[0].status"),
        ("--faults", '[{"\\u001b[2J": 1}]', "\\x1b[2J"),
        ("--faults", "[null]", "[0]: should be an object"),
    ],
)
def test_a_bad_file_is_2_and_names_the_field(tmp_path, capsys, option, text, named):
    path = tmp_path / "given.json"
    path.write_bytes(text.encode(errors="surrogatepass"))

    assert main([option, str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.strip().isprintable()
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


@pytest.mark.parametrize("option", ["--limits", "--faults"])
def test_a_file_without_end_is_2(capsys, option):
    assert main([option, "/dev/zero"]) == 2
    assert "larger than" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--limits", "--faults"])
def test_a_folder_where_a_file_belongs_is_2(tmp_path, capsys, option):
    assert main([option, str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
