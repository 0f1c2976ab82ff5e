"""What every command takes, before or after its name; help, suggestions, and the ways out of a run."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from opsgenie_async import __version__
from opsgenie_async.cli.commands import COMMANDS, DOCUMENTATION
from opsgenie_async.cli.parser import main_parser, options_of, subcommands_of
from opsgenie_async.sandbox import Sandbox
from tests.cli.processes import python
from tests.cli.terminal import run, start

SHARED = [
    "--json",
    "--quiet",
    "-v",
    "--verbose",
    "--region",
    "--base-url",
    "--sandbox",
    "--proxy",
    "--ca-file",
    "--share-limits",
]


def environment(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def all_parsers() -> dict[str, argparse.ArgumentParser]:
    """Every command and the commands below it, by the words that name them."""
    parsers = {}
    for name, parser in subcommands_of(main_parser(__version__)).items():
        parsers[name] = parser
        parsers |= {f"{name} {word}": each for word, each in subcommands_of(parser).items()}
    return parsers


@pytest.mark.parametrize("name", sorted(all_parsers()))
def test_every_command_takes_the_shared_flags_once(name: str) -> None:
    options = options_of(all_parsers()[name])

    assert set(SHARED) <= set(options)
    assert len(options) == len(set(options))


@pytest.mark.parametrize("words", [["--json", "on-call"], ["on-call", "--json"]], ids=" ".join)
async def test_a_flag_stands_before_or_after_the_command(words: list[str], sandbox: Sandbox) -> None:
    status, stdout, stderr = await run(*words, **environment(sandbox))

    assert (status, stderr) == (0, "")
    assert len(json.loads(stdout)["schedules"]) == len(sandbox.account.schedules)


@pytest.mark.parametrize("is_before", [True, False])
async def test_an_address_stands_before_or_after_the_command(is_before: bool, sandbox: Sandbox) -> None:
    """An option with a value, which could be taken for the command."""
    flags = ["--base-url", sandbox.url, "-v"]
    words = [*flags, "on-call"] if is_before else ["on-call", *flags]
    status, stdout, stderr = await run(*words, OPSGENIE_API_KEY=sandbox.api_key)

    assert (status, stdout.startswith("On call at ")) == (0, True)
    assert "GET v2/schedules" in stderr


async def test_the_later_of_two_is_believed(sandbox: Sandbox) -> None:
    status, _, stderr = await run(
        "--base-url", "http://127.0.0.1:1", "on-call", "--base-url", sandbox.url, OPSGENIE_API_KEY=sandbox.api_key
    )
    assert (status, stderr) == (0, "")


async def test_a_region_is_taken_in_any_case() -> None:
    status, _, stderr = await run("on-call", "--region", "EU", "--sandbox")
    assert (status, "not allowed with --region" in stderr) == (2, True)


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_help_has_examples_and_the_address_of_the_documentation(name: str) -> None:
    status, stdout, _ = await run(name, "--help", COLUMNS="120")

    assert status == 0
    assert DOCUMENTATION in stdout
    assert all(f"opsgenie-async {example}\n" in stdout for example in COMMANDS[name].examples)


@pytest.mark.parametrize("example", [example for command in COMMANDS.values() for example in command.examples])
def test_every_example_can_be_typed(example: str) -> None:
    arguments, rest = main_parser(__version__).parse_known_args(shlex.split(example))

    assert (arguments.parser.prog.startswith("opsgenie-async "), rest) == (True, [])


@pytest.mark.parametrize("columns", [60, 80, 120])
async def test_help_lists_every_command_and_fits(columns: int) -> None:
    status, stdout, _ = await run("--help", COLUMNS=str(columns))

    assert status == 0
    assert all(f"\n  {name} " in stdout for name in COMMANDS)
    assert max(map(len, stdout.splitlines())) <= columns


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_help_of_every_command_fits(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    parsers = subcommands_of(main_parser("1"))
    parsers |= {f"alerts {name}": parser for name, parser in subcommands_of(parsers["alerts"]).items()}
    for name, parser in parsers.items():
        options_of(parser)  # which loads what it takes
        text = parser.format_help() if name != "completion" else ""  # lines to be pasted
        rest = text.partition("\n\n")[2]  # behind the usage, which breaks between options alone
        lines = [line for line in rest.splitlines() if not line.startswith("  opsgenie-async ")]
        assert max(map(len, lines), default=0) <= columns, name


async def test_alone_it_prints_its_help() -> None:
    alone, help = await run(), await run("--help")

    assert alone == help
    assert (help[0], help[1][:6], help[2]) == (0, "usage:", "")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["plna"], "unknown command 'plna'; did you mean 'plan'?"),
        (["on-cal"], "did you mean 'on-call'?"),
        (["xyzzy"], "unknown command 'xyzzy'\n"),
        (["pull", "x", "--sandbax"], "unknown option '--sandbax'; did you mean '--sandbox'"),
        (["--verbos3", "pull", "x"], "unknown option '--verbos3'; did you mean '--verbose'?"),
        (["pull", "x", "--regoin=eu"], "unknown option '--regoin'; did you mean '--region'?"),
        (["pull", "x", "--xyzzy"], "unknown option '--xyzzy'\n"),
        (["pull", "x", "y"], "unexpected argument 'y'"),
        (["archive", "x", "--depth", "lsit"], "--depth: expected one of full, list, got 'lsit'"),
        (["\x1b[2Jx"], "unknown command '\\x1b[2Jx'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
async def test_a_slip_is_told_with_what_may_be_meant(words: list[str], text: str) -> None:
    status, stdout, stderr = await run(*words)

    assert (status, stdout) == (2, "")
    assert text in stderr
    assert stderr.count("\n") == 2
    assert "--help'" in stderr.splitlines()[1]


@pytest.mark.parametrize("words", [[], ["pull"], ["alerts", "close"]], ids=" ".join)
async def test_help_is_a_word_as_well(words: list[str]) -> None:
    assert await run("help", *words) == await run(*words, "--help")


async def test_a_slip_for_machines_is_an_object_as_well() -> None:
    status, stdout, stderr = await run("pull", "--json", "x", "--jsn")

    document = json.loads(stdout)
    assert (status, document["complete"]) == (2, False)
    assert document["error"] in stderr


async def test_the_proxy_of_a_flag_comes_before_that_of_the_environment() -> None:
    calls: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.readline())
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        status, _, stderr = await run(
            *("--proxy", f"http://jo:secret-word@127.0.0.1:{port}", "on-call", "--base-url", "http://api.invalid"),
            OPSGENIE_API_KEY="k" * 20,
            http_proxy="http://127.0.0.1:9",
            NO_PROXY="*",
        )

    assert status == 1
    assert calls[0].startswith(b"GET http://api.invalid/v2/")
    assert "secret-word" not in stderr


@pytest.mark.parametrize(
    ("words", "settings", "text"),
    [
        (["--proxy", "socks5://h:1"], {}, "--proxy: expected an http or https URL"),
        (["--ca-file", "nowhere.pem"], {}, "--ca-file: no certificates can be read from 'nowhere.pem'"),
        ([], {"SSL_CERT_FILE": "nowhere.pem"}, "SSL_CERT_FILE: no certificates can be read from 'nowhere.pem'"),
    ],
)
async def test_a_proxy_or_certificates_that_are_none_are_wrong_usage(
    words: list[str], settings: dict[str, str], text: str
) -> None:
    status, _, stderr = await run("on-call", *words, OPSGENIE_API_KEY="k" * 20, **settings)
    assert (status, text in stderr) == (2, True)


async def test_a_flag_comes_before_the_certificates_of_the_environment(sandbox: Sandbox, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("".join(map(ssl.DER_cert_to_PEM_cert, ssl.create_default_context().get_ca_certs(True)[:1])))
    if not roots.stat().st_size:
        pytest.skip("this computer trusts nobody")
    status, _, stderr = await run(
        "on-call", "--ca-file", str(roots), SSL_CERT_FILE="nowhere.pem", **environment(sandbox)
    )
    assert (status, stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no such shell")
async def test_a_reader_that_goes_away_is_no_error(sandbox: Sandbox) -> None:
    command = shlex.join([sys.executable, "-m", "opsgenie_async", "on-call", "--base-url", sandbox.url])
    process = await asyncio.create_subprocess_shell(
        f"{command} | head -1", env={"OPSGENIE_API_KEY": sandbox.api_key}, stdout=-1, stderr=-1
    )
    stdout, stderr = await process.communicate()
    assert (stdout.startswith(b"On call at "), stderr) == (True, b"")


@pytest.mark.parametrize("words", [["on-call"], ["timeline"]], ids=" ".join)
async def test_ctrl_c_ends_with_130(words: list[str], sandbox: Sandbox) -> None:
    signals = [signal.SIGINT]

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        if signals:
            process.send_signal(signals.pop())
        await process.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        process = await python(
            *("-m", "opsgenie_async", *words),
            *("--base-url", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"),
            env={"OPSGENIE_API_KEY": sandbox.api_key},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _, stderr = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 130
    assert b"interrupted" in stderr
    assert b"Traceback" not in stderr


async def test_the_code_of_other_commands_is_not_loaded() -> None:
    """What makes the help quick to come."""
    code = (
        "import sys; from opsgenie_async.cli.parser import main_parser; main_parser('0').format_help();"
        "print([name for name in sys.modules if name.startswith('opsgenie_async.sync') or name == 'rich'])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    stdout, _ = await process.communicate()
    assert stdout == b"[]\n"


async def test_daily_work_starts_without_the_code_of_configuration() -> None:
    code = (
        "import sys; from opsgenie_async.cli.parser import main_parser\n"
        "for words in (['whoami'], ['alerts', 'list'], ['override', 's', 'u', '--to', '+1h'], ['on-call'],\n"
        "              ['api', 'GET', '/v2/teams'], ['run', '--', 'ls']):\n"
        "    main_parser('0').parse_args(words)\n"
        "print([name for name in sys.modules if name.startswith('opsgenie_async.sync') or name == 'rich'])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    stdout, _ = await process.communicate()
    assert stdout == b"[]\n"


async def test_version_needs_no_command() -> None:
    assert (await start("--version"))[1] == f"opsgenie-async {__version__}\n"


async def test_quiet_says_nothing_where_all_went_well(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = str(tmp_path / "backup")
    assert await run("--quiet", "pull", folder, **environment(sandbox)) == (0, "", "")
    assert await run("apply", folder, "--quiet", "--yes", **environment(sandbox)) == (0, "", "")
    assert await run("dx-sync", "--quiet", "--sandbox", "--sandbox-teams", "1") == (0, "", "")


async def test_quiet_keeps_what_is_asked_for(sandbox: Sandbox) -> None:
    status, stdout, stderr = await run("on-call", "--quiet", **environment(sandbox))
    assert (status, stderr, stdout != "") == (0, "", True)


@pytest.mark.parametrize(
    "words",
    [["alerts", "list"], ["on-call"], ["whoami"], ["api", "GET", "/v2/teams"], ["completion", "bash"]],
    ids=" ".join,
)
async def test_what_needs_no_pictures_runs_from_a_bare_installation(words: list[str], sandbox: Sandbox) -> None:
    code = (
        "import sys; sys.modules |= dict.fromkeys(('rich', 'jinja2', 'icalendar', 'orjson'))\n"
        "from opsgenie_async.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, *words), env=environment(sandbox), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    stdout, stderr = await process.communicate()
    assert process.returncode == 0, stderr
    assert (stdout, stderr) == (b"", b"no alert\n") if words == ["alerts", "list"] else stdout and not stderr
