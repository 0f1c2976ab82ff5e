"""The sandbox as a command."""

from __future__ import annotations

import asyncio
import json
import signal

import pytest

from opsgenie_async import cli
from opsgenie_async.sandbox import Sandbox, command
from opsgenie_async.sandbox.account import zones
from opsgenie_async.sandbox.command import main
from tests.cli.processes import python
from tests.waiting import LIMIT, until


async def _running(*arguments):
    pipe = asyncio.subprocess.PIPE
    return await python("-m", "opsgenie_async.sandbox", *arguments, stdout=pipe, stderr=pipe)


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
    assert capsys.readouterr().err == "sandbox: --port: should be from 0 to 65535, not 70000\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--port", "-1"], "--port: should be from 0 to 65535, not -1"),
        (["--teams", "-4"], "--teams: expected a whole number of 0 or more, got -4"),
        (["--api-key", "a b"], "--api-key: should be printable ASCII letters without a space"),
        (["--load", "teams"], "--load: teams: is not a directory"),
        (["--limits", "teams"], "--limits: teams: No such file or directory"),
        (["--faults", "none.json"], "--faults: none.json: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_names_the_program_and_the_option(tmp_path, capsys, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)

    assert main(words) == 2
    assert capsys.readouterr() == ("", f"sandbox: {reason}\n")
    assert cli.main(["sandbox", *words]) == 2
    assert capsys.readouterr() == ("", f"opsgenie-async sandbox: {reason}\n")
    assert cli.main(["sandbox", *words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"complete": False, "error": reason}


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


async def test_it_starts_where_the_loop_knows_no_signals(monkeypatch, capsys):
    """As on Windows: the handlers are those of the interpreter, and stop it all the same."""
    loop = asyncio.get_running_loop()

    def refuse(*_):
        raise NotImplementedError

    monkeypatch.setattr(loop, "add_signal_handler", refuse)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        serving = asyncio.create_task(command.serve(Sandbox(api_key="k")))
        greeting = ""

        def is_there() -> bool:
            nonlocal greeting
            greeting += capsys.readouterr().out
            return greeting.endswith("\n")

        await until(is_there)
        assert json.loads(greeting)["api_key"] == "k"
        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(serving, LIMIT) == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def test_bare_teams_are_an_option(session):
    process = await _running("--bare-teams", "--api-key", "k")
    greeting = json.loads(await process.stdout.readline())
    headers = {"Authorization": "GenieKey k"}
    async with session.post(f"{greeting['url']}/v2/teams", headers=headers, json={"name": "ops"}) as response:
        assert response.status == 201
    async with session.get(f"{greeting['url']}/v2/schedules", headers=headers) as response:
        assert (await response.json())["data"] == []
    process.terminate()
    assert await process.wait() == 0


def test_without_time_zones_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(zones, "load", dict)

    assert main([]) == 2
    assert "pip install tzdata" in capsys.readouterr().err


async def test_a_sandbox_without_time_zones_does_not_start(monkeypatch):
    monkeypatch.setattr(zones, "load", dict)

    with pytest.raises(ValueError, match="cannot run without time zones; pip install tzdata"):
        await Sandbox().start()


@pytest.mark.parametrize(
    ("arguments", "alerts", "incidents"),
    [
        ((), 20, 0),
        (("--alerts", "0"), 0, 0),
        (("--alerts", "45", "--incidents", "7"), 45, 7),
        (("--teams", "1"), 20, None),
    ],
)
async def test_a_demo_is_not_empty_unless_it_should_be(session, arguments, alerts, incidents):
    process = await _running("--api-key", "k", *arguments)
    greeting = json.loads(await process.stdout.readline())
    headers = {"Authorization": "GenieKey k"}

    async with session.get(greeting["url"] + "/v2/alerts/count", headers=headers) as response:
        assert (await response.json())["data"]["count"] == alerts
    async with session.get(greeting["url"] + "/v1/incidents", headers=headers) as response:
        total = (await response.json())["totalCount"]
    assert total == incidents if incidents is not None else total > 0
    process.send_signal(signal.SIGTERM)
    await process.communicate()


@pytest.mark.parametrize("option", ["--alerts", "--incidents"])
def test_a_number_below_zero_is_2_and_named(capsys, option):
    assert main([option, "-1"]) == 2
    assert option.removeprefix("--") in capsys.readouterr().err
